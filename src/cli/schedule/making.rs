//! From arguments to a problem and its rules.

use super::super::Failure;
use super::super::profiles::Role;
use super::{Arguments, Best, Counted};
use crate::cost::profile::BundleTable;
use crate::explore::schedule::{Count, Machine, Objective, Order, Problem, Rules, Transfers};
use crate::link::{LinkModel, PlainLink, RadioEnergy};
use crate::network::blocks::Blocks;
use crate::project::OpenNetwork;
use crate::system::preset::Presets;
use crate::units::Unit;
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
    let longest = arguments.longest.map_or(blocks.len(), usize::from);
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

pub(super) fn problem(
    arguments: &Arguments,
    blocks: &Blocks,
    tables: &[(&str, BundleTable)],
) -> Result<Problem, Failure> {
    let machines = tables.iter().enumerate().map(|(index, (name, table))| match index {
        0 => Machine::edge(*name, table),
        _ => Machine::server(*name, table),
    });
    let machines: Vec<Machine> = machines.collect();
    let wants_energy =
        arguments.objective == Best::Energy || arguments.energy_budget.is_some() || arguments.sweep.is_some();
    if wants_energy && !tables.iter().take(1).all(|(_, edge)| edge.has_energy()) {
        let file = arguments
            .edge
            .first()
            .map_or(String::new(), |path| path.display().to_string());
        return Err(Failure::NoEnergy(file));
    }
    let far = arguments
        .link
        .as_deref()
        .map(|name| link("--link", name, arguments))
        .transpose()?;
    let near = link("--hub-link", &arguments.hub_link, arguments)?;
    let last = machines.len() - 1;
    let between = |_, to: usize| match &far {
        Some(far) if to == last => far,
        _ => &near,
    };
    let transfers = Transfers::new(blocks.bytes(), machines.len(), between);
    Ok(Problem::new(blocks.len(), machines, transfers)?)
}

/// A link by its published short name, as a preset or as a rate.
fn link(option: &str, name: &str, arguments: &Arguments) -> Result<LinkModel, Failure> {
    let published = match name.to_ascii_lowercase().as_str() {
        "wifi" | "wi-fi" => Some("Wi-Fi (phone)"),
        "4g" | "lte" => Some("LTE (phone)"),
        "3g" => Some("3G (phone)"),
        _ => None,
    };
    let presets = Presets::load(None);
    let mut model = match presets.link(published.unwrap_or(name)) {
        Some(link) => link.model,
        None => {
            let rate = Unit::BitsPerSecond.parse(name).ok().filter(|&rate| rate > 0.0);
            let rate = rate.ok_or_else(|| {
                let names: Vec<&str> = presets.links.iter().map(|preset| preset.name.as_str()).collect();
                Failure::NoLink(option.to_owned(), name.to_owned(), names.join(", "))
            })?;
            LinkModel::Plain(PlainLink {
                rate_bytes_per_s: rate,
                latency_s: arguments.rtt.unwrap_or(0.0) / 2.0,
                transmit_j_per_byte: 0.0,
                receive_j_per_byte: 0.0,
            })
        }
    };
    if let LinkModel::Radio(radio) = &mut model {
        if published.is_some() {
            radio.rtt_s = arguments.rtt.unwrap_or(0.0);
        }
        if arguments.published_energy {
            radio.energy = RadioEnergy::Legacy;
        }
    }
    Ok(model)
}

pub(super) fn rules(arguments: &Arguments, blocks: &Blocks, problem: &Problem) -> Result<Rules, Failure> {
    if arguments.private > blocks.len() {
        return Err(Failure::Private(arguments.private, blocks.len()));
    }
    if let Some(clock) = arguments.clock {
        let clocks = problem.machines().first().map(Machine::clocks).unwrap_or_default();
        if !clocks.contains(&clock) {
            let clocks: Vec<String> = clocks.iter().map(|&hz| format!("{} MHz", hz as f64 / 1e6)).collect();
            return Err(Failure::NoClock(clock as f64 / 1e6, clocks.join(", ")));
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
        ..Rules::up_to(arguments.longest.map_or(blocks.len(), usize::from))
    })
}

/// Why there is no schedule: the budgets, or bundles that are missing.
pub(super) fn nothing(problem: &Problem, rules: &Rules) -> Failure {
    let free = problem.front(&Rules {
        latency_s: None,
        energy_j: None,
        ..*rules
    });
    let least = |objective| free.best(objective, None);
    match (least(Objective::Latency), least(Objective::Energy)) {
        (Some(fastest), Some(thriftiest)) => Failure::Budgets(
            Unit::Seconds.format(fastest.latency_s()),
            Unit::Joules.format(thriftiest.energy_j()),
        ),
        _ => Failure::NoSchedule,
    }
}
