//! `cutscape explore DESIGN.ron`: the exact front of a design's network on its system, on demand beside what NSGA-II finds.

use super::{Failure, Format, output};
use crate::explore::nsga2::{self, Evolution, Settings};
use crate::explore::{self, Bound, Comparison, Front, FrontPoint, Guarantee, Problem, Space};
use crate::project::export::{self, MADE_BY};
use crate::project::table::{Cell, Table};
use crate::project::{Document, View};
use crate::units::Unit;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `explore`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The design file; its network, system and limits are explored
    design: PathBuf,
    /// The design's network, where it moved or changed: an ONNX file, or the name of an example
    #[arg(long, value_name = "MODEL")]
    network: Option<String>,
    /// Bound the front from below with linear programmes, for several weights of latency against energy
    #[arg(long, conflicts_with = "csv")]
    check: bool,
    /// Search by NSGA-II as well, with CNNParted's encoding, operators and sizes, and compare what it finds with the front
    #[arg(long)]
    nsga2: bool,
    /// Where the random numbers of NSGA-II start
    #[arg(long, requires = "nsga2", value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Individuals of a generation of NSGA-II
    #[arg(long, requires = "nsga2", value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    population: Option<u32>,
    /// Generations of NSGA-II
    #[arg(long, requires = "nsga2", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    generations: Option<u32>,
    #[command(flatten)]
    format: Format,
}

/// The weights of latency a check looks at: both ends of the front and between.
const WEIGHTS: [f64; 3] = [0.0, 0.5, 1.0];
/// Longest one linear programme may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a linear programme says about the front.
#[derive(Clone, Serialize)]
struct Check {
    /// Of latency; that of energy is the rest to 1.
    weight: f64,
    /// What no design can undercut, relative to the best of each; `null` if the programme could not be solved.
    bound: Option<f64>,
    /// The same sum of the best design found.
    found: Option<f64>,
    /// Why there is no bound.
    failure: Option<String>,
}

/// What NSGA-II found beside the front.
#[derive(Serialize)]
struct Heuristic {
    seed: u64,
    population: usize,
    generations: usize,
    evaluations: u64,
    /// The hypervolume as a share of the front's; `null` if it would take too long or the front has none.
    hypervolume_share: Option<f64>,
    /// How many points of the front it has, or better ones.
    matched: usize,
    /// Number of points of the front.
    of: usize,
    /// Number of points it found; they stand among `points` as kind `nsga2`.
    points: usize,
}

impl Heuristic {
    fn new(evolution: &Evolution, settings: &Settings, comparison: Comparison) -> Self {
        Self {
            seed: evolution.seed,
            population: settings.population,
            generations: evolution.generations,
            evaluations: evolution.evaluations,
            hypervolume_share: comparison.share,
            matched: comparison.matched,
            of: comparison.of,
            points: evolution.points.len(),
        }
    }

    /// All of it in a line; `whose` is what the share is of.
    fn words(&self, whose: &str) -> String {
        let share = match self.hypervolume_share {
            Some(share) => format!("{} of the {whose} hypervolume", Unit::Percent.format(share)),
            None => "no hypervolume".to_owned(),
        };
        format!(
            "{} designs, {share}, {} of {} points, {} evaluations in {} generations of {}, seed {}, heuristic",
            self.points,
            self.matched,
            self.of,
            Unit::Count.format(self.evaluations as f64),
            self.generations,
            self.population,
            self.seed,
        )
    }
}

/// The JSON document of `explore`.
#[derive(Serialize)]
struct Report<'a, R: Serialize> {
    made_by: &'static str,
    network: String,
    network_hash: &'a str,
    view: View,
    system: &'a str,
    /// Which designs were searched.
    space: String,
    exact: bool,
    /// Why the front may miss designs; `null` if it is exact.
    incomplete: Option<&'a str>,
    /// The largest share by which any design, whatever it cuts, could be better than some point of the front in both objectives at once,
    /// where that was looked for because not all cuts were searched; `null` if nothing is known.
    bound_gap: Option<f64>,
    /// Whether the front holds all corners of the convex hull of all designs; `null` if that was not looked for.
    hull_exact: Option<bool>,
    /// `null` without `--nsga2`.
    nsga2: Option<&'a Heuristic>,
    /// Empty without `--check`.
    checks: &'a [Check],
    points: R,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let document = super::open_design(&arguments.design, arguments.network.as_deref())?;
    let schedule = document.network().schedule(document.schedule);
    let table = document.cost_table();
    let problem = document.problem(&schedule, &table);
    let found = explore::front(&problem, &document.search, &|| false, &|_| ());
    let Some(front) = found else {
        // Only a cancelled search finds nothing, and nobody cancels this one.
        return Ok(());
    };
    let incomplete = match &front.guarantee {
        Guarantee::Exact => None,
        Guarantee::Within(share) => Some(format!(
            "every point is within {} of the best",
            Unit::Percent.format(*share)
        )),
        Guarantee::Incomplete(reason) => Some(reason.clone()),
    };
    let evolution = arguments.nsga2.then(|| arguments.evolve(&problem, &document));
    let evolved: &[FrontPoint] = evolution.as_ref().map_or(&[], |(evolution, _)| &evolution.points);
    let heuristic = evolution
        .as_ref()
        .map(|(evolution, settings)| Heuristic::new(evolution, settings, explore::compare(evolved, &front)));
    let points = export::front_and_evolved(&document.network, document.view, &front, evolved);
    if arguments.format.csv {
        return Ok(output::csv(points)?);
    }
    let checks = match arguments.check {
        true => WEIGHTS.map(|weight| check(&problem, weight)).to_vec(),
        false => Vec::new(),
    };
    if arguments.format.json {
        return Ok(output::json(&Report {
            made_by: MADE_BY,
            network: document.network.origin.label(),
            network_hash: &document.network.raw.hash.0,
            view: document.view,
            system: &document.system.name,
            space: space(front.space, table.is_additive()),
            exact: incomplete.is_none(),
            incomplete: incomplete.as_deref(),
            bound_gap: front.bound.map(|bound| bound.gap).filter(|gap| gap.is_finite()),
            hull_exact: front.bound.map(|bound| bound.hull_is_exact),
            nsga2: heuristic.as_ref(),
            checks: &checks,
            points: points.json(),
        })?);
    }
    let mut found = match incomplete {
        None => format!("exact over {}", space(front.space, table.is_additive())),
        Some(reason) => format!("searched {}; {reason}", space(front.space, table.is_additive())),
    };
    found.extend(front.bound.map(beyond));
    let whose = front.whose_hypervolume();
    Ok(output::text(|out| {
        let pairs = [
            ("network", document.network.origin.label()),
            ("system", document.system.name.clone()),
            ("front", format!("{} designs, {}", front.points.len(), found)),
        ];
        let heuristic = heuristic.iter().map(|heuristic| ("NSGA-II", heuristic.words(whose)));
        let pairs: Vec<_> = pairs.into_iter().chain(heuristic).collect();
        output::pairs(out, &pairs)?;
        writeln!(out)?;
        summary(&document, &front, evolved).write_text(&mut *out)?;
        let lines: Vec<String> = checks.iter().map(Check::words).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        output::list(
            out,
            "checked with linear programmes (limits are not part of them)",
            &lines,
        )
    })?)
}

impl Arguments {
    fn evolve(&self, problem: &Problem, document: &Document) -> (Evolution, Settings) {
        let usual = Settings::cnnparted(problem, &document.search, self.seed);
        let settings = Settings {
            population: self.population.map_or(usual.population, |size| size as usize),
            generations: self.generations.map_or(usual.generations, |count| count as usize),
            ..usual
        };
        let search = &document.search;
        let evolution = nsga2::search(problem, search, &settings, &[], &|| false, &mut |_| ());
        (evolution, settings)
    }
}

/// What is known beyond the cuts that were searched.
fn beyond(bound: Bound) -> String {
    let corners = match (bound.gap.is_finite(), bound.hull_is_exact) {
        (true, true) => "; with all corners of the hull of all designs",
        (true, false) => "; with designs near the corners of the hull of all designs",
        (false, _) => "",
    };
    format!("{corners}; {}", bound.words())
}

fn check(problem: &Problem, weight: f64) -> Check {
    let solved = explore::check_with_lp(problem, weight, PATIENCE, &|| false);
    let failure = solved.as_ref().err().map(ToString::to_string);
    let solved = solved.ok();
    Check {
        weight,
        bound: solved.as_ref().map(|it| it.bound),
        found: solved.as_ref().map(|it| it.found),
        failure,
    }
}

impl Check {
    fn words(&self) -> String {
        let weight = Unit::Percent.format(self.weight);
        match (self.bound, self.found, &self.failure) {
            (Some(bound), Some(found), _) => {
                let gap = Unit::Percent.format((found - bound).max(0.0) / bound);
                format!("latency weighted {weight}: gap between the best design and the bound {gap}")
            }
            (_, _, failure) => format!(
                "latency weighted {weight}: {}",
                failure.as_deref().unwrap_or("no bound")
            ),
        }
    }
}

fn space(space: Space, additive: bool) -> String {
    let why = if additive {
        ""
    } else {
        ", because a measured device takes whole blocks"
    };
    match space {
        Space::Ideals(count) => format!("all cuts along {count} ideals"),
        Space::Schedules(1) => format!("cuts at the positions of the schedule{why}"),
        Space::Schedules(count) => format!("cuts at the positions of {count} schedules{why}"),
    }
}

/// The front, the baselines and what NSGA-II found, with the number of layers on each device.
fn summary<'a>(document: &'a Document, front: &'a Front, evolved: &'a [FrontPoint]) -> Table<'a> {
    let layers = document.network().layers.len();
    let points = front.points.iter().enumerate().map(|(index, point)| {
        let knee = if front.knee == Some(index) { "knee" } else { "" };
        (knee, point)
    });
    let rows = points.chain(front.baselines.iter().map(|b| (b.name.as_str(), &b.point)));
    let rows = rows.chain(evolved.iter().map(|point| ("NSGA-II", point)));
    let mut columns: Vec<String> = ["point", "latency_s", "energy_j"].map(str::to_owned).to_vec();
    columns.extend(document.system.devices.iter().map(|d| d.name.clone()));
    Table {
        columns,
        rows: Box::new(rows.map(move |(name, point)| {
            let mut row = vec![
                Cell::text_of(name),
                Cell::Quantity(point.metrics.latency_s, Unit::Seconds),
                Cell::Quantity(point.metrics.energy_j, Unit::Joules),
            ];
            let mut loads = vec![0; document.system.devices.len()];
            for device in point.design.assignment(layers) {
                loads[device] += 1;
            }
            row.extend(loads.into_iter().map(|load| Cell::Count(load, Unit::Count)));
            row
        })),
    }
}
