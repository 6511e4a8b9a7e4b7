//! Work that must not share the window's process: it can panic, hang or claim any amount of memory.

use super::Ticket;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Most kilobytes of address space the child may claim (where a shell can set the limit).
const MEMORY_KB: u64 = 8_000_000;

/// How long a process that was asked to end may take before it is ended.
const GRACE: Duration = Duration::from_secs(5);

fn failed(what: &str, error: &std::io::Error) -> String {
    format!("{what}: {error}")
}

/// A command that runs this program, or another, within the limit of memory.
fn command(program: Option<&Path>, arguments: &[OsString]) -> Result<Command, String> {
    let own = || std::env::current_exe().map_err(|error| failed("this program's own file is not known", &error));
    let program = program.map_or_else(own, |program| Ok(program.to_owned()))?;
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("ulimit -v {MEMORY_KB}; exec \"$0\" \"$@\""))
            .arg(program);
        shell
    } else {
        Command::new(program)
    };
    command.args(arguments);
    Ok(command)
}

fn temporary() -> Result<File, String> {
    tempfile::tempfile().map_err(|error| failed("no temporary file", &error))
}

fn same(file: &File) -> Result<File, String> {
    file.try_clone().map_err(|error| failed("no temporary file", &error))
}

/// What a process wrote to a file, from its beginning.
fn written(mut file: File) -> Result<String, String> {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    read.map(|_| text).map_err(|error| failed("its answer is lost", &error))
}

/// Runs this program with `arguments` in a process of its own and gives what it printed.
///
/// The process is ended when the ticket is cancelled or after `patience`. The error says what became of it.
pub fn run(arguments: &[OsString], patience: Duration, ticket: &Ticket) -> Result<String, String> {
    let lost = |error| failed("its process was lost", &error);
    let mut command = command(None, arguments)?;
    // Files instead of pipes: a child that prints a lot never waits for a reader.
    let (out, err) = (temporary()?, temporary()?);
    command.stdin(Stdio::null()).stdout(same(&out)?).stderr(same(&err)?);
    let mut child = command
        .spawn()
        .map_err(|error| failed("its process did not start", &error))?;
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().map_err(lost)? {
            Some(status) => break status,
            None if begin.elapsed() < patience && !ticket.is_cancelled() => {
                std::thread::sleep(Duration::from_millis(20));
            }
            None => {
                let ended = child.kill();
                ended.map_err(|error| failed("its process cannot be ended", &error))?;
                child.wait().map_err(lost)?;
                return Err(format!("it was ended after {} s", begin.elapsed().as_secs()));
            }
        }
    };
    if status.success() {
        return written(out);
    }
    Err(format!(
        "{status}: {}",
        written(err)?.lines().last().unwrap_or("no message")
    ))
}

/// Runs `program`, or this one, with `arguments` in a process of its own and hands over every line it prints, as soon as it does.
///
/// The process has a standard input that ends when the ticket is stopped, by which it knows that it shall end too; it is ended after a
/// while if it does not, and at once where the ticket is cancelled. The error is the last line of what it complained about.
pub fn stream(
    program: Option<&Path>,
    arguments: &[OsString],
    ticket: &Ticket,
    on_line: &mut dyn FnMut(&str),
) -> Result<(), String> {
    let lost = |error| failed("its process was lost", &error);
    let err = temporary()?;
    let mut command = command(program, arguments)?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(same(&err)?);
    let mut child = command
        .spawn()
        .map_err(|error| failed("its process did not start", &error))?;
    let (sender, lines) = mpsc::channel();
    let out = child.stdout.take();
    let reader = std::thread::spawn(move || {
        for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()) {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut asked: Option<Instant> = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(20)) {
            Ok(line) => on_line(&line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if ticket.is_stopped() && asked.is_none() {
            drop(child.stdin.take());
            asked = Some(Instant::now());
        }
        if ticket.is_cancelled() || asked.is_some_and(|asked| asked.elapsed() > GRACE) {
            let ended = child.kill();
            ended.map_err(|error| failed("its process cannot be ended", &error))?;
            break;
        }
    }
    let status = child.wait().map_err(lost)?;
    // It ends with its process.
    let _ended = reader.join();
    if status.success() {
        return Ok(());
    }
    Err(complaint(&written(err)?).unwrap_or_else(|| format!("its process ended with {status}")))
}

/// What a process that failed has to say: its error, or where it panicked.
fn complaint(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let error = lines.iter().rev().find_map(|line| line.strip_prefix("error: "));
    if let Some(error) = error {
        return Some(error.to_owned());
    }
    let panic = lines.iter().position(|line| line.contains("panicked at"));
    let panic = panic
        .and_then(|at| lines.get(at + 1))
        .map(|words| format!("its process panicked: {words}"));
    panic.or_else(|| lines.last().map(|line| (*line).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn what_a_process_complains_about_is_found() {
        assert_eq!(complaint(""), None);
        assert_eq!(complaint("note: a\nerror: b\n").as_deref(), Some("b"));
        let panic = "thread 'main' (1) panicked at x.rs:1:1:\nno shape\nnote: run with `RUST_BACKTRACE=1`\n";
        assert_eq!(complaint(panic).as_deref(), Some("its process panicked: no shape"));
        assert_eq!(
            complaint("memory allocation of 9 bytes failed\n").as_deref(),
            Some("memory allocation of 9 bytes failed")
        );
    }
}
