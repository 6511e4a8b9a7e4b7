//! What a change of one number of a spatial accelerator takes along, and whether the accelerator is still one: pure functions from a device
//! to a changed device, or in words why not.

use crate::cost::spatial::Spatial;
use crate::cost::spatial::architecture::{Level, StorageClass};
use crate::cost::spatial::space::follow_the_array;
use crate::system::number::words;
use crate::system::{Device, DeviceModel};

/// The source of energies and areas that followed a size.
const SCALED: &str = "scaled from the value before by the estimates for both sizes";

/// A changed device, or why it cannot be changed like this.
pub type Changed = Result<Device, String>;

/// The spatial model of a device.
pub fn model(device: &Device) -> Option<&Spatial> {
    match &device.model {
        DeviceModel::Spatial(model) => Some(model),
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Profile(_) => None,
    }
}

/// The spatial model of a device, to be changed.
pub fn model_mut(device: &mut Device) -> Option<&mut Spatial> {
    match &mut device.model {
        DeviceModel::Spatial(model) => Some(model),
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Profile(_) => None,
    }
}

/// Any change of the model, checked as a whole.
pub fn with(device: &Device, change: impl FnOnce(&mut Spatial)) -> Changed {
    let mut changed = device.clone();
    if let Some(model) = model_mut(&mut changed) {
        change(model);
    }
    checked(device, changed)
}

/// A number by its name; `None` = without limit. What belongs to it follows: energies and areas a size, equally wide levels the array.
pub fn with_number(device: &Device, preset: Option<&Device>, name: &str, value: Option<f64>) -> Changed {
    let mut changed = device.clone();
    if let Some((level, field)) = name.strip_prefix("levels.").and_then(|rest| rest.rsplit_once('.')) {
        let at = place(&changed, level);
        match field {
            "capacity_words" => {
                let words = value.map(|words| words.round() as u64);
                resize(&mut changed, preset, level, |level| level.capacity_words = words);
            }
            "word_bits" | "block_words" => {
                if let Some(value) = value {
                    resize(&mut changed, preset, level, |level| match field {
                        "word_bits" => level.word_bits = value.round() as u32,
                        _ => level.block_words = value.round() as u32,
                    });
                }
            }
            "read_words_per_cycle" | "write_words_per_cycle" | "shared_words_per_cycle" => {
                let level = model_mut(&mut changed)
                    .zip(at)
                    .map(|(m, at)| &mut m.architecture.levels[at]);
                if let Some(level) = level {
                    match field {
                        "read_words_per_cycle" => level.read_words_per_cycle = value,
                        "write_words_per_cycle" => level.write_words_per_cycle = value,
                        _ => level.shared_words_per_cycle = value,
                    }
                }
            }
            _ => set(&mut changed, name, value),
        }
    } else {
        match name {
            "mac.units_x" | "mac.units_y" => set_side(&mut changed, name == "mac.units_x", value),
            "mac.bits" => set_mac_bits(&mut changed, preset, value),
            _ => set(&mut changed, name, value),
        }
    }
    checked(device, changed)
}

/// Another kind of memory for a level, by its name; energies and area follow.
pub fn with_memory(device: &Device, preset: Option<&Device>, level: &str, class: StorageClass) -> Changed {
    let mut changed = device.clone();
    resize(&mut changed, preset, level, |level| level.storage.class = class);
    checked(device, changed)
}

fn set(device: &mut Device, name: &str, value: Option<f64>) {
    // A name that the device does not have changes nothing, which the caller sees.
    if let Some(value) = value {
        device.set(name, value);
    }
}

fn place(device: &Device, name: &str) -> Option<usize> {
    let levels = &model(device)?.architecture.levels;
    levels.iter().position(|level| level.name == name)
}

/// Changes sizes of a level; its energies and area are scaled by the estimates for both sizes, or are those of the preset again where the
/// sizes are.
fn resize(device: &mut Device, preset: Option<&Device>, name: &str, change: impl FnOnce(&mut Level)) {
    let Some(at) = place(device, name) else { return };
    let Some(model) = model_mut(device) else { return };
    let level = &mut model.architecture.levels[at];
    let (new, assumption) = level.changed(change);
    let fields = ["read_energy_j", "write_energy_j", "area_m2"].map(|field| format!("levels.{name}.{field}"));
    let values = |level: &Level| [level.read_energy_j, level.write_energy_j, level.area_m2];
    let moved: Vec<bool> = values(level).iter().zip(values(&new)).map(|(a, b)| *a != b).collect();
    *level = new;
    let original = preset.and_then(|preset| {
        let original = self::model(preset)?.architecture.levels.get(place(preset, name)?)?;
        let sizes = |level: &Level| (level.capacity_words, level.word_bits, level.block_words, level.storage);
        (sizes(original) == sizes(level)).then_some((preset, original.clone()))
    });
    let scaled = match assumption {
        Some(assumption) => format!("{SCALED}; {assumption}"),
        None => SCALED.to_owned(),
    };
    for (index, (field, moved)) in fields.iter().zip(moved).enumerate() {
        let was_scaled = device
            .sources
            .get(field)
            .is_some_and(|source| source.starts_with(SCALED));
        let source = match &original {
            Some((preset, original)) if was_scaled => {
                device.set(field, values(original)[index]);
                preset.sources.get(field).cloned()
            }
            _ if moved => Some(scaled.clone()),
            _ => continue,
        };
        set_source(device, field, source);
    }
}

fn set_source(device: &mut Device, field: &str, source: Option<String>) {
    match source {
        Some(source) => device.sources.insert(field.to_owned(), source),
        None => device.sources.remove(field),
    };
}

fn set_mac_bits(device: &mut Device, preset: Option<&Device>, value: Option<f64>) {
    let Some(bits) = value.map(|bits| bits.round() as u32) else {
        return;
    };
    let original = preset.and_then(model).map(|model| &model.architecture.mac);
    let original = original.filter(|mac| mac.bits == bits).cloned();
    let is_scaled = |device: &Device, field: &str| device.sources.get(field).is_some_and(|s| s.starts_with(SCALED));
    let fields = ["mac.energy_j", "mac.area_m2"];
    let back = original.filter(|_| fields.iter().all(|field| is_scaled(device, field)));
    let Some(model) = model_mut(device) else { return };
    let mac = &mut model.architecture.mac;
    let new = mac.resized(bits);
    let moved = [new.energy_j != mac.energy_j, new.area_m2 != mac.area_m2];
    *mac = new;
    if let Some(original) = &back {
        (mac.energy_j, mac.area_m2) = (original.energy_j, original.area_m2);
    }
    for (field, moved) in fields.into_iter().zip(moved) {
        let source = match (&back, preset) {
            (Some(_), Some(preset)) => preset.sources.get(field).cloned(),
            _ if moved => Some(SCALED.to_owned()),
            _ => continue,
        };
        set_source(device, field, source);
    }
}

/// Changes the columns (else the rows) of the array: the levels within it that have as many change along, and so do limits of the spread
/// and lanes of the vector unit that were those of the array.
fn set_side(device: &mut Device, is_columns: bool, value: Option<f64>) {
    let Some(new) = value.map(|value| value.round() as u32) else {
        return;
    };
    let Some(model) = model_mut(device) else { return };
    let before = model.architecture.clone();
    let architecture = &mut model.architecture;
    let mac = &mut architecture.mac;
    let side = if is_columns { &mut mac.mesh_x } else { &mut mac.mesh_y };
    let old = std::mem::replace(side, new);
    for level in architecture.levels.iter_mut().rev() {
        let side = if is_columns {
            &mut level.mesh_x
        } else {
            &mut level.mesh_y
        };
        // A single instance is shared by an array of any size.
        if *side != old || old == 1 {
            break;
        }
        *side = new;
    }
    follow_the_array(model, &before);
}

/// Whether a changed device can be evaluated, and an area that was the sum of its parts still is.
pub(super) fn checked(before: &Device, mut changed: Device) -> Changed {
    let parts = |device: &Device| model(device).map(|model| model.architecture.area_m2());
    if let (Some(given), Some(old), Some(new)) = (before.area_m2, parts(before), parts(&changed))
        && changed.area_m2 == Some(given)
        && (given - old).abs() <= 1e-6 * old
        && new != old
    {
        changed.area_m2 = Some(new);
    }
    match changed.validate().first() {
        Some(fault) => Err(format!("{} {}", words(&fault.parameter), fault.problem)),
        None => Ok(changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::sample;

    fn number(device: &Device, name: &str) -> Option<f64> {
        let parameters = device.parameters();
        parameters.into_iter().find(|p| p.name == name).map(|p| p.value)
    }

    #[test]
    fn energies_and_areas_follow_a_capacity_there_and_back() {
        let preset = sample::spatial("S");
        let small = with_number(&preset, Some(&preset), "levels.Buffer.capacity_words", Some(1024.0)).unwrap();
        let energy = "levels.Buffer.read_energy_j";
        assert!(number(&small, energy) < number(&preset, energy));
        assert!(small.sources[energy].starts_with(SCALED));
        assert!(small.area() < preset.area());
        let back = with_number(&small, Some(&preset), "levels.Buffer.capacity_words", Some(4096.0)).unwrap();
        assert_eq!(back, preset);
        let unlimited = with_number(&preset, Some(&preset), "levels.Buffer.capacity_words", None).unwrap();
        assert_eq!(number(&unlimited, "levels.Buffer.capacity_words"), None);
    }

    #[test]
    fn another_kind_of_memory_has_other_energies_from_another_source() {
        let preset = sample::spatial("S");
        let dram = StorageClass::Dram(crate::cost::spatial::architecture::DramKind::Hbm2);
        let new = with_memory(&preset, Some(&preset), "DRAM", dram).unwrap();
        let energy = "levels.DRAM.read_energy_j";
        assert!(number(&new, energy) < number(&preset, energy));
        assert!(new.sources[energy].starts_with(SCALED));
        let before = model(&preset).unwrap().architecture.levels[0].storage.class;
        assert_eq!(with_memory(&new, Some(&preset), "DRAM", before).unwrap(), preset);
    }

    #[test]
    fn a_given_area_that_is_the_sum_of_the_parts_stays_that() {
        let mut device = sample::spatial("S");
        device.area_m2 = device.area();
        let small = with_number(&device, None, "levels.Buffer.capacity_words", Some(64.0)).unwrap();
        assert_eq!(small.area_m2, model(&small).map(|m| m.architecture.area_m2()));
        device.area_m2 = Some(1.0);
        let small = with_number(&device, None, "levels.Buffer.capacity_words", Some(64.0)).unwrap();
        assert_eq!(small.area_m2, Some(1.0));
    }

    #[test]
    fn levels_of_the_array_change_with_it() {
        let device = sample::spatial("S");
        let wide = with_number(&device, None, "mac.units_x", Some(6.0)).unwrap();
        assert_eq!(number(&wide, "levels.Scratchpad.mesh_x"), Some(6.0));
        assert_eq!(number(&wide, "levels.Scratchpad.mesh_y"), Some(4.0));
        assert_eq!(number(&wide, "levels.Buffer.mesh_x"), Some(1.0));
        assert_eq!(number(&wide, "vector.lanes"), Some(6.0));
        // A level's own number is its own, and is refused where the array does not divide into it.
        let refused = with_number(&device, None, "levels.Scratchpad.mesh_x", Some(3.0)).unwrap_err();
        assert_eq!(
            refused,
            "instances in a row of Scratchpad is 3, must divide the 4 of the MAC units"
        );
        let halved = with_number(&device, None, "levels.Scratchpad.mesh_x", Some(2.0)).unwrap();
        assert_eq!(number(&halved, "mac.units_x"), Some(4.0));
    }

    #[test]
    fn what_holds_nothing_is_refused() {
        let device = sample::spatial("S");
        let refused = with_number(&device, None, "levels.Scratchpad.capacity_words", Some(1.0)).unwrap_err();
        assert!(
            refused.contains("cannot hold one word each of the 2 operands"),
            "{refused}"
        );
        assert!(with_number(&device, None, "clock_hz", Some(0.0)).is_err());
    }

    #[test]
    fn narrower_units_take_less_energy() {
        let device = sample::spatial("S");
        let narrow = with_number(&device, Some(&device), "mac.bits", Some(4.0)).unwrap();
        assert!(number(&narrow, "mac.energy_j") < number(&device, "mac.energy_j"));
        let back = with_number(&narrow, Some(&device), "mac.bits", Some(8.0)).unwrap();
        assert_eq!(back, device);
    }
}
