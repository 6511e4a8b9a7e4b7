//! The numbers of a spatial accelerator by name, and what makes one unusable.

use crate::cost::spatial::Spatial;
use crate::cost::spatial::architecture::{Architecture, Keep, Level, MAX_LEVELS, Rule};
use crate::cost::spatial::dim::{Dim, Operand};
use crate::presets::Allowed::{self, AboveZero, NotNegative, Steps, Width};
use crate::presets::{Fault, Parameter};
use crate::units::Unit;

/// The largest number of instances or MAC units in a row, and of rows.
const MOST_IN_A_ROW: f64 = 4096.0;

/// The largest number of words of a block, of a cluster, and of lanes.
const MOST_TOGETHER: f64 = 1_048_576.0;

/// The largest capacity in words, and the largest number of mappings to look at.
const MOST: f64 = 1e12;

/// How many times an architecture may leave it to the mapping whether a level stores an operand.
const MOST_FREE: usize = 6;

impl Spatial {
    /// Every number with its name, unit and range.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let architecture = &self.architecture;
        let mac = &architecture.mac;
        let row = up_to(MOST_IN_A_ROW);
        let mut list = vec![
            Parameter::new("clock_hz", architecture.clock_hz, Unit::Hertz, AboveZero),
            count("mac.units_x", f64::from(mac.mesh_x), row),
            count("mac.units_y", f64::from(mac.mesh_y), row),
            Parameter::new("mac.bits", f64::from(mac.bits), Unit::Bits, Width),
            Parameter::new("mac.energy_j", mac.energy_j, Unit::Joules, NotNegative),
            Parameter::new("mac.area_m2", mac.area_m2, Unit::SquareMetres, NotNegative),
            Parameter::new(
                "energy_per_hop_j",
                architecture.energy_per_hop_j,
                Unit::Joules,
                NotNegative,
            ),
            Parameter::new("leakage_w", architecture.leakage_w, Unit::Watts, NotNegative),
            count("vector.lanes", f64::from(self.vector.lanes), up_to(MOST_TOGETHER)),
            Parameter::new(
                "vector.energy_per_op_j",
                self.vector.energy_per_op_j,
                Unit::Joules,
                NotNegative,
            ),
            count("budget", self.budget as f64, up_to(MOST)),
        ];
        list.extend(architecture.levels.iter().flat_map(level_parameters));
        list
    }

    /// Sets a number by its name; `false` where there is no such one.
    pub(super) fn set(&mut self, name: &str, value: f64) -> bool {
        let architecture = &mut self.architecture;
        let mac = &mut architecture.mac;
        match name {
            "clock_hz" => architecture.clock_hz = value,
            "energy_per_hop_j" => architecture.energy_per_hop_j = value,
            "leakage_w" => architecture.leakage_w = value,
            "mac.bits" => mac.bits = whole(value),
            "mac.units_x" => mac.mesh_x = whole(value),
            "mac.units_y" => mac.mesh_y = whole(value),
            "mac.energy_j" => mac.energy_j = value,
            "mac.area_m2" => mac.area_m2 = value,
            "vector.lanes" => self.vector.lanes = whole(value),
            "vector.energy_per_op_j" => self.vector.energy_per_op_j = value,
            "budget" => self.budget = value.round() as u64,
            _ => {
                let Some((level, field)) = name.strip_prefix("levels.").and_then(|rest| rest.rsplit_once('.')) else {
                    return false;
                };
                let level = architecture.levels.iter_mut().find(|other| other.name == level);
                return level.is_some_and(|level| level.set(field, value));
            }
        }
        true
    }

    /// What is chosen from a list instead of being a number, by name, in words.
    pub(super) fn choices(&self) -> Vec<(String, String)> {
        let mut all = vec![
            ("objective".to_owned(), self.objective.words().to_owned()),
            ("rules".to_owned(), format!("{:?}", self.rules)),
        ];
        for level in &self.architecture.levels {
            let (temporal, spatial) = (&level.temporal, &level.spatial);
            let text = format!("stores {:?}, {temporal:?}, {spatial:?}", level.keep);
            all.push((format!("levels.{}.dataflow", level.name), text));
        }
        all
    }

    /// What is wrong beyond single numbers: nothing could be held, constraints that contradict each other.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = structure_faults(&self.architecture);
        for (index, level) in self.architecture.levels.iter().enumerate() {
            let owner = format!("levels.{}", level.name);
            let of_level = level_faults(&self.architecture, index, level);
            faults.extend(of_level.into_iter().map(|fault| fault.inside(&owner)));
        }
        faults
    }
}

fn count(name: impl Into<String>, value: f64, allowed: Allowed) -> Parameter {
    Parameter::new(name, value, Unit::Count, allowed)
}

/// Whole numbers from 1 on.
fn up_to(most: f64) -> Allowed {
    Steps(1.0, most, 1.0)
}

/// A whole number.
fn whole(value: f64) -> u32 {
    value.round() as u32
}

fn level_parameters(level: &Level) -> Vec<Parameter> {
    let name = |field: &str| format!("levels.{}.{field}", level.name);
    let mut list = Vec::new();
    let capacity = level.capacity_words;
    list.extend(capacity.map(|words| count(name("capacity_words"), words as f64, up_to(MOST))));
    list.push(Parameter::new(
        name("word_bits"),
        f64::from(level.word_bits),
        Unit::Bits,
        Width,
    ));
    let together = up_to(MOST_TOGETHER);
    list.push(count(name("block_words"), f64::from(level.block_words), together));
    list.push(count(name("cluster"), f64::from(level.cluster), together));
    let row = up_to(MOST_IN_A_ROW);
    list.push(count(name("mesh_x"), f64::from(level.mesh_x), row));
    list.push(count(name("mesh_y"), f64::from(level.mesh_y), row));
    let rates = [
        ("read_words_per_cycle", level.read_words_per_cycle),
        ("write_words_per_cycle", level.write_words_per_cycle),
        ("shared_words_per_cycle", level.shared_words_per_cycle),
    ];
    list.extend(
        rates
            .iter()
            .filter_map(|(field, rate)| Some(count(name(field), (*rate)?, AboveZero))),
    );
    list.push(Parameter::new(
        name("read_energy_j"),
        level.read_energy_j,
        Unit::Joules,
        NotNegative,
    ));
    list.push(Parameter::new(
        name("write_energy_j"),
        level.write_energy_j,
        Unit::Joules,
        NotNegative,
    ));
    list.push(Parameter::new(
        name("area_m2"),
        level.area_m2,
        Unit::SquareMetres,
        NotNegative,
    ));
    list
}

impl Level {
    fn set(&mut self, field: &str, value: f64) -> bool {
        match field {
            "capacity_words" => self.capacity_words = Some(value.round() as u64),
            "word_bits" => self.word_bits = whole(value),
            "block_words" => self.block_words = whole(value),
            "cluster" => self.cluster = whole(value),
            "mesh_x" => self.mesh_x = whole(value),
            "mesh_y" => self.mesh_y = whole(value),
            "read_words_per_cycle" => self.read_words_per_cycle = Some(value),
            "write_words_per_cycle" => self.write_words_per_cycle = Some(value),
            "shared_words_per_cycle" => self.shared_words_per_cycle = Some(value),
            "read_energy_j" => self.read_energy_j = value,
            "write_energy_j" => self.write_energy_j = value,
            "area_m2" => self.area_m2 = value,
            _ => return false,
        }
        true
    }
}

fn fault(parameter: &str, problem: impl Into<String>) -> Fault {
    Fault {
        parameter: parameter.to_owned(),
        problem: problem.into(),
    }
}

/// What is wrong with the levels as a whole.
fn structure_faults(architecture: &Architecture) -> Vec<Fault> {
    let levels = &architecture.levels;
    let mut faults = Vec::new();
    let count = levels.len();
    if !(1..=MAX_LEVELS).contains(&count) {
        faults.push(fault("levels", format!("are {count}, must be 1 to {MAX_LEVELS}")));
    }
    for (index, level) in levels.iter().enumerate() {
        if level.name.is_empty() {
            faults.push(fault(
                "levels",
                format!("include number {} without a name, which it needs", index + 1),
            ));
        } else if levels[..index].iter().any(|other| other.name == level.name) {
            faults.push(fault(
                "levels",
                format!("include two called “{}”, must differ", level.name),
            ));
        }
    }
    if let Some(outermost) = levels.first() {
        for operand in Operand::ALL {
            if outermost.keep[operand.index()] != Keep::Yes {
                let owner = format!("levels.{}.keep", outermost.name);
                faults.push(fault(
                    &owner,
                    format!("leaves out {}, must store everything", operand.word()),
                ));
            }
        }
        if outermost.instances() != 1 {
            let owner = format!("levels.{}.mesh_x", outermost.name);
            faults.push(fault(
                &owner,
                format!("makes {} main memories, must be 1", outermost.instances()),
            ));
        }
    }
    let free = levels
        .iter()
        .flat_map(|level| level.keep)
        .filter(|keep| *keep == Keep::Free)
        .count();
    if free > MOST_FREE {
        let problem = format!("leave {free} choices of what is stored to the mapping, must be at most {MOST_FREE}");
        faults.push(fault("levels", problem));
    }
    for dim in Dim::ALL {
        let full = levels.iter().filter(|level| level.temporal.rule(dim) == Rule::Full);
        let names: Vec<&str> = full.map(|level| level.name.as_str()).collect();
        if let [first, second, ..] = names[..] {
            let problem = format!(
                "want all of {} both in {first} and in {second}, must be one",
                dim.words()
            );
            faults.push(fault("levels", problem));
        }
    }
    faults
}

fn level_faults(architecture: &Architecture, index: usize, level: &Level) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (below_x, below_y, below) = match architecture.levels.get(index + 1) {
        Some(next) => (next.mesh_x, next.mesh_y, next.name.as_str()),
        None => (architecture.mac.mesh_x, architecture.mac.mesh_y, "the MAC units"),
    };
    for (field, here, there) in [("mesh_x", level.mesh_x, below_x), ("mesh_y", level.mesh_y, below_y)] {
        if here > 0 && !there.is_multiple_of(here) {
            let problem = format!("is {here}, must divide the {there} of {below}");
            faults.push(fault(field, problem));
        }
    }
    let kept = level.keep.iter().filter(|keep| **keep == Keep::Yes).count() as u64;
    if let Some(capacity) = level.capacity_words.filter(|&words| words < kept) {
        let problem = format!("is {capacity}, cannot hold one word each of the {kept} operands it stores");
        faults.push(fault("capacity_words", problem));
    }
    let (x, y) = architecture.fan_out(index);
    for dim in Dim::ALL {
        let room = if level.spatial.along_x.contains(&dim) { x } else { y };
        for (slot, rule) in [
            ("temporal", level.temporal.rule(dim)),
            ("spatial", level.spatial.rule(dim)),
        ] {
            match rule {
                Rule::Exactly(0) | Rule::AtMost(0) => {
                    faults.push(fault(
                        slot,
                        format!("has the factor 0 for {}, must be at least 1", dim.letter()),
                    ));
                }
                Rule::Exactly(factor) if slot == "spatial" && factor > room && (x, y) != (1, 1) => {
                    let problem = format!("spreads {} by {factor}, there is room for {room}", dim.words());
                    faults.push(fault(slot, problem));
                }
                _ => {}
            }
        }
    }
    for (position, dim) in level.temporal.order.iter().enumerate() {
        if level.temporal.order[..position].contains(dim) {
            faults.push(fault("temporal.order", format!("names {} twice", dim.letter())));
        }
    }
    faults
}
