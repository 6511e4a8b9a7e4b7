//! Compute nodes of a description.

use crate::cnnparted::Bits;
use crate::cnnparted::error::Fault;
use crate::cnnparted::fields::{Fields, number, place};
use serde_json::Value;

/// The largest number of instances of one node.
const MOST_INSTANCES: i64 = 64;
/// The longest name in characters.
const LONGEST_NAME: usize = 100;

/// One accelerator.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeDescription {
    /// Place in the chain of platforms.
    pub id: u64,
    /// Widths it computes with.
    pub bits: Bits,
    /// Largest memory, in the bytes the file gives; the original reads and ignores it.
    pub max_memory_bytes: Option<f64>,
    /// What evaluates its layers.
    pub simulator: Simulator,
    /// The accelerator's name for the simulator.
    pub accelerator: Option<String>,
    /// A device preset that stands for the simulator's results: a key of this program, unknown to the original.
    pub preset: Option<String>,
}

/// What evaluates the layers of a node in the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simulator {
    /// Timeloop: digital accelerators.
    Timeloop,
    /// MNSIM: crossbars of memory cells; every layer has an area of its own.
    Mnsim,
    /// ZigZag: digital accelerators without area.
    Zigzag,
    /// Any other; the original refuses it.
    Other,
}

impl Simulator {
    const ALL: [Self; 4] = [Self::Timeloop, Self::Mnsim, Self::Zigzag, Self::Other];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timeloop => "timeloop",
            Self::Mnsim => "mnsim",
            Self::Zigzag => "zigzag",
            Self::Other => "generic",
        }
    }
}

impl NodeDescription {
    /// What to call it: its accelerator and id.
    pub fn name(&self) -> String {
        let accelerator = self.accelerator.as_deref().unwrap_or(self.simulator.name());
        format!("{accelerator} {}", self.id)
    }
}

/// Reads an entry: one node per instance.
pub(super) fn read(entry: &Fields, ignored: &mut Vec<String>) -> Result<Vec<NodeDescription>, Fault> {
    let id = entry
        .whole("id", 0, 1_000_000)?
        .ok_or_else(|| entry.missing("id", "a whole number; nodes and links are sorted by it"))?
        .unsigned_abs();
    let (simulator, accelerator) = evaluation(entry, ignored)?;
    let node = NodeDescription {
        id,
        bits: bits(entry)?,
        max_memory_bytes: entry.amount("max_memory_size")?,
        simulator,
        accelerator,
        preset: name(entry, "preset")?,
    };
    let instances = entry.whole("instances", 1, MOST_INSTANCES)?.unwrap_or(1).unsigned_abs();
    ignored.extend(entry.others());
    // The original numbers the copies "10", id, index written one after the other.
    let copies = (0..instances).map(|index| NodeDescription {
        id: match instances {
            1 => id,
            _ => format!("10{id}{index}").parse().unwrap_or(u64::MAX),
        },
        ..node.clone()
    });
    Ok(copies.collect())
}

/// The simulator stands in `evaluation.simulator`, or, in older files, is the key of a block of its own.
fn evaluation(entry: &Fields, ignored: &mut Vec<String>) -> Result<(Simulator, Option<String>), Fault> {
    let older = Simulator::ALL
        .into_iter()
        .find(|simulator| entry.get(simulator.name()).is_some());
    let (block, simulator) = match (entry.fields("evaluation")?, older) {
        (Some(block), _) => {
            let word = block.text("simulator")?;
            let word = word.ok_or_else(|| block.missing("simulator", "timeloop, mnsim or zigzag"))?;
            let known = Simulator::ALL.into_iter().find(|simulator| simulator.name() == word);
            (block, known.unwrap_or(Simulator::Other))
        }
        (None, Some(simulator)) => {
            let block = entry.fields(simulator.name())?;
            let block = block.ok_or_else(|| entry.missing(simulator.name(), "the simulator's settings"))?;
            (block, simulator)
        }
        (None, None) => {
            return Err(Fault::new(
                place(entry.place()),
                "it is neither a node nor a link",
                "Add an “evaluation” block with a simulator, or one of “ethernet”, “noi” and “ble”",
            ));
        }
    };
    let accelerator = name(&block, "accelerator")?;
    ignored.extend(block.others());
    Ok((simulator, accelerator))
}

/// A text short enough to name something.
fn name(fields: &Fields, key: &'static str) -> Result<Option<String>, Fault> {
    let text = fields.text(key)?;
    if let Some(length) = text
        .map(|text| text.chars().count())
        .filter(|&length| length > LONGEST_NAME)
    {
        let problem = format!("the name has {length} characters");
        let remedy = format!("Use at most {LONGEST_NAME}");
        return Err(Fault::new(place(&fields.path(key)), problem, remedy));
    }
    Ok(text.map(str::to_owned))
}

fn bits(entry: &Fields) -> Result<Bits, Fault> {
    match entry.get("bits") {
        None => Ok(Bits::Uniform(8.0)),
        Some(Value::Object(layers)) => {
            let path = entry.path("bits");
            let widths = layers.iter().map(|(layer, width)| {
                let bits = number(&format!("{path}.{layer}"), width)?;
                Ok((layer.clone(), bits))
            });
            Ok(Bits::PerLayer(widths.collect::<Result<_, Fault>>()?))
        }
        Some(_) => {
            let bits = entry.whole("bits", 1, 64)?.unwrap_or(8);
            Ok(Bits::Uniform(bits as f64))
        }
    }
}
