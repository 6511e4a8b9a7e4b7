//! Work that must not share the window's process: it can panic, hang or claim any amount of memory.

use super::Ticket;
use std::ffi::OsString;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Most kilobytes of address space the child may claim (where a shell can set the limit).
const MEMORY_KB: u64 = 8_000_000;

/// Runs this program with `arguments` in a process of its own and gives what it printed.
///
/// The process is ended when the ticket is cancelled or after `patience`. The error says what became of it.
pub fn run(arguments: &[OsString], patience: Duration, ticket: &Ticket) -> Result<String, String> {
    let failed = |what: &str, error: std::io::Error| format!("{what}: {error}");
    let program = std::env::current_exe().map_err(|error| failed("this program's own file is not known", error))?;
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
    // Files instead of pipes: a child that prints a lot never waits for a reader.
    let file = || tempfile::tempfile().map_err(|error| failed("no temporary file", error));
    let (mut out, mut err) = (file()?, file()?);
    let handle = |file: &std::fs::File| file.try_clone().map_err(|error| failed("no temporary file", error));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(handle(&out)?)
        .stderr(handle(&err)?);
    let mut child = command
        .spawn()
        .map_err(|error| failed("its process did not start", error))?;
    let begin = Instant::now();
    let status = loop {
        match child
            .try_wait()
            .map_err(|error| failed("its process was lost", error))?
        {
            Some(status) => break status,
            None if begin.elapsed() < patience && !ticket.is_cancelled() => {
                std::thread::sleep(Duration::from_millis(20));
            }
            None => {
                child
                    .kill()
                    .map_err(|error| failed("its process cannot be ended", error))?;
                child.wait().map_err(|error| failed("its process was lost", error))?;
                return Err(format!("it was ended after {} s", begin.elapsed().as_secs()));
            }
        }
    };
    let mut printed = String::new();
    let source = if status.success() { &mut out } else { &mut err };
    source
        .rewind()
        .and_then(|()| source.read_to_string(&mut printed))
        .map_err(|e| failed("its answer is lost", e))?;
    if status.success() {
        Ok(printed)
    } else {
        Err(format!("{status}: {}", printed.lines().last().unwrap_or("no message")))
    }
}
