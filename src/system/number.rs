//! Setting the numbers of devices and links by the names that [`Device::parameters`] and [`Link::parameters`] list them under.

use super::{Device, DeviceModel, Link};
use crate::cost::layer_table::{LayerRow, LayerTable};
use std::sync::Arc;

/// What a device's number is called in words; its name where nobody gave it any.
pub fn words(name: &str) -> String {
    let words = match name {
        "bits" => "bits per activation",
        "weight_bits" => "bits per weight",
        "memory_limit_bytes" => "memory limit",
        "power_limit_w" => "power limit",
        "idle_power_w" => "idle power",
        "area_m2" => "area",
        "bandwidth_bytes_per_s" => "memory bandwidth",
        "energy_per_byte_j" => "energy per byte",
        "static_power_w" => "static power",
        "overhead_s" => "time per layer",
        "clock_hz" => "clock",
        "energy_per_hop_j" => "energy per hop of the on-chip network",
        "leakage_w" => "leakage",
        "mac.bits" => "width of the MAC units",
        "mac.units_x" => "MAC units in a row",
        "mac.units_y" => "rows of MAC units",
        "mac.energy_j" => "energy per MAC",
        "mac.area_m2" => "area of a MAC unit",
        "vector.lanes" => "lanes of the vector unit",
        "vector.energy_per_op_j" => "energy per operation of the vector unit",
        "load" => "load factor of times",
        "battery_j" => "battery",
        "budget" => "mappings looked at per layer",
        _ => {
            if let Some((level, field)) = name.strip_prefix("levels.").and_then(|rest| rest.rsplit_once('.')) {
                return format!("{} of {level}", level_words(field));
            }
            let width = name.strip_prefix("arithmetic.").and_then(|rest| rest.split_once('.'));
            return match width {
                Some((bits, "macs_per_s")) => format!("{bits} bit rate"),
                Some((bits, "energy_per_mac_j")) => format!("{bits} bit energy per MAC"),
                _ => name.to_owned(),
            };
        }
    };
    words.to_owned()
}

/// What a number of a memory level is called.
fn level_words(field: &str) -> &str {
    match field {
        "capacity_words" => "capacity in words",
        "word_bits" => "bits per word",
        "block_words" => "words per access",
        "cluster" => "instances accessed together",
        "mesh_x" => "instances in a row",
        "mesh_y" => "rows of instances",
        "read_words_per_cycle" => "words read per cycle",
        "write_words_per_cycle" => "words written per cycle",
        "shared_words_per_cycle" => "words per cycle",
        "read_energy_j" => "energy of a read",
        "write_energy_j" => "energy of a write",
        "area_m2" => "area of an instance",
        other => other,
    }
}

impl Device {
    /// Makes the device, and what else it could be built as, faster by a factor above 0: rates of arithmetic and memory grow by
    /// it, fixed times and measured ones shrink. Energies per operation stay.
    pub fn speed_up(&mut self, factor: f64) {
        match &mut self.model {
            DeviceModel::Roofline(model) => {
                for arithmetic in model.arithmetic.values_mut() {
                    arithmetic.macs_per_s *= factor;
                }
                model.bandwidth_bytes_per_s *= factor;
                model.overhead_s /= factor;
            }
            DeviceModel::Table(LayerTable { layers, .. }) => {
                let faster = layers.iter().map(|(name, row)| {
                    let latency_s = row.latency_s / factor;
                    (name.clone(), LayerRow { latency_s, ..*row })
                });
                *layers = Arc::new(faster.collect());
            }
            DeviceModel::Spatial(model) => model.architecture.clock_hz *= factor,
            DeviceModel::Profile(model) => model.load /= factor,
        }
        for alternative in &mut self.alternatives {
            alternative.speed_up(factor);
        }
    }

    /// Sets a number by its name, in SI base units; widths are rounded. `false` where the device has no such number, which
    /// then stays as it is.
    pub fn set(&mut self, name: &str, value: f64) -> bool {
        match name {
            "bits" => self.bits = width(value),
            "weight_bits" => self.weight_bits = Some(width(value)),
            "memory_limit_bytes" => self.memory_limit_bytes = Some(value),
            "power_limit_w" => self.power_limit_w = Some(value),
            "idle_power_w" => self.idle_power_w = value,
            "area_m2" => self.area_m2 = Some(value),
            _ => {
                return match &mut self.model {
                    DeviceModel::Roofline(model) => model.number_mut(name).map(|number| *number = value).is_some(),
                    DeviceModel::Table(_) => false,
                    DeviceModel::Spatial(model) => model.set(name, value),
                    DeviceModel::Profile(model) => model.set(name, value),
                };
            }
        }
        true
    }
}

impl Link {
    /// Sets a number by its name, in SI base units; widths are rounded. `false` where the link has no such number, which
    /// then stays as it is.
    pub fn set(&mut self, name: &str, value: f64) -> bool {
        if name == "bits" {
            self.bits = Some(width(value));
            return true;
        }
        match self.model.number_mut(name) {
            Some(number) => {
                *number = value;
                true
            }
            None => false,
        }
    }
}

/// A width in whole bits.
fn width(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use crate::presets::Parameter;
    use crate::system::preset::Presets;
    use crate::units::Unit;

    /// Every number that is listed can be set, and is then listed with its new value.
    #[test]
    fn what_is_listed_can_be_set() {
        let presets = Presets::load(None);
        // Some counts and all widths are whole.
        let new = |parameter: &Parameter| match parameter.unit {
            Unit::Bits | Unit::Count => parameter.value + 1.0,
            _ => parameter.value * 2.0 + 1e-3,
        };
        let same = |listed: Vec<Parameter>, parameter: &Parameter| {
            let found = listed.into_iter().find(|other| other.name == parameter.name);
            assert_eq!(
                found.map(|found| found.value),
                Some(new(parameter)),
                "{}",
                parameter.name
            );
        };
        for preset in presets.devices.iter() {
            for parameter in preset.device().parameters() {
                let mut device = preset.device();
                assert!(device.set(&parameter.name, new(&parameter)), "{}", parameter.name);
                same(device.parameters(), &parameter);
            }
            assert!(!preset.device().set("colour", 1.0));
        }
        for preset in presets.links.iter() {
            for parameter in preset.link().parameters() {
                let mut link = preset.link();
                assert!(link.set(&parameter.name, new(&parameter)), "{}", parameter.name);
                same(link.parameters(), &parameter);
            }
            assert!(!preset.link().set("colour", 1.0));
        }
    }
}
