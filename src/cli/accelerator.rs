//! `cutscape accelerator`: networks mapped onto accelerators, accelerators from CNNParted's files for Timeloop, and searches of families
//! of accelerators for a network.

use super::{Failure, Format, output};
use crate::cnnparted::accelerator::{MAX_BYTES, Source, import, to_ron};
use crate::cost::Widths;
use crate::cost::spatial::rules::Rules;
use crate::cost::spatial::space::{Family, GenomeRanges, Lists, Metric};
use crate::explore::space::{EvolveSettings, Explored, NetworkCosts, evolve, exhaustive};
use crate::network::LayerId;
use crate::project::cnnparted::read;
use crate::project::export::MADE_BY;
use crate::project::store::{Previous, write_atomically};
use crate::project::{OpenNetwork, View, export_space};
use crate::system::DeviceModel;
use crate::units::Unit;
use clap::ValueEnum;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What to do with accelerators.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Map every layer of a network onto a spatial accelerator
    Map(super::map::Arguments),
    /// Make a device preset of an architecture as CNNParted describes it for Timeloop
    Import(ImportArguments),
    /// Search a family of accelerators for those that suit a network
    Search(SearchArguments),
}

/// Arguments of `accelerator import`.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// The architecture (.yaml, format 0.3)
    file: PathBuf,
    /// Constraints on mappings (.yaml)
    #[arg(long, value_name = "FILES", value_delimiter = ',')]
    constraints: Vec<PathBuf>,
    /// Which rules its mappings are counted by
    #[arg(long, value_enum, default_value_t = RuleSet::Corrected)]
    rules: RuleSet,
    /// The preset's name; without it, that of the architecture
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The file that is written; without it, the preset goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How mappings are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RuleSet {
    /// As CNNParted does with Timeloop.
    Timeloop,
    /// With its faults corrected.
    Corrected,
}

/// Arguments of `accelerator search`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("sizes").required(true).args(["lists", "ranges"])))]
pub struct SearchArguments {
    /// An ONNX file, or the name of an example inside the program
    model: String,
    /// Every design of these lists of sizes (.ron), for example Eyeriss((rows: [8, 12], columns: [14]))
    #[arg(long, value_name = "FILE")]
    lists: Option<PathBuf>,
    /// Evolution within these ranges (.ron), for example (family: Gemmini, side: (8, 32), shared_kib: (64, 256), local: (16, 64), step_kib: 8)
    #[arg(long, value_name = "FILE")]
    ranges: Option<PathBuf>,
    /// Name of the device preset whose sizes change, or its file (.ron); without it, the family's own
    #[arg(long, value_name = "PRESET")]
    device: Option<String>,
    /// What the best are best by
    #[arg(long, value_enum, default_value_t = By::Edap)]
    metric: By,
    /// How many of the best are named
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    top: usize,
    /// What the designs of an evolution are to have little of
    #[arg(long, value_enum, value_name = "METRICS", value_delimiter = ',', default_values = ["energy", "latency", "area"])]
    objectives: Vec<By>,
    /// Designs of a generation of an evolution
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    population: Option<u32>,
    /// Generations of an evolution
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    generations: Option<u32>,
    /// Where the random numbers of an evolution start
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write a row per design and layer
    #[arg(long, conflicts_with = "json")]
    layers: bool,
    #[command(flatten)]
    format: Format,
}

/// What designs are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Edp,
    Eap,
    Adp,
    Edap,
    Eda2p,
    Latency,
    Energy,
    Area,
}

impl By {
    fn metric(self) -> Metric {
        match self {
            Self::Edp => Metric::Edp,
            Self::Eap => Metric::Eap,
            Self::Adp => Metric::Adp,
            Self::Edap => Metric::Edap,
            Self::Eda2p => Metric::Eda2p,
            Self::Latency => Metric::Latency,
            Self::Energy => Metric::Energy,
            Self::Area => Metric::Area,
        }
    }
}

/// Runs the command.
pub(super) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Map(arguments) => super::map::run(arguments),
        Command::Import(arguments) => run_import(arguments),
        Command::Search(arguments) => run_search(arguments),
    }
}

fn run_import(arguments: &ImportArguments) -> Result<(), Failure> {
    let paths = std::iter::once(&arguments.file).chain(&arguments.constraints);
    let paths: Vec<(String, &Path)> = paths.map(|path| (path.display().to_string(), path.as_path())).collect();
    let mut texts = Vec::new();
    for (name, path) in &paths {
        texts.push((name.as_str(), read(path, MAX_BYTES)?));
    }
    let sources: Vec<Source> = texts.iter().map(|(name, text)| Source { name, text }).collect();
    let rules = match arguments.rules {
        RuleSet::Timeloop => Rules::TIMELOOP,
        RuleSet::Corrected => Rules::default(),
    };
    let imported = import(&sources, rules)?;
    for sentence in &imported.assumptions {
        output::complain("note", sentence);
    }
    if !imported.ignored.is_empty() {
        output::complain("note", &format!("not used: {}", imported.ignored.join(", ")));
    }
    let name = arguments.name.as_deref().unwrap_or(&imported.name);
    let files = paths.iter().filter_map(|(_, path)| path.file_name());
    let files: Vec<_> = files.map(|name| name.to_string_lossy()).collect();
    let preset = imported.preset(name, &files.join(" and "));
    let text = to_ron(&preset).map_err(|error| Failure::Preset(name.to_owned(), error.to_string()))?;
    match &arguments.out {
        None => Ok(output::text(|out| out.write_all(text.as_bytes()))?),
        Some(path) => {
            let written = write_atomically(path, text.as_bytes(), Previous::Keep);
            written.map_err(|error| Failure::WriteFile(path.display().to_string(), error))?;
            let path = path.display();
            Ok(output::text(|out| writeln!(out, "written: {path}"))?)
        }
    }
}

/// The JSON document of `accelerator search`; numbers in SI base units.
#[derive(Serialize)]
struct Report<'a, R: Serialize> {
    made_by: &'static str,
    network: String,
    network_hash: &'a str,
    preset: &'a str,
    metric: &'static str,
    /// By the metric, the best first: indices into the designs.
    best: Vec<usize>,
    /// Not dominated in energy, latency and area.
    front: Vec<usize>,
    /// About memories, in words.
    assumptions: BTreeSet<&'a str>,
    designs: R,
}

fn run_search(arguments: &SearchArguments) -> Result<(), Failure> {
    let lists: Option<Lists> = arguments.lists.as_deref().map(read_ron).transpose()?;
    let ranges: Option<GenomeRanges> = arguments.ranges.as_deref().map(read_ron).transpose()?;
    let family = match (&lists, &ranges) {
        (Some(lists), _) => lists.family(),
        (None, Some(ranges)) => ranges.family,
        // The command line asks for one of them.
        (None, None) => Family::Eyeriss,
    };
    let preset = arguments.device.as_deref().unwrap_or(family.words());
    let device = super::spatial_device(preset)?;
    let DeviceModel::Spatial(template) = &device.model else {
        return Err(Failure::NoAccelerator(preset.to_owned(), family.words().to_owned()));
    };
    let network = OpenNetwork::open(super::origin(&arguments.model), BTreeMap::new())?;
    let shown = network.view(View::Fused);
    let ids: Vec<LayerId> = (0..shown.layers.len()).collect();
    let costs = NetworkCosts {
        network: shown,
        layers: &ids,
        widths: Widths {
            activation_bits: device.bits,
            weight_bits: device.weight_bits(),
        },
    };
    let never = || false;
    let explored = match (&lists, &ranges) {
        (None, Some(ranges)) => {
            let usual = EvolveSettings::default();
            let settings = EvolveSettings {
                population: arguments.population.map_or(usual.population, |size| size as usize),
                generations: arguments.generations.map_or(usual.generations, |count| count as usize),
                objectives: arguments.objectives.iter().map(|by| by.metric()).collect(),
                seed: arguments.seed,
            };
            evolve(template, ranges, &settings, &costs, &never, &mut |_| {})?
        }
        (lists, _) => {
            let designs = lists
                .as_ref()
                .map_or_else(|| Lists::usual(family).designs(), Lists::designs)?;
            exhaustive(template, &designs, &costs, &never, &mut |_| {})?
        }
    };
    if arguments.layers {
        let table = export_space::layers(shown, &ids, &explored);
        return if arguments.format.csv {
            Ok(output::csv(table)?)
        } else {
            Ok(output::text(|out| table.write_text(out))?)
        };
    }
    write(arguments, preset, &network, &explored)
}

fn write(arguments: &SearchArguments, preset: &str, network: &OpenNetwork, explored: &Explored) -> Result<(), Failure> {
    let metric = arguments.metric.metric();
    let mut best = explored.best(metric, Some(arguments.top), true);
    let value = |index: &usize| explored.designs[*index].metric(metric).unwrap_or(f64::INFINITY);
    best.sort_by(|a, b| value(a).total_cmp(&value(b)));
    let front = explored.front(&[Metric::Energy, Metric::Latency, Metric::Area]);
    let table = export_space::designs(explored, &best);
    if arguments.format.csv {
        return Ok(output::csv(table)?);
    }
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: network.origin.label(),
            network_hash: &network.raw.hash.0,
            preset,
            metric: metric.words(),
            best,
            front,
            assumptions: assumptions(explored),
            designs: table.json(),
        })?);
    }
    let line = |index: &usize| {
        let design = &explored.designs[*index];
        let totals = design.totals()?;
        let (latency, energy) = (
            Unit::Seconds.format(totals.latency_s),
            Unit::Joules.format(totals.energy_j),
        );
        let area = Unit::SquareMetres.format(totals.area_m2);
        Some(format!("{}: {latency}, {energy}, {area}", design.design))
    };
    let lines = |indices: &[usize]| -> Vec<String> { indices.iter().filter_map(line).collect() };
    let (best, front) = (lines(&best), lines(&front));
    let unmappable = explored.designs.iter().filter_map(|design| {
        let (_, reason) = design.unmappable().next()?;
        Some(format!("{}: {reason}", design.design))
    });
    let unmappable: Vec<String> = unmappable.collect();
    let assumed: Vec<String> = assumptions(explored).into_iter().map(str::to_owned).collect();
    Ok(output::text(|out| {
        let pairs = [
            ("network", network.origin.label()),
            ("preset", preset.to_owned()),
            ("designs", explored.designs.len().to_string()),
            ("unmappable", unmappable.len().to_string()),
        ];
        output::pairs(out, &pairs)?;
        for (heading, lines) in [
            (format!("best in {}", metric.words()), &best),
            ("front of energy, latency and area".to_owned(), &front),
            ("unmappable, with the first reason".to_owned(), &unmappable),
            ("assumed".to_owned(), &assumed),
        ] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            output::list(out, &heading, &lines)?;
        }
        Ok(())
    })?)
}

/// What had to be assumed for any of the designs.
fn assumptions(explored: &Explored) -> BTreeSet<&str> {
    let all = explored.designs.iter().flat_map(|design| &design.assumptions);
    all.map(String::as_str).collect()
}

/// Reads sizes from a RON file.
fn read_ron<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = read(path, MAX_BYTES)?;
    ron::from_str(&text).map_err(|error| Failure::Sizes(path.display().to_string(), error.to_string()))
}
