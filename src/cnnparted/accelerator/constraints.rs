//! Constraints on mappings: what each level keeps, which factors its loops may have and in which order, and how its work is spread.

use super::Notes;
use crate::cnnparted::error::{Fault, quoted};
use crate::cnnparted::fields::{Fields, place};
use crate::cost::spatial::architecture::{Architecture, Keep, Level, Loops, Rule, Spread};
use crate::cost::spatial::dim::{Dim, Operand, PerOperand};
use serde_json::Value;
use std::collections::BTreeMap;

/// The largest factor.
const LARGEST_FACTOR: u64 = 1 << 32;
/// The most entries of all files together.
const MOST_TARGETS: usize = 1_000;
/// Keys under which files keep their lists.
pub(super) const KEYS: [&str; 4] = [
    "architecture_constraints",
    "mapspace_constraints",
    "mapspace",
    "constraints",
];

/// What is said of one level so far.
#[derive(Debug, Default, Clone)]
struct OfLevel {
    keep: PerOperand<Option<bool>>,
    temporal: Slot,
    spatial: Slot,
    split: Option<usize>,
}

#[derive(Debug, Default, Clone)]
struct Slot {
    rules: BTreeMap<Dim, Rule>,
    order: Vec<Dim>,
}

/// What is said of all levels.
pub(super) struct Constraints {
    names: Vec<String>,
    /// By level: instances below each of it, along rows and columns.
    fan_outs: Vec<(u64, u64)>,
    levels: Vec<OfLevel>,
    targets: usize,
}

impl Constraints {
    pub(super) fn new(architecture: &Architecture) -> Self {
        let levels = &architecture.levels;
        Self {
            names: levels.iter().map(|level| level.name.clone()).collect(),
            fan_outs: (0..levels.len()).map(|level| architecture.fan_out(level)).collect(),
            levels: vec![OfLevel::default(); levels.len()],
            targets: 0,
        }
    }

    /// Reads all lists of a file.
    pub(super) fn read(&mut self, root: &Fields, notes: &mut Notes) -> Result<(), Fault> {
        for key in KEYS {
            match root.get(key) {
                None => {}
                // A list of targets, or of groups of targets.
                Some(Value::Array(_)) => {
                    for entry in root.list(key)? {
                        if entry.get("targets").is_some() {
                            self.targets(&entry, notes)?;
                        } else {
                            self.target(&entry, notes)?;
                        }
                    }
                }
                Some(_) => {
                    if let Some(group) = root.fields(key)? {
                        group.get("version");
                        self.targets(&group, notes)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn targets(&mut self, group: &Fields, notes: &mut Notes) -> Result<(), Fault> {
        for entry in group.list("targets")? {
            self.target(&entry, notes)?;
        }
        notes.ignored.extend(group.others());
        Ok(())
    }

    fn target(&mut self, entry: &Fields, notes: &mut Notes) -> Result<(), Fault> {
        self.targets += 1;
        if self.targets > MOST_TARGETS {
            return Err(Fault::new(
                place(entry.place()),
                format!("there are more than {MOST_TARGETS} constraints"),
                "Give those of one accelerator",
            ));
        }
        let key = if entry.get("target").is_some() {
            "target"
        } else {
            "name"
        };
        let name = entry.text(key)?;
        let name = name.ok_or_else(|| entry.missing("target", "the name of a memory of the architecture"))?;
        let Some(level) = self.names.iter().position(|known| known == name) else {
            return Err(Fault::new(
                place(&entry.path(key)),
                format!("the architecture has no memory {}", quoted(name)),
                format!("Write one of {}", self.names.join(", ")),
            ));
        };
        let kind = entry.text("type")?;
        let kind = kind.ok_or_else(|| entry.missing("type", "temporal, spatial or bypass"))?;
        match kind {
            "temporal" => slot(entry, &mut self.levels[level].temporal)?,
            "spatial" => {
                let of_level = &mut self.levels[level];
                slot(entry, &mut of_level.spatial)?;
                if let Some(split) = entry.whole("split", 0, 64)? {
                    let split = usize::try_from(split).unwrap_or_default();
                    if of_level.split.is_some_and(|other| other != split) {
                        return Err(contradiction(&entry.path("split"), "another split"));
                    }
                    of_level.split = Some(split);
                }
                if self.fan_outs[level] == (1, 1) {
                    notes.ignored.push(format!(
                        "{}: there is one instance below {name}, nothing to spread over",
                        entry.place()
                    ));
                }
            }
            "bypass" | "datatype" | "bypassing" => {
                operands(entry, "keep", true, &mut self.levels[level].keep)?;
                operands(entry, "bypass", false, &mut self.levels[level].keep)?;
            }
            "utilization"
            | "parallelism"
            | "max_overbooked_proportion"
            | "no_link_transfer"
            | "no_multicast"
            | "no_reduction"
            | "no_multicast_no_reduction" => {
                notes.ignored.push(format!(
                    "{}: constraints of the type {} are not kept",
                    entry.place(),
                    quoted(kind)
                ));
                return Ok(());
            }
            _ => {
                return Err(Fault::new(
                    place(&entry.path("type")),
                    format!("{} is no type of constraint", quoted(kind)),
                    "Write temporal, spatial or bypass",
                ));
            }
        }
        notes.ignored.extend(entry.others());
        Ok(())
    }

    /// The levels with their constraints.
    pub(super) fn apply(&self, levels: Vec<Level>, notes: &mut Notes) -> Vec<Level> {
        let all = levels.into_iter().zip(&self.levels).zip(&self.fan_outs).enumerate();
        all.map(|(index, ((mut level, said), &fan_out))| {
            for (keep, said) in level.keep.iter_mut().zip(said.keep) {
                // The main memory keeps everything.
                *keep = match said {
                    _ if index == 0 => Keep::Yes,
                    Some(true) => Keep::Yes,
                    Some(false) => Keep::No,
                    None => Keep::Free,
                };
            }
            let mut rules = said.temporal.rules.clone();
            if index > 0 {
                // Groups, which the files know nothing of, are looped over from the main memory or spread.
                rules.entry(Dim::G).or_insert(Rule::One);
            }
            level.temporal = Loops {
                rules,
                others: Rule::Free,
                order: said.temporal.order.clone(),
            };
            if fan_out != (1, 1) {
                level.spatial = Spread {
                    rules: said.spatial.rules.clone(),
                    others: Rule::Free,
                    along_x: along_x(said, fan_out, &level.name, notes),
                };
            }
            level
        })
        .collect()
    }
}

/// Which dimensions lie along rows.
fn along_x(said: &OfLevel, fan_out: (u64, u64), name: &str, notes: &mut Notes) -> Vec<Dim> {
    match (fan_out, said.split) {
        ((_, 1), _) => Dim::ALL.to_vec(),
        ((1, _), _) => Vec::new(),
        (_, Some(split)) => {
            let mut order = said.spatial.order.clone();
            let rest = Dim::ALL.into_iter().filter(|dim| !said.spatial.order.contains(dim));
            order.extend(rest.collect::<Vec<_>>());
            order.truncate(split);
            order
        }
        (_, None) => {
            notes.assume(format!(
                "Below {name} output channels are spread along columns and everything else along rows: the files name no split"
            ));
            Dim::ALL.into_iter().filter(|&dim| dim != Dim::M).collect()
        }
    }
}

/// Factors and order of an entry, which may not contradict earlier ones.
fn slot(entry: &Fields, slot: &mut Slot) -> Result<(), Fault> {
    // Some files put them one step further in.
    let attributes = entry.fields("attributes")?;
    let fields = attributes.as_ref().unwrap_or(entry);
    let path = fields.path("factors");
    let factors = match fields.get("factors") {
        None => Vec::new(),
        Some(Value::String(text)) => factors(text, &path)?,
        Some(Value::Array(list)) => {
            let mut all = Vec::new();
            for value in list {
                let text = value.as_str().ok_or_else(|| malformed(&path))?;
                all.extend(factors(text, &path)?);
            }
            all
        }
        Some(Value::Object(map)) => {
            let mut all = Vec::new();
            for (letters, value) in map {
                let factor = value.as_u64().filter(|&factor| factor <= LARGEST_FACTOR);
                all.push((dim(letters, &path)?, exactly(factor.ok_or_else(|| malformed(&path))?)));
            }
            all
        }
        Some(_) => return Err(malformed(&path)),
    };
    for (dim, rule) in factors {
        if slot.rules.insert(dim, rule).is_some_and(|other| other != rule) {
            return Err(contradiction(&path, &format!("another factor of {}", dim.letter())));
        }
    }
    let Some(text) = fields.text("permutation")? else {
        return Ok(());
    };
    let path = fields.path("permutation");
    let mut order = Vec::new();
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != ',') {
        let dim = dim(letter.encode_utf8(&mut [0; 4]), &path)?;
        if order.contains(&dim) {
            return Err(Fault::new(
                place(&path),
                format!("{} names {letter} twice", quoted(text)),
                "Name each dimension once",
            ));
        }
        order.push(dim);
    }
    if !slot.order.is_empty() && slot.order != order {
        return Err(contradiction(&path, "another permutation"));
    }
    slot.order = order;
    Ok(())
}

fn contradiction(path: &str, what: &str) -> Fault {
    Fault::new(
        place(path),
        format!("the files say {what} for the same loops"),
        "Keep one of the two",
    )
}

fn malformed(path: &str) -> Fault {
    Fault::new(
        place(path),
        "these are no factors",
        format!("Write factors like “R=0 C=3 M<=16”, at most {LARGEST_FACTOR}"),
    )
}

fn exactly(factor: u64) -> Rule {
    match factor {
        0 => Rule::Full,
        1 => Rule::One,
        factor => Rule::Exactly(factor),
    }
}

/// `R=0 C=3 M<=16`: 0 is all of the dimension, `<=` an upper limit.
fn factors(text: &str, path: &str) -> Result<Vec<(Dim, Rule)>, Fault> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(separates);
    while !rest.is_empty() {
        let letters = rest
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default();
        let after = rest[letters.len()..].trim_start();
        let (is_limit, after) = match (after.strip_prefix("<="), after.strip_prefix('=')) {
            (Some(after), _) => (true, after),
            (None, Some(after)) => (false, after),
            (None, None) => (false, after),
        };
        let after = after.trim_start();
        let digits = after.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let number = digits.parse::<u64>().ok().filter(|&number| number <= LARGEST_FACTOR);
        let number = number.ok_or_else(|| malformed(path))?;
        if letters.is_empty() || (is_limit && number == 0) {
            return Err(malformed(path));
        }
        let rule = match (is_limit, number) {
            (true, 1) => Rule::One,
            (true, most) => Rule::AtMost(most),
            (false, factor) => exactly(factor),
        };
        found.push((dim(letters, path)?, rule));
        let after = &after[digits.len()..];
        rest = after.trim_start_matches(separates);
        if rest.len() == after.len() && !rest.is_empty() {
            return Err(malformed(path));
        }
    }
    Ok(found)
}

fn separates(c: char) -> bool {
    c.is_whitespace() || c == ',' || c == ';'
}

/// The dimension of a letter; K is another name for the output channels.
fn dim(letter: &str, path: &str) -> Result<Dim, Fault> {
    let found = match letter {
        "K" => Some(Dim::M),
        letter => Dim::from_letter(letter),
    };
    found.ok_or_else(|| {
        Fault::new(
            place(path),
            format!("{} is no dimension of a convolution", quoted(letter)),
            "Write N, M (or K), C, P, Q, R, S",
        )
    })
}

/// The operands an entry keeps or passes by.
fn operands(entry: &Fields, key: &'static str, keeps: bool, keep: &mut PerOperand<Option<bool>>) -> Result<(), Fault> {
    let path = entry.path(key);
    let list = match entry.get(key) {
        None => return Ok(()),
        Some(Value::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
    };
    for value in list {
        let word = value.as_str().map(str::to_lowercase);
        let operand = Operand::ALL
            .into_iter()
            .find(|operand| Some(operand.word()) == word.as_deref());
        let operand = operand.ok_or_else(|| {
            Fault::new(
                place(&path),
                format!("{} is no operand", quoted(&value.to_string())),
                "Write Weights, Inputs or Outputs",
            )
        })?;
        let slot = &mut keep[operand.index()];
        if slot.is_some_and(|other| other != keeps) {
            let word = operand.word();
            return Err(Fault::new(
                place(&path),
                format!("{word} are both kept and passed by"),
                "Keep one of the two",
            ));
        }
        *slot = Some(keeps);
    }
    Ok(())
}
