//! `cutscape schedule --network alexnet --edge P.csv --cloud Q.csv --link wifi`: the best schedule over measured bundles. With `--design FILE` it is
//! the one the window shows for the measured devices of a design.

mod answer;
mod design;
mod making;
mod options;
mod report;

use super::profiles::{Settings, Units};
use super::{Failure, Format, complain};
use crate::explore::schedule::{Objective, baselines, by_clocks, private, sweep};
use crate::project::export_schedule::{self, Swept};
use crate::units::Unit;
use clap::ValueEnum;
use options::{Devices, Links};
use std::path::PathBuf;

/// Arguments of `schedule`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network the profiles were taken of: alexnet, vgg11 or vit as published, an ONNX file, or the name of an example
    #[arg(
        long,
        value_name = "PRESET|MODEL",
        required_unless_present = "design",
        default_value = "",
        hide_default_value = true
    )]
    network: String,
    /// Take network, measured devices, links and all that is asked from a design file instead, as the window's tab Bundles does
    #[arg(long, value_name = "DESIGN", conflicts_with_all = ["network", "edge", "cloud", "hub", "constraints", "bundles", "sweep", "sweep_private",
        "compare_clocks", "append", "objective", "latency_budget", "energy_budget", "longest", "count_rule", "private", "clock", "forward",
        "symbols", "edge_units", "hub_units", "cloud_units", "Links", "Devices", "Settings"])]
    design: Option<PathBuf>,
    /// Write the design with the schedule chosen to a design file
    #[arg(long, value_name = "DESIGN", requires = "design")]
    out: Option<PathBuf>,
    /// Size of a symbolic dimension of an ONNX file, for example batch=1
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = super::symbol)]
    symbols: Vec<(String, u64)>,
    /// Profile of the device where the input arrives, one file or one per clock
    #[arg(long, value_name = "CSV", required_unless_present = "design", num_args = 1..)]
    edge: Vec<PathBuf>,
    /// Profile of a device between edge and cloud
    #[arg(long, value_name = "CSV", num_args = 1.., requires = "cloud")]
    hub: Vec<PathBuf>,
    /// Profile of the device at the other end
    #[arg(long, value_name = "CSV", num_args = 1.., requires = "link")]
    cloud: Vec<PathBuf>,
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
    #[arg(long, value_name = "TIME", value_parser = seconds, allow_hyphen_values = true)]
    latency_budget: Option<f64>,
    /// Most energy of the edge for an inference, for example "95 mJ"
    #[arg(long, value_name = "ENERGY", value_parser = joules, allow_hyphen_values = true)]
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
    #[arg(long, value_name = "CLOCK", value_parser = hertz, allow_hyphen_values = true)]
    clock: Option<u64>,
    /// Never go back to an earlier device
    #[arg(long)]
    forward: bool,
    /// A further linear constraint, for example "bundles(edge) <= 2" or "conv1 on edge"; --help lists all terms
    #[arg(long = "constraint", value_name = "TEXT", allow_hyphen_values = true, long_help = options::constraint_help())]
    constraints: Vec<String>,
    /// List the bundles with their costs and the sums of their single blocks instead
    #[arg(long, conflicts_with_all = ["sweep", "sweep_private", "compare_clocks"])]
    bundles: bool,
    /// Sweep this many budgets on the other quantity instead
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(2..=10_000))]
    sweep: Option<u16>,
    /// Sweep the number of blocks kept at the edge instead
    #[arg(long, conflicts_with = "sweep")]
    sweep_private: bool,
    /// Compare all clocks, the fastest alone and the slowest alone instead, within the budgets
    #[arg(long, conflicts_with_all = ["sweep", "sweep_private", "clock"])]
    compare_clocks: bool,
    /// The clock that counts as the slowest (usual: the slowest that was measured)
    #[arg(long, value_name = "CLOCK", value_parser = hertz, allow_hyphen_values = true, requires = "compare_clocks")]
    slowest_clock: Option<u64>,
    /// Append the table as CSV to a file, with headings only if it is new
    #[arg(long, value_name = "CSV", conflicts_with = "json")]
    append: Option<PathBuf>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    links: Links,
    #[command(flatten)]
    devices: Devices,
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

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(path) = &arguments.design {
        return design::run(arguments, path);
    }
    let blocks = making::blocks(arguments)?;
    let tables = making::tables(arguments, &blocks)?;
    if arguments.bundles {
        let listed = making::listed(arguments, &blocks, &tables);
        return report::bundles(arguments, export_schedule::bundles(&blocks, &listed));
    }
    let problem = making::problem(arguments, &blocks, &tables)?;
    let rules = making::rules(arguments, &blocks, &problem)?;
    let asked = problem.asked(&rules);
    let objective = Objective::from(arguments.objective);
    let conn = &arguments.links.words().unwrap_or_default();
    if arguments.compare_clocks {
        let compared = by_clocks(&asked, objective, arguments.slowest_clock);
        if compared.iter().all(|own| own.plan.is_none()) {
            return Err(making::nothing(&problem, &rules));
        }
        let table = export_schedule::clocks(&problem, &blocks, conn, objective, &rules, &compared);
        return report::clocks(arguments, &blocks, table, &compared, &problem);
    }
    if arguments.sweep.is_some() || arguments.sweep_private {
        let (swept, steps) = match arguments.sweep {
            Some(count) => {
                let replaced = match objective {
                    Objective::Latency => rules.energy_j.map(|_| "--energy-budget"),
                    Objective::Energy => rules.latency_s.map(|_| "--latency-budget"),
                };
                if let Some(replaced) = replaced {
                    complain(
                        "note",
                        &format!("{replaced} counts for nothing: it is what --sweep changes"),
                    );
                }
                (Swept::Budget, sweep(&asked, objective, usize::from(count)))
            }
            None => (Swept::Private, private(&asked, objective)),
        };
        if steps.is_empty() {
            return Err(making::nothing(&problem, &rules));
        }
        let table = export_schedule::sweep(&problem, &blocks, conn, objective, swept, &steps);
        return report::sweep(arguments, &blocks, table, &steps, &problem);
    }
    let mut front = asked.front();
    if !problem.knows_energy() {
        // There is nothing to trade latency for.
        front.plans.truncate(1);
    }
    let Some(best) = front.best(objective, None) else {
        return Err(making::nothing(&problem, &rules));
    };
    let mut table = export_schedule::plans(&problem, &blocks, &front.plans);
    if let Some(battery) = arguments.devices.battery {
        table = export_schedule::charged(table, &problem, &front.plans, battery);
    }
    if arguments.format.csv || arguments.append.is_some() {
        report::tell_extent(&front);
        return report::csv(arguments, table);
    }
    let answer = answer::Answer {
        arguments,
        blocks: &blocks,
        problem: &problem,
        rules: &rules,
        best,
        front: &front,
        others: &baselines(&asked, objective),
        bound: asked.bound(objective),
    };
    match arguments.format.json {
        true => answer.json(table),
        false => answer.text(table),
    }
}
