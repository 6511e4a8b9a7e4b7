//! From a system with measured devices to the problem of schedules over their bundles.

use super::{Bundling, Profiled};
use crate::cost::profile::{BundleCost, BundleTable, Profile};
use crate::explore::schedule::{
    Constraint, ConstraintError, Cost, MOST_MACHINES, Machine, Payload, Problem, ScheduleError, Transfers,
};
use crate::network::Network;
use crate::network::blocks::Blocks;
use crate::system::routes::Routes;
use crate::system::{Device, DeviceModel, System};

/// A problem with what its parts are in the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// The problem; its first machine is the edge.
    pub problem: Problem,
    /// The chain of blocks.
    pub blocks: Blocks,
    /// By machine: the index of the device in the system.
    pub devices: Vec<usize>,
    /// The machine where the input arrives, and the one where the result is wanted.
    pub input_at: usize,
    /// See [`Self::input_at`].
    pub output_at: usize,
    /// By machine: its bundles as they were measured.
    pub profiled: Vec<Profiled>,
    /// Devices that take no part, each with the reason, in words.
    pub left_out: Vec<String>,
    /// What of the system schedules do not follow, in words.
    pub notes: Vec<String>,
}

/// Why a document states no problem. Reads as two sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unstated {
    /// No measured device.
    #[error("No device of this system is a measured one. Add one from its timing profile, or choose one as preset")]
    NoProfile,
    /// All profiles are of other networks, or of this one with other sizes.
    #[error("{}. Open the network they were measured on, with the same sizes, or measure this one", .0.join("; "))]
    OtherNetwork(Vec<String>),
    /// A clock the edge was not measured at.
    #[error("{edge} was not measured at {clock}, the only clock it may run at. Choose another clock, or any")]
    Clock {
        /// The edge.
        edge: String,
        /// The clock.
        clock: String,
    },
    /// A typed constraint that means nothing here.
    #[error(transparent)]
    Constraint(#[from] ConstraintError),
    /// A constraint on energies that were not measured.
    #[error(
        "“{constraint}” needs energies, and {edge} was measured without. Take the constraint out, or use a profile with energies"
    )]
    NoEnergy {
        /// The constraint as it was typed.
        constraint: String,
        /// The edge.
        edge: String,
    },
    /// The devices do not go together.
    #[error("{0}")]
    Problem(#[from] ScheduleError),
}

/// What a profile is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The open network, in these blocks.
    Same(Blocks),
    /// The open network with other sizes of its tensors, in words: another batch, for one.
    OtherSizes(String),
    /// Another network.
    Other,
}

/// The blocks of the open network that a profile is about: those the network itself divides into, else a published division of it.
pub fn blocks_of(profile: &Profile, raw: &Network) -> About {
    let own = Blocks::of_network(raw).ok();
    let published = Blocks::PRESETS.into_iter().filter_map(Blocks::preset);
    let is_same = |blocks: &Blocks| {
        let names = profile.blocks.iter().map(|block| &block.name);
        let layers = profile.blocks.iter().map(|block| &block.layers);
        blocks.names().iter().eq(names) && blocks.laid_over(raw).is_ok_and(|laid| laid.iter().eq(layers))
    };
    match own.into_iter().chain(published).find(is_same) {
        None => About::Other,
        Some(blocks) => match profile.other_sizes(raw) {
            Some(words) => About::OtherSizes(words),
            None => About::Same(blocks),
        },
    }
}

/// What bundles cost on a device as it is: under its load, and without those that are too long for it.
pub fn as_run(profile: &Profile) -> BundleTable {
    let longest = profile.longest.unwrap_or(usize::MAX).max(1);
    let kept = profile
        .bundles
        .iter()
        .filter(|((first, last), _)| last + 1 - first <= longest);
    let costs = kept.map(|(span, cost)| {
        let loaded = BundleCost {
            latency_s: cost.latency_s * profile.load,
            ..cost.clone()
        };
        (span, loaded)
    });
    BundleTable::of(profile.bundles.blocks(), costs)
}

/// States the problem of a system whose devices are built as `alternatives` say; the first measured device is the edge, two more may take part.
///
/// # Errors
/// No device was measured on this network, or what is asked does not fit the devices: in words.
pub fn state(system: &System, alternatives: &[usize], raw: &Network, bundling: &Bundling) -> Result<Stated, Unstated> {
    let built = |index: usize, device| {
        let chosen = alternatives.get(index).copied().unwrap_or(0);
        Device::alternative(device, chosen).unwrap_or(device)
    };
    let mut chain: Option<Blocks> = None;
    let mut taking: Vec<(usize, String, &Profile)> = Vec::new();
    let mut left_out = Vec::new();
    for (index, device) in system.devices.iter().enumerate() {
        let name = &device.name;
        let DeviceModel::Profile(profile) = &built(index, device).model else {
            left_out.push(format!("{name} was not measured"));
            continue;
        };
        let blocks = match blocks_of(profile, raw) {
            About::Same(blocks) => blocks,
            About::OtherSizes(words) => {
                left_out.push(format!("{name} was {words}"));
                continue;
            }
            About::Other => {
                left_out.push(format!("{name} was measured on another network ({})", profile.network));
                continue;
            }
        };
        let names = chain.get_or_insert_with(|| blocks.clone()).names();
        if names != blocks.names() {
            left_out.push(format!("{name} was measured in other blocks than {}", taking[0].1));
        } else if taking.len() == MOST_MACHINES {
            left_out.push(format!("{name}: a schedule has at most {MOST_MACHINES} devices"));
        } else {
            let is_taken = |taken: &(usize, String, &Profile)| taken.1 == *name;
            let name = match taking.iter().any(is_taken) {
                true => format!("{name} ({})", index + 1),
                false => name.clone(),
            };
            taking.push((index, name, profile));
        }
    }
    let Some(blocks) = chain else {
        let is_measured = |(index, device)| matches!(built(index, device).model, DeviceModel::Profile(_));
        return Err(match system.devices.iter().enumerate().any(is_measured) {
            true => Unstated::OtherNetwork(left_out),
            false => Unstated::NoProfile,
        });
    };
    let machines = taking
        .iter()
        .enumerate()
        .map(|(place, (_, name, profile))| match place {
            0 => Machine::edge(name, &as_run(profile)),
            _ => Machine::server(name, &as_run(profile)),
        });
    let machines: Vec<Machine> = machines.collect();
    if let (Some(clock), Some(edge)) = (bundling.clock_hz, machines.first())
        && !edge.clocks().contains(&clock)
    {
        return Err(Unstated::Clock {
            edge: edge.name.clone(),
            clock: crate::units::clock(clock),
        });
    }
    let devices: Vec<usize> = taking.iter().map(|(index, ..)| *index).collect();
    let names: Vec<&str> = taking.iter().map(|(_, name, _)| name.as_str()).collect();
    let mut notes = Vec::new();
    let mut place = |at: usize, what: &str| {
        let machine = devices.iter().position(|&device| device == at);
        machine.unwrap_or_else(|| {
            let (name, edge) = (&system.devices[at].name, names.first().unwrap_or(&""));
            notes.push(format!("{what} {name}, which takes no part: it counts as at {edge}"));
            0
        })
    };
    let input_at = place(system.input_at, "the input arrives at");
    let output_at = place(system.output_at, "the result is wanted at");
    let lines = bundling.constraints.iter();
    let constraints = lines.map(|line| Constraint::parse(line, &blocks, &names));
    let constraints: Vec<Constraint> = constraints.collect::<Result<_, _>>()?;
    let problem = Problem::new(blocks.len(), machines, transfers(system, &devices, &blocks, bundling))?;
    let unknown = constraints.iter().find(|constraint| constraint.needs_energy());
    if let (Some(constraint), false, Some(edge)) = (unknown, problem.knows_energy(), names.first()) {
        return Err(Unstated::NoEnergy {
            constraint: constraint.text.clone(),
            edge: (*edge).to_owned(),
        });
    }
    let problem = problem.constrained(constraints).waiting(bundling.idle_power_w)?;
    Ok(Stated {
        problem,
        blocks,
        devices,
        input_at,
        output_at,
        profiled: taking
            .iter()
            .map(|(_, name, profile)| Profiled::new(name.clone(), BundleTable::clone(&profile.bundles)))
            .collect(),
        left_out,
        notes,
    })
}

/// Transfers over the routes of a system: over several links one after the other. Of the energy counts what the edge spends. Tensors are
/// as wide as in a design ([`crate::design`]): the input as it arrives, others as their sender computes, or as a link or `bundling` says;
/// what lies between blocks is compressed.
fn transfers(system: &System, devices: &[usize], blocks: &Blocks, bundling: &Bundling) -> Transfers {
    let routes = Routes::of(system);
    let edge = devices.first().copied();
    Transfers::encoded(blocks.traffic().len(), devices.len(), |boundary, from, to| {
        let (Some(&from), Some(&to)) = (devices.get(from), devices.get(to)) else {
            return (0, Cost::default());
        };
        let is_input = boundary == 0;
        let is_between = !is_input && boundary < blocks.len();
        let usual = match is_input {
            true => system.input_bits,
            false => bundling.bits.unwrap_or(system.devices[from].bits),
        };
        let (mut sum, mut sent) = (Cost::default(), 0);
        for hop in routes.hops(routes.way(from, to)) {
            let link = system.link(hop.link);
            let payload = Payload {
                bits: link.bits.filter(|_| bundling.bits.is_none()).unwrap_or(usual),
                compression: if is_between { bundling.compression } else { 1.0 },
                ..Payload::default()
            };
            let bytes = payload.size(blocks.traffic()[boundary]);
            let transfer = link.model.transfer(bytes, hop.direction(), None);
            sent = bytes.max(sent);
            sum.latency_s += transfer.latency_s;
            sum.energy_j += match edge {
                Some(edge) if edge == hop.from => transfer.transmit_j,
                Some(edge) if edge == hop.to => transfer.receive_j,
                _ => 0.0,
            };
        }
        (sent, sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::import::{ImportOptions, open};
    use crate::project::sample;
    use std::collections::BTreeMap;
    use std::path::Path;

    fn digits(batch: u64) -> Network {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/digits_resnet.onnx");
        let symbols = BTreeMap::from([("batch".to_owned(), batch)]);
        open(&path, &ImportOptions { symbols }).unwrap().network
    }

    #[test]
    fn a_device_that_was_measured_at_another_batch_is_left_out_in_words() {
        let one = digits(1);
        let blocks = Blocks::of_network(&one).unwrap();
        let cost = BundleCost {
            clock_hz: None,
            latency_s: 1e-3,
            energy_j: None,
            runs: 1,
            estimated: false,
        };
        let singles = (0..blocks.len()).map(|block| ((block, block), cost.clone()));
        let table = BundleTable::of(blocks.len(), singles);
        let profile = Profile::new("bench", &one, &blocks, table).unwrap();
        let with = |profile: Profile| {
            let mut system = sample::system(2);
            system.devices[0] = Device {
                name: "Nano".to_owned(),
                model: DeviceModel::Profile(Box::new(profile)),
                ..system.devices[0].clone()
            };
            system
        };
        let stated =
            |profile: &Profile, batch| state(&with(profile.clone()), &[0, 0], &digits(batch), &Bundling::default());
        assert!(stated(&profile, 1).is_ok());
        let Err(Unstated::OtherNetwork(left_out)) = stated(&profile, 64) else {
            panic!("a batch of 64 is not measured")
        };
        assert_eq!(
            left_out[0],
            "Nano was measured with batch = 1 (1.02 kB input), open is batch = 64 (65.5 kB input)"
        );
        // A profile from before sizes were recorded serves any.
        let old = Profile { sizes: None, ..profile };
        assert!(stated(&old, 64).is_ok());
    }
}
