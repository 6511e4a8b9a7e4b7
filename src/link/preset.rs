//! What a link preset holds.

use super::{Described, Duplex, LinkModel};
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
        faults(self.bits, &self.model)
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

/// Everything wrong with a link with this width on the wire and this model.
pub fn faults(bits: Option<u32>, model: &LinkModel) -> Vec<Fault> {
    let parameters = parameters(bits, model);
    let numbers = parameters.iter().filter_map(Parameter::fault);
    numbers.chain(model.formula().faults()).collect()
}

impl LinkModel {
    /// The model's numbers with their names, units and ranges.
    pub fn parameters(&self) -> Vec<Parameter> {
        let numbers = self.numbers().into_iter();
        numbers.map(|Described { parameter, .. }| parameter).collect()
    }
}
