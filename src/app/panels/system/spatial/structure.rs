//! Levels of a spatial accelerator that come, go and get another name.

use super::change::{Changed, checked, model_mut};
use crate::cost::spatial::architecture::{Keep, Level, Loops, Rule, Storage, StorageClass};
use crate::cost::spatial::estimate::estimate;
use crate::system::{BY_HAND, Device};

/// Words an added level holds.
const NEW_WORDS: u64 = 1024;

/// Gives a level another name.
pub fn renamed(device: &Device, at: usize, name: &str) -> Changed {
    if name.contains('.') {
        return Err("a name without a dot is needed".to_owned());
    }
    let mut changed = device.clone();
    let Some(level) = model_mut(&mut changed).and_then(|model| model.architecture.levels.get_mut(at)) else {
        return Err("there is no such level".to_owned());
    };
    let old = std::mem::replace(&mut level.name, name.to_owned());
    move_sources(&mut changed, &old, name, true);
    checked(device, changed)
}

/// Copies, or moves, the sources of a level to another name.
fn move_sources(device: &mut Device, from: &str, to: &str, is_move: bool) {
    let prefix = format!("levels.{from}.");
    // A longer name may begin in the same way and go on after a dot.
    let field = |name: &str| {
        let field = name.strip_prefix(&prefix)?;
        (!field.contains('.')).then(|| field.to_owned())
    };
    let of_level = device
        .sources
        .iter()
        .filter_map(|(name, source)| Some((format!("levels.{to}.{}", field(name)?), source.clone())));
    let of_level: Vec<_> = of_level.collect();
    if is_move {
        device.sources.retain(|name, _| field(name).is_none());
    }
    device.sources.extend(of_level);
}

/// Adds a copy of a level below it; the copy takes over how its work is spread over the instances below.
pub fn duplicated(device: &Device, at: usize) -> Changed {
    inserted(device, at, Level::clone, true)
}

/// Adds a level below another: an SRAM that stores nothing yet, its energies and area estimated.
pub fn added(device: &Device, at: usize) -> Changed {
    let new = |above: &Level| {
        let mut level = Level {
            storage: Storage {
                class: StorageClass::Sram,
                width_bits: None,
                banks: 1,
                address_generators: false,
            },
            capacity_words: Some(NEW_WORDS),
            cluster: 1,
            read_words_per_cycle: None,
            write_words_per_cycle: None,
            shared_words_per_cycle: None,
            keep: [Keep::No; 3],
            temporal: Loops {
                others: Rule::One,
                ..Loops::default()
            },
            ..above.clone()
        };
        let estimate = estimate(&level);
        level.read_energy_j = estimate.read_energy_j;
        level.write_energy_j = estimate.write_energy_j;
        level.area_m2 = estimate.area_m2;
        level
    };
    inserted(device, at, new, false)
}

fn inserted(device: &Device, at: usize, new: impl FnOnce(&Level) -> Level, with_sources: bool) -> Changed {
    let mut changed = device.clone();
    let Some(model) = model_mut(&mut changed) else {
        return Err("the device has no levels".to_owned());
    };
    let levels = &mut model.architecture.levels;
    let Some(above) = levels.get_mut(at) else {
        return Err("there is no such level".to_owned());
    };
    let mut level = new(above);
    // The instances below are now below the new level.
    above.spatial = Default::default();
    let old = above.name.clone();
    let names: Vec<String> = levels.iter().map(|level| level.name.clone()).collect();
    let stem = if with_sources { old.as_str() } else { "level" };
    level.name = (2..)
        .map(|number| format!("{stem} {number}"))
        .find(|name| !names.contains(name))
        .unwrap_or_default();
    let name = level.name.clone();
    levels.insert(at + 1, level);
    if with_sources {
        move_sources(&mut changed, &old, &name, false);
    } else {
        for field in ["capacity_words", "word_bits", "block_words"] {
            let source = BY_HAND.to_owned();
            changed.sources.insert(format!("levels.{name}.{field}"), source);
        }
        for field in ["read_energy_j", "write_energy_j", "area_m2"] {
            let source = "estimated from its size (CACTI 7 results and small-logic figures, 45 nm)".to_owned();
            changed.sources.insert(format!("levels.{name}.{field}"), source);
        }
    }
    checked(device, changed)
}

/// Takes a level away; the level above spreads its work over the instances below it.
pub fn removed(device: &Device, at: usize) -> Changed {
    let mut changed = device.clone();
    let Some(model) = model_mut(&mut changed) else {
        return Err("the device has no levels".to_owned());
    };
    let levels = &mut model.architecture.levels;
    if levels.len() < 2 || at >= levels.len() {
        return Err("this is the only level".to_owned());
    }
    let gone = levels.remove(at);
    if let Some(above) = at.checked_sub(1).and_then(|above| levels.get_mut(above)) {
        above.spatial.rules.extend(gone.spatial.rules);
        let along = gone.spatial.along_x.into_iter();
        let new: Vec<_> = along.filter(|dim| !above.spatial.along_x.contains(dim)).collect();
        above.spatial.along_x.extend(new);
    }
    let prefix = format!("levels.{}.", gone.name);
    changed.sources.retain(|name, _| !name.starts_with(&prefix));
    checked(device, changed)
}

#[cfg(test)]
mod tests {
    use super::super::change::model;
    use super::*;
    use crate::project::sample;

    fn number(device: &Device, name: &str) -> Option<f64> {
        let parameters = device.parameters();
        parameters.into_iter().find(|p| p.name == name).map(|p| p.value)
    }

    #[test]
    fn levels_come_and_go() {
        let device = sample::spatial("S");
        let names = |device: &Device| -> Vec<String> {
            let levels = &model(device).unwrap().architecture.levels;
            levels.iter().map(|level| level.name.clone()).collect()
        };
        let more = duplicated(&device, 1).unwrap();
        assert_eq!(names(&more), ["DRAM", "Buffer", "Buffer 2", "Scratchpad"]);
        let spread = |device: &Device, at: usize| model(device).unwrap().architecture.levels[at].spatial.clone();
        assert_eq!(spread(&more, 2), spread(&device, 1));
        assert_eq!(removed(&more, 2).unwrap(), device);
        let new = added(&device, 2).unwrap();
        assert_eq!(names(&new)[3], "level 2");
        assert!(number(&new, "levels.level 2.read_energy_j") > Some(0.0));
        // Without the main memory a level that does not store weights would be the outermost.
        let refused = removed(&device, 0).unwrap_err();
        assert!(refused.contains("must store everything"), "{refused}");
        let renamed_one = renamed(&device, 1, "GLB").unwrap();
        assert_eq!(names(&renamed_one)[1], "GLB");
        assert!(renamed(&device, 1, "DRAM").unwrap_err().contains("must differ"));
        // An imported level may have a dot in its name.
        let mut dotted = device.clone();
        model_mut(&mut dotted).unwrap().architecture.levels[2].name = "Buffer.low".into();
        let low = "levels.Buffer.low.word_bits".to_owned();
        dotted.sources = [
            (low.clone(), "a".to_owned()),
            ("levels.Buffer.word_bits".to_owned(), "b".to_owned()),
        ]
        .into();
        let sources = renamed(&dotted, 1, "GLB").unwrap().sources;
        assert_eq!(sources.get(&low).map(String::as_str), Some("a"));
        assert_eq!(sources.get("levels.GLB.word_bits").map(String::as_str), Some("b"));
    }
}
