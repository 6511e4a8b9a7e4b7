//! `cutscape schedule --network alexnet --edge P.csv --cloud Q.csv --link wifi`: the best schedule over measured bundles.

use super::profiles::{Role, Settings, Units};
use super::{Failure, Format, output};
use crate::explore::schedule::{
    Baseline, Count, Front, Machine, Objective, Order, Plan, Problem, Rules, Step, Transfers, baselines, private, sweep,
};
use crate::link::{LinkModel, PlainLink, RadioEnergy};
use crate::network::blocks::Blocks;
use crate::project::export::MADE_BY;
use crate::project::export_schedule::{self, Swept};
use crate::project::{OpenNetwork, table::Table};
use crate::system::preset::Presets;
use crate::units::Unit;
use clap::ValueEnum;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `schedule`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network the profiles were taken of: alexnet, vgg11 or vit as published, an ONNX file, or the name of an example
    #[arg(long, value_name = "PRESET|MODEL")]
    network: String,
    /// Size of a symbolic dimension of an ONNX file, for example batch=1
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = super::symbol)]
    symbols: Vec<(String, u64)>,
    /// Profile of the device where the input arrives, one file or one per clock
    #[arg(long, value_name = "CSV", required = true, num_args = 1..)]
    edge: Vec<PathBuf>,
    /// Profile of a device between edge and cloud
    #[arg(long, value_name = "CSV", num_args = 1.., requires = "cloud")]
    hub: Vec<PathBuf>,
    /// Profile of the device at the other end
    #[arg(long, value_name = "CSV", num_args = 1.., requires = "link")]
    cloud: Vec<PathBuf>,
    /// Link to the cloud: wifi, 4g or 3g as published, the name of a link preset, or a rate both ways such as "5.85 Mbit/s"
    #[arg(long, value_name = "LINK")]
    link: Option<String>,
    /// Link between edge and hub, as --link
    #[arg(long, value_name = "LINK", default_value = "1.1 Mbit/s")]
    hub_link: String,
    /// Round trip of the published links, which have none
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    rtt: Option<f64>,
    /// Count radio energy with the unit slip of the published optimiser
    #[arg(long)]
    published_energy: bool,
    /// Units of the edge's profile
    #[arg(long, value_enum, default_value_t = Units::Seconds)]
    edge_units: Units,
    /// Units of the hub's profile
    #[arg(long, value_enum, default_value_t = Units::Seconds)]
    hub_units: Units,
    /// Units of the cloud's profile
    #[arg(long, value_enum, default_value_t = Units::Seconds)]
    cloud_units: Units,
    /// What is to be least
    #[arg(long, value_enum, default_value_t = Best::Latency)]
    objective: Best,
    /// Longest time of an inference, for example "100 ms"
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    latency_budget: Option<f64>,
    /// Most energy of the edge for an inference, for example "95 mJ"
    #[arg(long, value_name = "ENERGY", value_parser = joules)]
    energy_budget: Option<f64>,
    /// Blocks of the longest bundle (usual: all)
    #[arg(long, value_name = "BLOCKS", value_parser = clap::value_parser!(u16).range(1..))]
    longest: Option<u16>,
    /// How many bundles a device may run
    #[arg(long, value_enum, default_value_t = Counted::None)]
    count_rule: Counted,
    /// The first blocks that must run at the edge
    #[arg(long, value_name = "BLOCKS", default_value_t = 0)]
    private: usize,
    /// The only clock of the edge, for example "921.6 MHz"
    #[arg(long, value_name = "CLOCK", value_parser = hertz)]
    clock: Option<u64>,
    /// Never go back to an earlier device
    #[arg(long)]
    forward: bool,
    /// Sweep this many budgets on the other quantity instead
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(2..=10_000))]
    sweep: Option<u16>,
    /// Sweep the number of blocks kept at the edge instead
    #[arg(long, conflicts_with = "sweep")]
    sweep_private: bool,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    settings: Settings,
}

/// What can be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Best {
    Latency,
    Energy,
}

impl From<Best> for Objective {
    fn from(best: Best) -> Self {
        match best {
            Best::Latency => Self::Latency,
            Best::Energy => Self::Energy,
        }
    }
}

/// Rules on the number of bundles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Counted {
    /// Any number
    None,
    /// At most its blocks / longest bundle, rounded up, as published
    Ceil,
}

fn seconds(text: &str) -> Result<f64, String> {
    Unit::Seconds.parse(text).map_err(|error| error.to_string())
}

fn joules(text: &str) -> Result<f64, String> {
    Unit::Joules.parse(text).map_err(|error| error.to_string())
}

fn hertz(text: &str) -> Result<u64, String> {
    let hertz = Unit::PerSecond.parse(text).map_err(|error| error.to_string())?;
    let whole = hertz.round();
    let fits = (1.0..1e15).contains(&whole);
    fits.then_some(whole as u64)
        .ok_or_else(|| "write a clock such as 921.6 MHz".to_owned())
}

/// The JSON document of `schedule`; numbers in SI base units.
#[derive(Serialize)]
struct Report<R: Serialize, B: Serialize> {
    made_by: &'static str,
    network: String,
    blocks: Vec<String>,
    devices: Vec<String>,
    link: Option<String>,
    objective: &'static str,
    best: PlanReport,
    front: R,
    baselines: B,
}

#[derive(Serialize)]
struct PlanReport {
    latency_s: f64,
    compute_s: f64,
    transfer_s: f64,
    /// Joules of the edge; `null` = not measured.
    energy_j: Option<f64>,
    compute_j: Option<f64>,
    transfer_j: Option<f64>,
    words: String,
    bundles: Vec<PieceReport>,
}

#[derive(Serialize)]
struct PieceReport {
    /// Names of the blocks.
    blocks: Vec<String>,
    device: String,
    /// Clock in hertz; `null` = none to choose.
    clock_hz: Option<u64>,
    latency_s: f64,
    energy_j: Option<f64>,
    /// Whether the cost is the sum of single blocks.
    estimated: bool,
}

/// The JSON document of a sweep, rows as in CSV.
#[derive(Serialize)]
struct SweepReport<R: Serialize> {
    made_by: &'static str,
    network: String,
    objective: &'static str,
    rows: R,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let blocks = blocks(arguments)?;
    let problem = problem(arguments, &blocks)?;
    let rules = rules(arguments, &blocks, &problem)?;
    let objective = Objective::from(arguments.objective);
    let conn = arguments.link.as_deref().unwrap_or("");
    if arguments.sweep.is_some() || arguments.sweep_private {
        let (swept, steps) = match arguments.sweep {
            Some(count) => (Swept::Budget, sweep(&problem, &rules, objective, usize::from(count))),
            None => (Swept::Private, private(&problem, &rules, objective)),
        };
        if steps.is_empty() {
            return Err(nothing(&problem, &rules));
        }
        let table = export_schedule::sweep(&problem, &blocks, conn, objective, swept, &steps);
        return print_sweep(arguments, &blocks, table, &steps, &problem);
    }
    let mut front = problem.front(&rules);
    if !problem.knows_energy() {
        // There is nothing to trade latency for.
        front.plans.truncate(1);
    }
    let Some(best) = front.best(objective, None) else {
        return Err(nothing(&problem, &rules));
    };
    let table = export_schedule::plans(&problem, &blocks, &front.plans);
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    let others = baselines(&problem, &rules, objective);
    let beside = export_schedule::baselines(&problem, &blocks, &others);
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: blocks.network.clone(),
            blocks: blocks.names().to_vec(),
            devices: problem.machines().iter().map(|machine| machine.name.clone()).collect(),
            link: arguments.link.clone(),
            objective: word(objective),
            best: report(&problem, &blocks, best),
            front: table.json(),
            baselines: beside.json(),
        })?);
    }
    print(arguments, &blocks, &problem, best, &front, &others)
}

fn word(objective: Objective) -> &'static str {
    match objective {
        Objective::Latency => "latency",
        Objective::Energy => "energy",
    }
}

fn report(problem: &Problem, blocks: &Blocks, plan: &Plan) -> PlanReport {
    let known = |joules: f64| problem.knows_energy().then_some(joules);
    let pieces = plan.pieces.iter().map(|piece| PieceReport {
        blocks: blocks.names()[piece.first..=piece.last].to_vec(),
        device: problem.machines()[piece.machine].name.clone(),
        clock_hz: piece.choice.clock_hz,
        latency_s: piece.choice.latency_s,
        energy_j: known(piece.choice.energy_j),
        estimated: piece.choice.estimated,
    });
    PlanReport {
        latency_s: plan.latency_s(),
        compute_s: plan.compute.latency_s,
        transfer_s: plan.transfer.latency_s,
        energy_j: known(plan.energy_j()),
        compute_j: known(plan.compute.energy_j),
        transfer_j: known(plan.transfer.energy_j),
        words: plan.words(problem, blocks),
        bundles: pieces.collect(),
    }
}

fn print(
    arguments: &Arguments,
    blocks: &Blocks,
    problem: &Problem,
    best: &Plan,
    front: &Front,
    others: &[Baseline],
) -> Result<(), Failure> {
    let parts = |unit: Unit, whole: f64, compute: f64, transfer: f64| {
        let [whole, compute, transfer] = [whole, compute, transfer].map(|value| unit.format(value));
        format!("{whole} = {compute} computing + {transfer} sending")
    };
    let (compute, transfer) = (best.compute, best.transfer);
    let words = best.words(problem, blocks);
    let estimated = if best.is_estimated() { " (estimated)" } else { "" };
    let pairs = [
        ("network", blocks.network.clone()),
        ("link", arguments.link.clone().unwrap_or_else(|| "none".to_owned())),
        (word(arguments.objective.into()), "least".to_owned()),
        ("schedule", format!("{words}{estimated}")),
        (
            "time",
            parts(Unit::Seconds, best.latency_s(), compute.latency_s, transfer.latency_s),
        ),
        (
            "edge energy",
            match problem.knows_energy() {
                true => parts(Unit::Joules, best.energy_j(), compute.energy_j, transfer.energy_j),
                false => "not measured".to_owned(),
            },
        ),
        ("front", format!("exact, {} schedules", front.plans.len())),
    ];
    Ok(output::text(|out| {
        output::pairs(out, &pairs)?;
        writeln!(out)?;
        export_schedule::plans(problem, blocks, &front.plans).write_text(&mut *out)?;
        writeln!(out)?;
        export_schedule::baselines(problem, blocks, others).write_text(out)
    })?)
}

fn print_sweep(
    arguments: &Arguments,
    blocks: &Blocks,
    table: Table,
    steps: &[Step],
    problem: &Problem,
) -> Result<(), Failure> {
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    let objective = Objective::from(arguments.objective);
    if arguments.format.json {
        return Ok(output::json(&SweepReport {
            made_by: MADE_BY,
            network: blocks.network.clone(),
            objective: word(objective),
            rows: table.json(),
        })?);
    }
    let unit = match (arguments.sweep_private, objective) {
        (true, _) => Unit::Count,
        (_, Objective::Latency) => Unit::Joules,
        (_, Objective::Energy) => Unit::Seconds,
    };
    let lines = steps.iter().map(|step| {
        let at = unit.format(step.at);
        match &step.plan {
            Some(plan) => {
                let latency = Unit::Seconds.format(plan.latency_s());
                let energy = match problem.knows_energy() {
                    true => format!(" {},", Unit::Joules.format(plan.energy_j())),
                    false => String::new(),
                };
                format!("{at}: {latency},{energy} {}", plan.words(problem, blocks))
            }
            None => format!("{at}: no schedule"),
        }
    });
    let lines: Vec<String> = lines.collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let heading = match arguments.sweep_private {
        true => format!("least {} by blocks kept at the edge", word(objective)),
        false => format!("least {} by budget", word(objective)),
    };
    Ok(output::text(|out| {
        output::pairs(out, &[("network", blocks.network.clone())])?;
        output::list(out, &heading, &lines)
    })?)
}

fn blocks(arguments: &Arguments) -> Result<Blocks, Failure> {
    let is_file = std::path::Path::new(&arguments.network).exists();
    if let Some(blocks) = Blocks::preset(&arguments.network).filter(|_| !is_file) {
        return Ok(blocks);
    }
    let symbols = arguments.symbols.iter().cloned().collect();
    let network = OpenNetwork::open(super::origin(&arguments.network), symbols)?;
    Ok(Blocks::of_network(&network.raw)?)
}

fn problem(arguments: &Arguments, blocks: &Blocks) -> Result<Problem, Failure> {
    let longest = arguments.longest.map_or(blocks.len(), usize::from);
    let read = |files: &[PathBuf], units, role| arguments.settings.read(files, units, blocks, role, longest);
    let edge = read(&arguments.edge, arguments.edge_units, Role::Edge)?;
    let wants_energy =
        arguments.objective == Best::Energy || arguments.energy_budget.is_some() || arguments.sweep.is_some();
    if wants_energy && !edge.has_energy() {
        let file = arguments
            .edge
            .first()
            .map_or(String::new(), |path| path.display().to_string());
        return Err(Failure::NoEnergy(file));
    }
    let mut machines = vec![Machine::edge("edge", &edge)];
    if !arguments.hub.is_empty() {
        let hub = read(&arguments.hub, arguments.hub_units, Role::Other)?;
        machines.push(Machine::server("hub", &hub));
    }
    if !arguments.cloud.is_empty() {
        let cloud = read(&arguments.cloud, arguments.cloud_units, Role::Other)?;
        machines.push(Machine::server("cloud", &cloud));
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

fn rules(arguments: &Arguments, blocks: &Blocks, problem: &Problem) -> Result<Rules, Failure> {
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
fn nothing(problem: &Problem, rules: &Rules) -> Failure {
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
