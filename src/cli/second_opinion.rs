//! `cutscape second-opinion MODEL`: the child process in which tract reads a foreign file, so that its panics, hangs and
//! appetite for memory end there. The window starts it and compares the shapes it prints.

use super::{Failure, output};
use crate::network::import::ImportOptions;
use crate::network::import::second_opinion::second_opinion_json;
use std::path::PathBuf;

/// Arguments of `second-opinion`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An ONNX file
    model: PathBuf,
    /// Size of a symbolic dimension, for example batch=1
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = super::symbol)]
    symbols: Vec<(String, u64)>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let options = ImportOptions {
        symbols: arguments.symbols.iter().cloned().collect(),
    };
    let fail = |problem: String| Failure::SecondOpinion(arguments.model.display().to_string(), problem);
    let json = second_opinion_json(&arguments.model, &options).map_err(fail)?;
    Ok(output::text(|out| writeln!(out, "{json}"))?)
}
