//! The text of a design file: its fields, its strictness, and what makes sense without the network.

use super::{FileError, Place, VERSION};
use crate::design::Constraints;
use crate::explore::Search;
use crate::network::{ContentHash, ScheduleKind};
use crate::presets::Fault;
use crate::project::check::{self, name};
use crate::project::{Bundling, MAX_PINS, Metrics, Origin, View};
use crate::system::System;
use ron::extensions::Extensions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The text of a design file, field by field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    pub version: u32,
    pub network: StoredNetwork,
    pub schedule: ScheduleKind,
    pub system: System,
    pub constraints: Constraints,
    pub design: Vec<StoredPlacement>,
    pub alternatives: Vec<usize>,
    pub required_bits: BTreeMap<String, u32>,
    pub search: Search,
    #[serde(default)]
    pub bundling: Bundling,
    #[serde(default)]
    pub pins: Vec<StoredPin>,
    pub metrics: Metrics,
}

/// What all versions have in common.
#[derive(Deserialize)]
pub(super) struct Versioned {
    pub version: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredNetwork {
    pub origin: Origin,
    pub hash: ContentHash,
    pub view: View,
    #[serde(default)]
    pub symbols: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredPlacement {
    pub device: usize,
    /// Names of the maximal raw layers of the boundary.
    pub end: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredPin {
    pub name: String,
    pub view: View,
    /// Left out where it is the system of the document.
    #[serde(default)]
    pub system: Option<System>,
    pub design: Vec<StoredPlacement>,
    pub alternatives: Vec<usize>,
    pub metrics: Metrics,
}

/// Reads and checks the text of a design; `file` names it in errors.
pub(super) fn parse(text: &str, file: &str) -> Result<Stored, FileError> {
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let text = text.trim_start_matches('\u{feff}');
    let parsed = options.from_str::<Stored>(text);
    let version = match &parsed {
        Ok(stored) => Some(stored.version),
        Err(_) => options.from_str::<Versioned>(text).ok().map(|it| it.version),
    };
    if let Some(version) = version.filter(|&version| version != VERSION) {
        return Err(FileError::faulty(
            file,
            Place::Value("version".to_owned()),
            format!("this is version {version} of the format, and this program reads version {VERSION}"),
            "Open it with the program that wrote it, or a newer one",
        ));
    }
    let stored = parsed.map_err(|error| {
        let place = Place::Text {
            line: error.span.start.line,
            column: error.span.start.col,
        };
        FileError::faulty(file, place, error.code.to_string(), remedy_for(&error.code))
    })?;
    stored.check().map_err(|fault| {
        let problem = format!("the value {}", fault.problem);
        FileError::faulty(
            file,
            Place::Value(fault.parameter),
            problem,
            "Correct the value in the file",
        )
    })?;
    Ok(stored)
}

fn remedy_for(error: &ron::Error) -> &'static str {
    use ron::Error as E;
    match error {
        E::NoSuchStructField { .. } => "Remove this field or correct its name",
        E::MissingStructField { .. } => "Add this field",
        E::DuplicateStructField { .. } => "Remove one of the two",
        E::NoSuchEnumVariant { .. } => "Use one of these words",
        E::Eof => "The file breaks off: fetch it again or take its backup (.bak)",
        E::ExceededRecursionLimit => "Remove the nested brackets, which no design has",
        _ => "Correct the text there, or take the file's backup (.bak)",
    }
}

impl Stored {
    /// The first value that makes no sense.
    pub fn check(&self) -> Result<(), Fault> {
        check::system(&self.system).map_err(|fault| fault.inside("system"))?;
        check::constraints(&self.constraints).map_err(|fault| fault.inside("constraints"))?;
        check::search(&self.search).map_err(|fault| fault.inside("search"))?;
        self.bundling.check().map_err(|fault| fault.inside("bundling"))?;
        check_design(&self.design, &self.alternatives, &self.system)?;
        for (layer, &bits) in &self.required_bits {
            check::required_bits(bits).map_err(|fault| Fault {
                parameter: format!("required_bits.{layer}"),
                ..fault
            })?;
        }
        check_metrics(&self.metrics)?;
        if self.pins.len() > MAX_PINS {
            return Err(Fault {
                parameter: "pins".to_owned(),
                problem: format!("has {} pins, must have at most {MAX_PINS}", self.pins.len()),
            });
        }
        for (index, pin) in self.pins.iter().enumerate() {
            let system = pin.system.as_ref().unwrap_or(&self.system);
            let checked = check::system(system).map_err(|fault| fault.inside("system"));
            name("name", &pin.name)
                .and(checked)
                .and_then(|()| check_design(&pin.design, &pin.alternatives, system))
                .and_then(|()| check_metrics(&pin.metrics))
                .map_err(|fault| fault.inside(&format!("pins[{index}]")))?;
        }
        Ok(())
    }
}

fn check_design(placements: &[StoredPlacement], alternatives: &[usize], system: &System) -> Result<(), Fault> {
    check::placements(placements.iter().map(|placement| placement.device), system)?;
    check::alternatives(alternatives, system)
}

fn check_metrics(metrics: &Metrics) -> Result<(), Fault> {
    let numbers = [
        ("latency_s", metrics.latency_s),
        ("energy_j", metrics.energy_j),
        ("throughput_hz", metrics.throughput_hz),
        ("area_m2", metrics.area_m2),
    ];
    match numbers.into_iter().find(|(_, value)| value.is_nan() || *value < 0.0) {
        None => Ok(()),
        Some((parameter, _)) => Err(Fault {
            parameter: format!("metrics.{parameter}"),
            problem: "is not a number or negative, must be 0 or more".to_owned(),
        }),
    }
}
