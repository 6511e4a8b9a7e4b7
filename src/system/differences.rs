//! What tells systems apart, parameter by parameter.
//!
//! Devices are matched by their place in the chain, links by the devices they join. Where a number came from is no difference.

use super::{Device, DeviceModel, Link, System, Topology};
use crate::cost::layer_table::{LayerTable, MissingRows};
use crate::cost::profile::Profile;
use crate::link::Duplex;
use crate::presets::Parameter;
use crate::units::Unit;
use std::collections::{BTreeSet, HashMap};

/// What a parameter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// The system itself.
    System,
    /// The device at this place.
    Device(usize),
    /// The link between these devices, the lower index first; `None` = the bus that joins all.
    Link(Option<(usize, usize)>),
}

/// The value of a parameter in one system.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number in SI base units.
    Number(f64, Unit),
    /// A name or one of a few options.
    Word(String),
    /// The device at this place of the system.
    Place(usize),
    /// The system has no such parameter, device or link.
    Absent,
}

/// A parameter that is not the same in all systems.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What it belongs to.
    pub owner: Owner,
    /// Its name as in files, for example `arithmetic.8.macs_per_s`.
    pub name: String,
    /// Its value in every system.
    pub values: Vec<Value>,
}

/// The fact by which a device or link is known to be there.
const NAME: &str = "name";

type Fact = (Owner, String, Value);

/// The parameters in which systems differ: those of the system, then device by device, then link by link. Of a device or link
/// that some systems do not have, only the name is told, beside what differs among those that have it.
pub fn differences(systems: &[&System]) -> Vec<Difference> {
    if systems.windows(2).all(|pair| pair[0] == pair[1]) {
        return Vec::new();
    }
    let mut places: HashMap<(Owner, String), usize> = HashMap::new();
    let mut found: Vec<Difference> = Vec::new();
    for (system, facts) in systems.iter().map(|system| facts(system)).enumerate() {
        for (owner, name, value) in facts {
            let next = found.len();
            let place = *places.entry((owner, name.clone())).or_insert(next);
            if place == next {
                found.push(Difference {
                    owner,
                    name,
                    values: vec![Value::Absent; systems.len()],
                });
            }
            found[place].values[system] = value;
        }
    }
    let owners: Vec<BTreeSet<Owner>> = systems.iter().map(|system| owners(system)).collect();
    found.retain(|row| {
        let counts = |system: &usize| row.name == NAME || owners[*system].contains(&row.owner);
        let mut counted = (0..systems.len()).filter(counts).map(|system| &row.values[system]);
        let first = counted.next();
        counted.any(|value| Some(value) != first)
    });
    found.extend(layer_costs(systems));
    // Stable: the parameters of one owner stay in their order.
    found.sort_by_key(|row| row.owner);
    found
}

/// The devices a link joins, the lower index first; `None` for a bus.
pub fn ends(system: &System, link: usize) -> Option<(usize, usize)> {
    match link.checked_sub(system.links.len()) {
        Some(direct) => system.direct.get(direct).map(|direct| direct.ends),
        None => (system.topology == Topology::Chain).then_some((link, link + 1)),
    }
}

/// What a system consists of.
fn owners(system: &System) -> BTreeSet<Owner> {
    let devices = (0..system.devices.len()).map(Owner::Device);
    let links = (0..system.link_count()).map(|link| Owner::Link(ends(system, link)));
    devices.chain(links).chain([Owner::System]).collect()
}

/// Everything that can be told of a system by numbers and words.
fn facts(system: &System) -> Vec<Fact> {
    let topology = match system.topology {
        Topology::Chain => "chain",
        Topology::Bus => "bus",
    };
    let words = [
        word("topology", topology),
        ("input_at".to_owned(), Value::Place(system.input_at)),
        ("output_at".to_owned(), Value::Place(system.output_at)),
    ];
    let mut facts: Vec<Fact> = of(Owner::System, words.into_iter().chain(numbers(system.parameters()))).collect();
    for (index, device) in system.devices.iter().enumerate() {
        facts.extend(of(Owner::Device(index), device_facts(device).into_iter()));
        let count = device.alternatives.len();
        let count = (count > 0).then(|| ("alternatives".to_owned(), Value::Number(count as f64, Unit::Count)));
        facts.extend(of(Owner::Device(index), count.into_iter()));
        for (number, other) in device.alternatives.iter().enumerate() {
            let inside = |(name, value)| (format!("alternatives.{}.{name}", number + 1), value);
            facts.extend(of(Owner::Device(index), device_facts(other).into_iter().map(inside)));
        }
    }
    for index in 0..system.link_count() {
        let owner = Owner::Link(ends(system, index));
        facts.extend(of(owner, link_facts(system.link(index)).into_iter()));
    }
    facts
}

fn of(owner: Owner, facts: impl Iterator<Item = (String, Value)>) -> impl Iterator<Item = Fact> {
    facts.map(move |(name, value)| (owner, name, value))
}

fn word(name: &str, text: impl Into<String>) -> (String, Value) {
    (name.to_owned(), Value::Word(text.into()))
}

fn numbers(parameters: Vec<Parameter>) -> impl Iterator<Item = (String, Value)> {
    let value = |p: Parameter| (p.name, Value::Number(p.value, p.unit));
    parameters.into_iter().map(value)
}

fn device_facts(device: &Device) -> Vec<(String, Value)> {
    let model = match &device.model {
        DeviceModel::Roofline(_) => "roofline",
        DeviceModel::Table(_) => "table of layer costs",
        DeviceModel::Spatial(_) => "spatial accelerator",
        DeviceModel::Profile(_) => "measured profile",
    };
    let mut facts = vec![word(NAME, &device.name)];
    facts.extend(device.preset.as_ref().map(|preset| word("preset", preset)));
    facts.push(word("model", model));
    facts.extend(numbers(device.parameters()));
    if let DeviceModel::Spatial(model) = &device.model {
        facts.extend(model.choices().into_iter().map(|(name, text)| word(&name, text)));
    }
    facts
}

fn link_facts(link: &Link) -> Vec<(String, Value)> {
    let duplex = match link.duplex {
        Duplex::Half => "half duplex",
        Duplex::Full => "full duplex",
    };
    let mut facts = vec![word(NAME, &link.name)];
    facts.extend(link.preset.as_ref().map(|preset| word("preset", preset)));
    facts.push(word("model", link.model.kind()));
    facts.push(word("duplex", duplex));
    facts.extend(numbers(link.parameters()));
    let choices = link.model.choices();
    facts.extend(choices.iter().map(|choice| {
        let chosen = choice.options.get(choice.chosen).copied();
        word(choice.name, chosen.unwrap_or_default())
    }));
    facts
}

/// Costs that were measured, apart from the numbers that are parameters.
#[derive(Clone, PartialEq)]
enum Measured {
    Layers(LayerTable),
    Bundles(Box<Profile>),
}

/// Devices, alternatives included, whose measured costs differ: which of the different tables each system has.
fn layer_costs(systems: &[&System]) -> Vec<Difference> {
    let devices = systems.iter().map(|system| system.devices.len()).max().unwrap_or(0);
    let mut found = Vec::new();
    for device in 0..devices {
        let designs = |system: &&System| system.devices.get(device).map_or(0, |d| d.alternatives.len() + 1);
        for index in 0..systems.iter().map(designs).max().unwrap_or(0) {
            let table = |system: &'_ &System| {
                let device = system.devices.get(device)?;
                Measured::of(&device.alternative(index)?.model)
            };
            let tables: Vec<Option<Measured>> = systems.iter().map(table).collect();
            let mut distinct: Vec<&Measured> = Vec::new();
            for table in tables.iter().flatten() {
                if !distinct.contains(&table) {
                    distinct.push(table);
                }
            }
            if distinct.len() > 1 {
                let name = match index {
                    0 => "layer_costs".to_owned(),
                    other => format!("alternatives.{other}.layer_costs"),
                };
                let value = |table: &Option<Measured>| match table {
                    Some(table) => Value::Word(table.described(&distinct)),
                    None => Value::Absent,
                };
                found.push(Difference {
                    owner: Owner::Device(device),
                    name,
                    values: tables.iter().map(value).collect(),
                });
            }
        }
    }
    found
}

impl Measured {
    fn of(model: &DeviceModel) -> Option<Self> {
        match model {
            DeviceModel::Table(table) => Some(Self::Layers(table.clone())),
            DeviceModel::Profile(profile) => Some(Self::Bundles(Box::new(Profile {
                clock_hz: None,
                load: 1.0,
                battery_j: None,
                ..Profile::clone(profile)
            }))),
            DeviceModel::Roofline(_) | DeviceModel::Spatial(_) => None,
        }
    }

    /// In words, with its number among those it is compared with: two may have the same source.
    fn described(&self, distinct: &[&Self]) -> String {
        let number = distinct.iter().position(|other| *other == self).map_or(0, |at| at + 1);
        let (count, what, more, source) = match self {
            Self::Layers(table) => {
                let missing = match table.missing {
                    MissingRows::Unsupported => String::new(),
                    MissingRows::Free => ", others free".to_owned(),
                };
                (table.layers.len(), "layers", missing, &table.source)
            }
            Self::Bundles(profile) => {
                let longest = profile.longest.map(|blocks| format!(", up to {blocks} blocks as one"));
                let count = profile.bundles.iter().count();
                (count, "bundles", longest.unwrap_or_default(), &profile.source)
            }
        };
        format!("table {number}: {count} {what}{more}; {source}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{LinkModel, PlainLink};
    use crate::project::sample::system;

    fn names(found: &[Difference]) -> Vec<(Owner, &str)> {
        found.iter().map(|row| (row.owner, row.name.as_str())).collect()
    }

    #[test]
    fn equal_systems_do_not_differ_whatever_their_sources() {
        let one = system(3);
        let mut other = one.clone();
        assert_eq!(differences(&[&one, &other]), []);
        other.devices[0].sources.insert("bits".into(), "a guess".into());
        assert_eq!(differences(&[&one, &other]), []);
    }

    #[test]
    fn a_changed_number_is_told_with_both_values() {
        let one = system(2);
        let mut other = one.clone();
        other.devices[1].idle_power_w += 0.5;
        other.frame_rate_hz = Some(30.0);
        let LinkModel::Plain(PlainLink { rate_bytes_per_s, .. }) = &mut other.links[0].model else {
            panic!("{:?}", other.links[0].model);
        };
        *rate_bytes_per_s *= 2.0;
        let found = differences(&[&one, &other, &one]);
        assert_eq!(
            names(&found),
            [
                (Owner::System, "frame_rate_hz"),
                (Owner::Device(1), "idle_power_w"),
                (Owner::Link(Some((0, 1))), "rate_bytes_per_s"),
            ]
        );
        assert_eq!(
            found[0].values,
            [Value::Absent, Value::Number(30.0, Unit::PerSecond), Value::Absent]
        );
        let idle = one.devices[1].idle_power_w;
        assert_eq!(found[1].values[1], Value::Number(idle + 0.5, Unit::Watts));
        assert_eq!(found[1].values[0], found[1].values[2]);
    }

    #[test]
    fn of_a_device_that_is_missing_only_the_name_is_told() {
        let (two, three) = (system(2), system(3));
        let found = differences(&[&two, &three]);
        let expected = [(Owner::Device(2), "name"), (Owner::Link(Some((1, 2))), "name")];
        let added: Vec<_> = names(&found)
            .into_iter()
            .filter(|(owner, _)| *owner != Owner::System)
            .collect();
        assert_eq!(added, expected);
        assert_eq!(found.last().unwrap().values[0], Value::Absent);
    }
}
