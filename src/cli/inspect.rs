//! `cutscape inspect MODEL`: what a network computes.

use super::{Failure, Format, output};
use crate::network::{Network, TensorId};
use crate::project::export::{MADE_BY, network_layers};
use crate::project::table::{JsonRows, Table};
use crate::project::{OpenNetwork, Origin, View};
use crate::units::Unit;
use serde::Serialize;
use std::collections::BTreeMap;

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An ONNX file, or the name of an example inside the program
    model: String,
    #[command(flatten)]
    format: Format,
    /// One layer per node, as in the file (the default)
    #[arg(long, conflicts_with = "fused")]
    raw: bool,
    /// A producer with its bias, batch-norm and activation as one layer
    #[arg(long)]
    fused: bool,
    /// Size of a symbolic dimension, for example batch=1
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = symbol)]
    symbols: Vec<(String, u64)>,
    /// Bits per element of weights and activations that are floats in the file
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    bits: u32,
}

fn symbol(text: &str) -> Result<(String, u64), String> {
    let (name, size) = text.rsplit_once('=').ok_or("write NAME=SIZE, for example batch=1")?;
    let size: u64 = size.trim().parse().map_err(|_| format!("“{size}” is not a whole number"))?;
    if size == 0 {
        return Err("the size must be at least 1".to_owned());
    }
    Ok((name.trim().to_owned(), size))
}

/// The JSON document of `inspect`.
#[derive(Serialize)]
struct Report<'a, R: Serialize> {
    made_by: &'static str,
    name: &'a str,
    hash: &'a str,
    view: View,
    bits: u32,
    totals: Totals,
    inputs: Vec<Value<'a>>,
    outputs: Vec<Value<'a>>,
    symbols: &'a BTreeMap<String, u64>,
    notes: Vec<String>,
    layers: R,
}

/// A tensor at the edge of the network.
#[derive(Serialize)]
struct Value<'a> {
    name: &'a str,
    dtype: String,
    shape: Option<&'a [u64]>,
}
