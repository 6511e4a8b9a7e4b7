//! The result files of CNNParted.
//!
//! Names are `<run>_result_nondom.csv`, `<run>_result_all.csv`, `<run>_objectives_nondom.csv`, `<run>_objectives_all.csv`, `<run>.log` and
//! `<network>_schedules.csv`; the functions here write their content. Units: ms, mJ, inferences per second, mm².

use super::{Candidate, Evaluation, Graph, PartitionNumbers, Problem, Rejection, Totals};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How the columns of designs and real cuts are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// As the data stand: designs first, then the number of real cuts.
    Corrected,
    /// As published: the number of real cuts is named first although it comes last.
    Published,
}

/// A candidate with its numbers, as a row of a result file.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultRow {
    candidate: Candidate,
    evaluation: Evaluation,
    /// Whether no other candidate dominates it.
    is_nondominated: bool,
}

impl ResultRow {
    /// Evaluates a candidate for its row.
    pub fn new(problem: &Problem, candidate: Candidate, is_nondominated: bool) -> Result<Self, Rejection> {
        Ok(Self {
            evaluation: problem.evaluate(&candidate)?,
            candidate,
            is_nondominated,
        })
    }
}

/// Names of the eight last columns of results, which are all of the objectives.
const OBJECTIVES: [&str; 8] = [
    "Latency",
    "Energy",
    "Throughput",
    "Area",
    "Link_Latency",
    "Link_Energy",
    "Accuracy",
    "Type",
];

/// Writes a result file: one row per candidate with designs, partitions and objectives. All candidates have `cuts` cuts.
pub fn results(out: impl Write, problem: &Problem, cuts: usize, header: Header, rows: &[ResultRow]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let numbered = |name: &'static str, count: usize| (0..count).map(move |index| format!("{name}_{index}"));
    let mut columns = vec!["idx".to_owned(), "Schedule_ID".to_owned()];
    let designs = (0..problem.platforms()).map(|index| format!("Design_ID{index}"));
    match header {
        Header::Corrected => columns.extend(designs.chain(["PPs".to_owned()])),
        Header::Published => columns.extend(["PPs".to_owned()].into_iter().chain(designs)),
    }
    for name in ["Latency", "Energy", "Link_Latency", "Link_Energy"] {
        columns.extend(numbered(name, cuts + 1));
    }
    columns.extend(numbered("PartitioningPoint", cuts).chain(numbered("Platform", cuts + 1)));
    columns.extend(OBJECTIVES.map(str::to_owned));
    writer.write_record(&columns).map_err(io_error)?;
    for (index, row) in rows.iter().enumerate() {
        let schedule = 0;
        let mut cells = vec![index.to_string(), schedule.to_string()];
        cells.extend(details(problem, row));
        cells.extend(objectives(row));
        writer.write_record(&cells).map_err(io_error)?;
    }
    writer.flush()
}

/// Writes an objectives file: one row per candidate.
pub fn objectives_only(out: impl Write, rows: &[ResultRow]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer
        .write_record(["idx"].into_iter().chain(OBJECTIVES))
        .map_err(io_error)?;
    for (index, row) in rows.iter().enumerate() {
        let cells = [index.to_string()].into_iter().chain(objectives(row));
        writer.write_record(cells).map_err(io_error)?;
    }
    writer.flush()
}

/// Writes the log: how many candidates are dominated and not, and how many real cuts those that are not have.
pub fn log(mut out: impl Write, rows: &[ResultRow]) -> io::Result<()> {
    let nondominated = || rows.iter().filter(|row| row.is_nondominated);
    let count = nondominated().count();
    writeln!(out, "nondom: {count}\ndom: {}", rows.len() - count)?;
    let mut by_cuts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in nondominated() {
        *by_cuts.entry(row.evaluation.real_cuts()).or_default() += 1;
    }
    by_cuts
        .iter()
        .try_for_each(|(cuts, count)| writeln!(out, "{cuts} Partitioning Point(s): {count}"))
}

/// Writes the schedules file: the layers of the one schedule that is explored, in running order.
pub fn schedules(out: impl Write, graph: &Graph) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let schedule = "0";
    let cells = [schedule].into_iter().chain(graph.layers.iter().map(String::as_str));
    writer.write_record(cells).map_err(io_error)?;
    writer.flush()
}

/// Chosen designs, number of real cuts, and everything per partition.
fn details(problem: &Problem, row: &ResultRow) -> Vec<String> {
    let evaluation = &row.evaluation;
    let designs = evaluation.designs.iter().enumerate();
    // Every chosen design has a tag; its index would say the same of tables in order.
    let tag = |(platform, &design): (usize, &usize)| {
        let tag = problem.design_tag(platform, design);
        tag.map_or(design.to_string(), |tag| tag.to_string())
    };
    let mut cells: Vec<String> = designs.map(tag).collect();
    cells.push(evaluation.real_cuts().to_string());
    let columns: [fn(&PartitionNumbers) -> f64; 4] = [
        |part| part.latency_ms,
        |part| part.energy_mj,
        |part| part.transfer.map_or(0.0, |transfer| transfer.latency_ms),
        |part| part.transfer.map_or(0.0, |transfer| transfer.energy_mj),
    ];
    for column in columns {
        cells.extend(evaluation.partitions.iter().map(|part| number(column(part))));
    }
    let layers = &problem.graph().layers;
    let ends = row.candidate.cuts.iter().filter_map(|&cut| layers.get(cut));
    cells.extend(ends.cloned());
    cells.extend(
        row.candidate
            .platforms
            .iter()
            .map(|platform| (platform + 1).to_string()),
    );
    cells
}

fn objectives(row: &ResultRow) -> [String; 8] {
    let Totals {
        latency_ms,
        energy_mj,
        throughput_fps,
        area_mm2,
        link_latency_ms,
        link_energy_mj,
    } = row.evaluation.totals;
    // Accuracy stands for "not evaluated" where it is 0.
    let accuracy = 0.0;
    let kind = if row.is_nondominated { "nondom" } else { "dom" };
    [
        number(latency_ms),
        number(energy_mj),
        number(throughput_fps),
        number(area_mm2),
        number(link_latency_ms),
        number(link_energy_mj),
        number(accuracy),
        kind.to_owned(),
    ]
}

/// All digits that are needed to read the same number again, and always a decimal point or an exponent.
fn number(value: f64) -> String {
    format!("{value:?}")
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
