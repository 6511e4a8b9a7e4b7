//! The program: a headless command, or the window.

use clap::Parser;
use cutscape::cli::{self, Arguments};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.command {
        Some(command) => command.run(),
        None => window(&arguments),
    }
}

fn window(_arguments: &Arguments) -> ExitCode {
    cli::complain("error", &cli::without_window());
    ExitCode::FAILURE
}
