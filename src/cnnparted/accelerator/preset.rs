//! Imported accelerators as device presets.

use super::Imported;
use crate::presets::{Fault, Kind, Origin, Preset, PresetValue};
use crate::system::DeviceModel;
use crate::system::preset::DevicePreset;
use std::collections::BTreeMap;

/// Parts of numbers' names that are estimated, not read.
const ESTIMATED: [&str; 4] = ["energy_j", "area_m2", "energy_per_op_j", "lanes"];
/// Numbers that neither the files nor the estimates give.
const ASSUMED: [&str; 5] = ["clock_hz", "energy_per_hop_j", "leakage_w", "idle_power_w", "budget"];

impl Imported {
    /// A preset called `name`, whose sources say which numbers are from `files` and which are estimated.
    pub fn preset(&self, name: &str, files: &str) -> Preset<DevicePreset> {
        let architecture = &self.spatial.architecture;
        let mac = &architecture.mac;
        let value = DevicePreset {
            bits: mac.bits,
            weight_bits: None,
            memory_limit_bytes: None,
            idle_power_w: 0.0,
            // That of all levels and MAC units.
            area_m2: None,
            model: DeviceModel::Spatial(Box::new(self.spatial.clone())),
        };
        let mut preset = Preset {
            name: name.to_owned(),
            class: "Spatial accelerator".to_owned(),
            kind: Kind::Modelled,
            summary: format!(
                "{} × {} MAC units of {} bit, {} memories, imported",
                mac.mesh_x,
                mac.mesh_y,
                mac.bits,
                architecture.levels.len()
            ),
            sources: BTreeMap::new(),
            value,
            origin: Origin::Embedded,
        };
        let parameters = preset.device().parameters();
        let sources = parameters.into_iter().map(|parameter| {
            let field = parameter.name.rsplit('.').next().unwrap_or_default();
            let source = if ASSUMED.contains(&parameter.name.as_str()) {
                "Assumed at the import: the files do not say it".to_owned()
            } else if ESTIMATED.iter().any(|estimated| field.ends_with(estimated)) {
                "Estimated at the import: small logic and registers as Accelergy 0.4, SRAM from CACTI 7, 45 nm"
                    .to_owned()
            } else {
                format!("Imported from {files}")
            };
            (parameter.name, source)
        });
        preset.sources = sources.collect();
        preset
    }

    /// What is wrong with the accelerator; empty if it can be used.
    pub(super) fn faults(&self) -> Vec<Fault> {
        self.preset(&self.name, "").value.faults()
    }
}

/// The text of a preset's file.
pub fn to_ron(preset: &Preset<DevicePreset>) -> Result<String, ron::Error> {
    preset.to_ron()
}
