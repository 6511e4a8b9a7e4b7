//! `cutscape inspect MODEL`: what a network computes.

use super::{Failure, Format, output};
use crate::network::import::NoteWeight;
use crate::network::statistics::{self, CountedAt};
use crate::network::{Network, ScheduleKind, TensorId};
use crate::project::export::{MADE_BY, network_layers};
use crate::project::{OpenNetwork, View};
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
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = super::symbol)]
    symbols: Vec<(String, u64)>,
    /// Bits per element of weights and activations that are floats in the file
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    bits: u32,
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

/// Sums over all layers, and what they leave unknown.
#[derive(Serialize)]
struct Totals {
    layers: usize,
    /// Layers with an unknown shape or operator; their share is missing from the sums.
    unknown_layers: usize,
    params: u64,
    macs: u64,
    weight_bytes: u64,
    /// Of all tensors between layers, and the network's inputs.
    activation_bytes: u64,
    /// Largest number of bytes live at once, in the default schedule.
    peak_activation_bytes: u64,
}

impl Totals {
    fn of(network: &Network, at: CountedAt) -> Self {
        let total = statistics::total(network, at);
        let schedule = network.schedule(ScheduleKind::default());
        let sizes = network.tensors.iter().map(|t| t.bytes(at.activation_bits));
        Self {
            layers: network.layers.len(),
            unknown_layers: total.unknown,
            params: total.params,
            macs: total.macs,
            weight_bytes: total.weight_bytes,
            activation_bytes: sizes.fold(0, u64::saturating_add),
            peak_activation_bytes: statistics::liveness(network, &schedule, at).peak().0,
        }
    }
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let symbols: BTreeMap<String, u64> = arguments.symbols.iter().cloned().collect();
    let network = OpenNetwork::open(super::origin(&arguments.model), symbols)?;
    for (name, _) in &arguments.symbols {
        if !network.raw.symbols.contains_key(name) {
            output::complain("note", &format!("the network has no symbolic dimension “{name}”"));
        }
    }
    let view = if arguments.fused { View::Fused } else { View::Raw };
    let (shown, bits) = (network.view(view), arguments.bits);
    let at = CountedAt {
        weight_bits: bits,
        activation_bits: bits,
    };
    let table = network_layers(shown, at);
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    let totals = Totals::of(shown, at);
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            name: &shown.name,
            hash: &shown.hash.0,
            view,
            bits,
            totals,
            inputs: values(shown, &shown.inputs),
            outputs: values(shown, &shown.outputs),
            symbols: &shown.symbols,
            notes: network.notes.iter().map(|note| note.text.clone()).collect(),
            layers: table.json(),
        })?);
    }
    let notes: Vec<String> = network.notes.iter().map(note).collect();
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    Ok(output::text(|out| {
        table.write_text(&mut *out)?;
        writeln!(out)?;
        let bytes = |bytes: u64| Unit::Bytes.format(bytes as f64);
        let pairs = [
            ("network", shown.name.clone()),
            ("layers", totals.layers.to_string()),
            ("not known", totals.unknown_layers.to_string()),
            ("MACs", Unit::Macs.format(totals.macs as f64)),
            ("parameters", Unit::Count.format(totals.params as f64)),
            (
                "weights",
                format!(
                    "{} at {}",
                    bytes(totals.weight_bytes),
                    Unit::Bits.format(f64::from(bits))
                ),
            ),
            ("activations", bytes(totals.activation_bytes)),
            ("peak live", bytes(totals.peak_activation_bytes)),
        ];
        output::pairs(out, &pairs)?;
        output::list(out, "notes", &notes)
    })?)
}

fn note(note: &crate::network::import::ImportNote) -> String {
    let weight = match note.weight {
        NoteWeight::Info => "info",
        NoteWeight::Warning => "warning",
    };
    match &note.layer {
        Some(layer) => format!("{weight}: {layer}: {}", note.text),
        None => format!("{weight}: {}", note.text),
    }
}

fn values<'a>(network: &'a Network, tensors: &[TensorId]) -> Vec<Value<'a>> {
    let tensors = tensors.iter().map(|&t| &network.tensors[t]);
    tensors
        .map(|tensor| Value {
            name: &tensor.name,
            dtype: format!("{:?}", tensor.dtype),
            shape: tensor.shape.as_deref(),
        })
        .collect()
}
