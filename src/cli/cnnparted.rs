//! `cutscape cnnparted`: CNNParted's partitioning of a network on a system it describes, by looking at every candidate, with its
//! result files.

use super::{Failure, complain, output, symbol};
use crate::cnnparted::export::{self, Header, ResultRow};
use crate::cnnparted::{
    Graph, NodeTable, Optimization, Problem, RequiredBits, Rules, Solution, exact_front, feasible_candidates,
};
use crate::network::import::{self, ImportOptions};
use crate::project::cnnparted as files;
use crate::project::store::{Previous, write_atomically};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The largest number of candidates of which every feasible one is written.
const MOST_WRITTEN: u128 = 200_000;
/// Largest file of required bits.
const MOST_BITS_BYTES: u64 = 10_000_000;

/// Arguments of `cnnparted`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network (.onnx)
    #[arg(long, value_name = "MODEL")]
    network: PathBuf,
    /// Size of a symbolic dimension of the network
    #[arg(long = "symbol", value_name = "NAME=SIZE", value_parser = symbol)]
    symbols: Vec<(String, u64)>,
    /// CNNParted's description of the system (.yaml)
    #[arg(long, value_name = "FILE")]
    system: PathBuf,
    /// Layer costs of the nodes in the order of their ids (.csv or .json); without it, those beside the description
    #[arg(long, value_name = "FILES", value_delimiter = ',')]
    tables: Vec<PathBuf>,
    /// Number of cuts; without it, that of the description
    #[arg(long, value_name = "K")]
    cuts: Option<usize>,
    /// Bits that layers require (.json), by layer name
    #[arg(long, value_name = "FILE")]
    required_bits: Option<PathBuf>,
    /// Whether CNNParted's known faults are part of the evaluation
    #[arg(long, value_enum, default_value_t = RuleSet::Published)]
    rules: RuleSet,
    /// Which candidates stay; without it, as the description says
    #[arg(long, value_enum)]
    optimization: Option<Filter>,
    /// Folder of the result files
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What the names of the result files begin with; without it, the description's file name
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
    /// Name the columns of designs and real cuts in the published order, which is not that of the data
    #[arg(long)]
    published_header: bool,
}

/// Which rules the evaluation follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RuleSet {
    /// As CNNParted computes, faults included.
    Published,
    /// With its faults corrected.
    Corrected,
}

/// The final filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Filter {
    /// All six objectives.
    All,
    /// Latency, energy and area.
    Ppa,
    /// Latency, energy and their product.
    Edp,
}

impl RuleSet {
    fn rules(self) -> Rules {
        match self {
            Self::Published => Rules::cnnparted(),
            Self::Corrected => Rules::corrected(),
        }
    }
}

impl Filter {
    fn optimization(self) -> Optimization {
        match self {
            Self::All => Optimization::All,
            Self::Ppa => Optimization::Ppa,
            Self::Edp => Optimization::Edp,
        }
    }
}

/// Runs the command: writes the files, and tells the log's lines and the files' names.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let description = files::read_description(&arguments.system)?;
    if !description.ignored.is_empty() {
        complain("note", &format!("not used: {}", description.ignored.join(", ")));
    }
    let cuts = arguments.cuts.or(description.cuts);
    let cuts = cuts.ok_or_else(|| Failure::Unbounded(arguments.system.display().to_string()))?;
    let rules = arguments.rules.rules();
    let options = ImportOptions {
        symbols: arguments.symbols.iter().cloned().collect(),
    };
    let graph = Graph::new(&import::open(&arguments.network, &options)?.network, rules)?;
    let tables = tables(arguments, &description)?;
    let required = required_bits(arguments.required_bits.as_deref())?;
    let file = arguments.system.display().to_string();
    let problem = description.problem(graph, tables, &required, rules, &file)?;
    let filter = arguments
        .optimization
        .map_or(description.optimization, Filter::optimization);
    let front = exact_front(&problem, cuts, filter)?;
    write(arguments, &problem, cuts, front)
}

/// The tables named, or those beside the description.
fn tables(
    arguments: &Arguments,
    description: &crate::cnnparted::description::Description,
) -> Result<Vec<NodeTable>, Failure> {
    if !arguments.tables.is_empty() {
        let read = arguments.tables.iter().map(|path| files::read_table(path));
        return Ok(read.collect::<Result<_, _>>()?);
    }
    let beside = description.nodes.iter().map(|node| {
        let (table, found) = files::table_beside(&arguments.system, description, node)?;
        complain("note", &format!("{}: costs from {}", node.name(), found.display()));
        Ok(table)
    });
    beside.collect()
}

fn required_bits(path: Option<&Path>) -> Result<RequiredBits, Failure> {
    let Some(path) = path else {
        return Ok(RequiredBits::new());
    };
    let text = files::read(path, MOST_BITS_BYTES)?;
    Ok(crate::cnnparted::required_bits(&text, &path.display().to_string())?)
}

/// Writes all result files and tells what they are.
fn write(arguments: &Arguments, problem: &Problem, cuts: usize, front: Vec<Solution>) -> Result<(), Failure> {
    let header = if arguments.published_header {
        Header::Published
    } else {
        Header::Corrected
    };
    let nondominated = front.len();
    let (rows, is_complete) = rows(problem, cuts, front)?;
    let run = arguments.run.clone().unwrap_or_else(|| stem(&arguments.system));
    let folder = Folder::at(&arguments.out)?;
    let mut written = Vec::new();
    let sets = [("nondom", &rows[..nondominated]), ("all", &rows[..])];
    for (set, rows) in sets.into_iter().take(if is_complete { 2 } else { 1 }) {
        let name = format!("{run}_result_{set}.csv");
        written.push(folder.save(&name, |out| export::results(out, problem, cuts, header, rows))?);
        let name = format!("{run}_objectives_{set}.csv");
        written.push(folder.save(&name, |out| export::objectives_only(out, rows))?);
    }
    let mut log = Vec::new();
    export::log(&mut log, &rows)?;
    written.push(folder.save(&format!("{run}.log"), |out| out.write_all(&log))?);
    let name = format!("{}_schedules.csv", stem(&arguments.network));
    written.push(folder.save(&name, |out| export::schedules(out, problem.graph()))?);
    Ok(output::text(|out| {
        out.write_all(&log)?;
        written.iter().try_for_each(|path| writeln!(out, "{}", path.display()))
    })?)
}

/// The front, then, if they are not too many, all other feasible candidates; and whether they are all there.
fn rows(problem: &Problem, cuts: usize, front: Vec<Solution>) -> Result<(Vec<ResultRow>, bool), Failure> {
    let best: BTreeSet<_> = front.iter().map(|solution| solution.candidate.clone()).collect();
    let row = |candidate, is_nondominated| ResultRow::new(problem, candidate, is_nondominated);
    let front = front.into_iter().map(|solution| row(solution.candidate, true));
    let mut rows = front.collect::<Result<Vec<_>, _>>()?;
    match feasible_candidates(problem, cuts, MOST_WRITTEN) {
        Ok(candidates) => {
            let others = candidates.into_iter().filter(|candidate| !best.contains(candidate));
            for candidate in others {
                rows.push(row(candidate, false)?);
            }
            Ok((rows, true))
        }
        Err(too_many) => {
            complain("note", &format!("dominated candidates are not listed: {too_many}"));
            Ok((rows, false))
        }
    }
}

/// The folder of the result files.
struct Folder<'a>(&'a Path);

impl<'a> Folder<'a> {
    /// Makes the folder where it is not there.
    fn at(path: &'a Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).map_err(|error| Failure::Write(path.display().to_string(), error))?;
        Ok(Self(path))
    }

    /// Writes one file in one step; returns its path.
    fn save(&self, name: &str, content: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Result<PathBuf, Failure> {
        let path = self.0.join(name);
        let mut bytes = Vec::new();
        content(&mut bytes)
            .and_then(|()| write_atomically(&path, &bytes, Previous::Drop))
            .map_err(|error| Failure::Write(path.display().to_string(), error))?;
        Ok(path)
    }
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or("cnnparted".into(), |stem| stem.to_string_lossy())
        .into_owned()
}
