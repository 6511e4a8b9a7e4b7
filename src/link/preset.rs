//! What a link preset holds.

use super::{Duplex, LinkModel};
use crate::presets::{Allowed, Fault, Parameter, PresetValue};
use crate::units::Unit;
use serde::{Deserialize, Serialize};

/// A link without the name a user gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkPreset {
    /// Bits per element on the wire; `None` = as the sender holds it.
    #[serde(default)]
    pub bits: Option<u32>,
    /// Whether both directions share the medium.
    pub duplex: Duplex,
    /// Link model with parameters.
    pub model: LinkModel,
}

impl PresetValue for LinkPreset {
    const FOLDER: &'static str = "links";

    fn faults(&self) -> Vec<Fault> {
        self.parameters().iter().filter_map(Parameter::fault).collect()
    }
}

impl LinkPreset {
    /// Every number of the link with its name, unit and range.
    pub fn parameters(&self) -> Vec<Parameter> {
        parameters(self.bits, &self.model)
    }
}

/// Every number of a link with this width on the wire and this model.
pub(crate) fn parameters(bits: Option<u32>, model: &LinkModel) -> Vec<Parameter> {
    let width = bits.map(|bits| Parameter::new("bits", f64::from(bits), Unit::Bits, Allowed::Width));
    width.into_iter().chain(model.parameters()).collect()
}

impl LinkModel {
    /// The model's numbers with their names, units and ranges.
    pub fn parameters(&self) -> Vec<Parameter> {
        use Allowed::{AboveZero, NotNegative};
        match self {
            Self::Plain(link) => vec![
                Parameter::new(
                    "rate_bytes_per_s",
                    link.rate_bytes_per_s,
                    Unit::BitsPerSecond,
                    AboveZero,
                ),
                Parameter::new("latency_s", link.latency_s, Unit::Seconds, NotNegative),
                Parameter::new(
                    "transmit_j_per_byte",
                    link.transmit_j_per_byte,
                    Unit::JoulesPerByte,
                    NotNegative,
                ),
                Parameter::new(
                    "receive_j_per_byte",
                    link.receive_j_per_byte,
                    Unit::JoulesPerByte,
                    NotNegative,
                ),
            ],
        }
    }
}
