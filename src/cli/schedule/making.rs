//! From arguments to a problem and its rules.

use super::super::Failure;
use super::{Arguments, Best, Counted};
use crate::cost::profile::{BundleTable, Role};
use crate::explore::schedule::{Conflict, Constraint, Cost, Count, Machine, Order, Problem, Rules, Transfers};
use crate::network::blocks::Blocks;
use crate::project::OpenNetwork;
use crate::units;
use std::path::PathBuf;

pub(super) fn blocks(arguments: &Arguments) -> Result<Blocks, Failure> {
    let is_file = std::path::Path::new(&arguments.network).exists();
    if let Some(blocks) = Blocks::preset(&arguments.network).filter(|_| !is_file) {
        return Ok(blocks);
    }
    let symbols = arguments.symbols.iter().cloned().collect();
    let network = OpenNetwork::open(super::super::origin(&arguments.network), symbols)?;
    Ok(Blocks::of_network(&network.raw)?)
}

/// The profiles of all devices with their names, the edge first.
pub(super) fn tables(arguments: &Arguments, blocks: &Blocks) -> Result<Vec<(&'static str, BundleTable)>, Failure> {
    let longest = longest(arguments, blocks);
    let read = |files: &[PathBuf], units, role| arguments.settings.read(files, units, blocks, role, longest);
    let mut tables = vec![("edge", read(&arguments.edge, arguments.edge_units, Role::Edge)?)];
    if !arguments.hub.is_empty() {
        tables.push(("hub", read(&arguments.hub, arguments.hub_units, Role::Other)?));
    }
    if !arguments.cloud.is_empty() {
        tables.push(("cloud", read(&arguments.cloud, arguments.cloud_units, Role::Other)?));
    }
    Ok(tables)
}

/// Blocks of the longest bundle that may be chosen.
fn longest(arguments: &Arguments, blocks: &Blocks) -> usize {
    arguments.longest.map_or(blocks.len(), usize::from)
}

/// The bundles that may be chosen, to be listed.
pub(super) fn listed<'a>(
    arguments: &Arguments,
    blocks: &Blocks,
    tables: &[(&'a str, BundleTable)],
) -> Vec<(&'a str, BundleTable)> {
    let longest = longest(arguments, blocks);
    let tables = tables.iter();
    tables.map(|(name, table)| (*name, table.up_to(longest))).collect()
}

pub(super) fn problem(
    arguments: &Arguments,
    blocks: &Blocks,
    tables: &[(&str, BundleTable)],
) -> Result<Problem, Failure> {
    let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
    let (links, devices) = (&arguments.links, &arguments.devices);
    let unknown = devices
        .load
        .iter()
        .find(|(device, _)| !names.contains(&device.as_str()));
    if let Some((device, _)) = unknown {
        return Err(Failure::NoDevice(device.clone(), names.join(", ")));
    }
    let machines = tables.iter().enumerate().map(|(index, (name, table))| {
        let machine = match index {
            0 => Machine::edge(*name, table),
            _ => Machine::server(*name, table),
        };
        let loads = devices.load.iter().filter(|(device, _)| device == name);
        loads.fold(machine, |machine, (_, factor)| machine.loaded(*factor))
    });
    let machines: Vec<Machine> = machines.collect();
    let constraints = arguments.constraints.iter();
    let constraints = constraints.map(|text| Constraint::parse(text, blocks, &names));
    let constraints: Vec<Constraint> = constraints.collect::<Result<_, _>>()?;
    let wants_energy = arguments.objective == Best::Energy
        || arguments.energy_budget.is_some()
        || arguments.sweep.is_some()
        || devices.battery.is_some()
        || devices.wait_power.is_some()
        || constraints.iter().any(Constraint::needs_energy);
    if wants_energy && !tables.iter().take(1).all(|(_, edge)| edge.has_energy()) {
        let file = arguments
            .edge
            .first()
            .map_or(String::new(), |path| path.display().to_string());
        return Err(Failure::NoEnergy(file));
    }
    let (far, near) = (links.far()?, links.near()?);
    let last = machines.len() - 1;
    let between = |to: usize| match &far {
        Some(far) if to == last => far,
        _ => &near,
    };
    let bytes = links.payload().bytes(blocks)?;
    let transfers = Transfers::by(&bytes, machines.len(), |bytes, from, to| {
        let link = between(from.max(to));
        let cost = Transfers::over(&link.model, bytes, from, to);
        Cost {
            latency_s: cost.latency_s + link.extra_s,
            ..cost
        }
    });
    let problem = Problem::new(blocks.len(), machines, transfers)?.constrained(constraints);
    Ok(problem.waiting(devices.wait_power.unwrap_or(0.0))?)
}

pub(super) fn rules(arguments: &Arguments, blocks: &Blocks, problem: &Problem) -> Result<Rules, Failure> {
    if arguments.private > blocks.len() {
        return Err(Failure::Private(arguments.private, blocks.len()));
    }
    for clock in [arguments.clock, arguments.slowest_clock].into_iter().flatten() {
        let clocks = problem.machines().first().map(Machine::clocks).unwrap_or_default();
        if !clocks.contains(&clock) {
            let clocks: Vec<String> = clocks.iter().copied().map(units::clock).collect();
            return Err(Failure::NoClock(units::clock(clock), clocks.join(", ")));
        }
    }
    Ok(Rules {
        count: match arguments.count_rule {
            Counted::None => Count::Free,
            Counted::Ceil => Count::Ceil,
        },
        private: arguments.private,
        clock_hz: arguments.clock,
        order: if arguments.forward { Order::Forward } else { Order::Any },
        latency_s: arguments.latency_budget,
        energy_j: arguments.energy_budget,
        ..Rules::up_to(longest(arguments, blocks))
    })
}

/// Why there is no schedule: budgets and constraints, or bundles that are missing.
pub(super) fn nothing(problem: &Problem, rules: &Rules) -> Failure {
    Failure::NoSchedule(problem.conflict(rules).unwrap_or(Conflict::Unknown).words())
}
