//! The program: a headless command, or the window.

use clap::Parser;
use cutscape::cli::{self, Arguments};
use std::process::ExitCode;

fn main() -> ExitCode {
    env_logger::init();
    let arguments = Arguments::parse();
    match &arguments.command {
        Some(command) => command.run(),
        None => window(arguments),
    }
}

#[cfg(feature = "window")]
fn window(arguments: Arguments) -> ExitCode {
    use cutscape::app::{Options, Storage, run};
    let options = Options {
        open: arguments.file,
        reset_session: arguments.reset_session,
        dark: arguments.theme.map(|theme| theme == cli::Theme::Dark),
        storage: Storage::of_platform(),
        still: false,
        program: None,
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain("error", &cli::window_failure(&error));
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "window"))]
fn window(_arguments: Arguments) -> ExitCode {
    cli::complain("error", &cli::without_window());
    ExitCode::FAILURE
}
