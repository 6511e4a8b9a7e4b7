//! NSGA-II beside the exact front, on demand: its settings, the work, and what is known of what it found.

use super::workers::FrontRequest;
use super::{Age, App, Cx};
use crate::design::Design;
use crate::explore::nsga2::{self, Settings};
use crate::explore::{Comparison, Front, FrontPoint, Problem, Search, compare};
use crate::jobs::Ticket;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The name of its worker.
pub const NAME: &str = "NSGA-II";
/// The largest population that can be asked for.
pub const MOST_INDIVIDUALS: usize = 10_000;
/// The most generations that can be asked for.
pub const MOST_GENERATIONS: usize = 1_000_000;
/// Least time between two answers of a search under way.
const PACE: Duration = Duration::from_millis(250);

/// How NSGA-II is run and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Where the random numbers start.
    pub seed: u64,
    /// Individuals of a generation; `None` = CNNParted's number.
    pub population: Option<usize>,
    /// Generations; `None` = CNNParted's number.
    pub generations: Option<usize>,
    /// Whether the first population holds points of the front.
    pub from_front: bool,
    /// Whether the plot leaves its points out.
    pub hide: bool,
    /// Whether its panel is open.
    #[serde(skip)]
    pub is_open: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            seed: 1,
            population: None,
            generations: None,
            from_front: false,
            hide: false,
            is_open: false,
        }
    }
}

impl Wanted {
    /// The same for a search; what is out of bounds (in a session file) is brought into them.
    pub fn settings(&self, problem: &Problem, search: &Search) -> Settings {
        let usual = Settings::cnnparted(problem, search, self.seed);
        Settings {
            population: self
                .population
                .map_or(usual.population, |size| size.clamp(2, MOST_INDIVIDUALS)),
            generations: self
                .generations
                .map_or(usual.generations, |count| count.clamp(1, MOST_GENERATIONS)),
            ..usual
        }
    }
}

/// Asks for a run.
pub struct EvolutionRequest {
    /// What is searched.
    pub problem: FrontRequest,
    /// How.
    pub wanted: Wanted,
    /// Designs the first population may hold.
    pub start: Vec<Design>,
}

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Running,
    /// It was stopped.
    Stopped,
    /// It did all generations, or found no more new genomes.
    Done,
}

/// What a run has found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The designs that keep every limit and that no other one found is better than.
    pub points: Arc<Vec<FrontPoint>>,
    /// Designs evaluated.
    pub evaluations: u64,
    /// Generations done.
    pub generations: usize,
    /// What was asked for.
    pub settings: Settings,
    /// How many designs of the front it was given.
    pub given: usize,
    /// How long it took so far.
    pub took_s: f64,
    /// Whether it goes on.
    pub state: State,
}

/// The newest run.
#[derive(Debug, Clone)]
pub struct Evolution {
    /// What it found.
    pub found: Found,
    /// What it searched for.
    pub search: Search,
    /// Seconds it took so far; `None` = not told, so that pictures of the same state are equal.
    pub took_s: Option<f64>,
    /// How it compares with the front; `None` = there is no front of the same problem yet.
    pub comparison: Option<Comparison>,
    /// Whether the problem has changed since: what it found belongs to the earlier one.
    pub is_stale: bool,
}

/// The run whose points the plot and the table show, if there is one.
pub fn shown<'a>(cx: &Cx<'a>) -> Option<&'a Evolution> {
    let derived = cx.derived;
    derived.evolution.as_ref().filter(|_| !cx.session.evolution.hide)
}

/// The work: what is found is handed out a few times per second, and what there is when it is stopped is the answer.
pub fn run(request: &EvolutionRequest, ticket: &Ticket, hand_out: &dyn Fn(Found)) -> Option<Found> {
    let begin = Instant::now();
    let problem = request.problem.problem();
    let search = &request.problem.search;
    let settings = request.wanted.settings(&problem, search);
    // Half of the population stays random.
    let start = spread(&request.start, settings.population / 2);
    let found = |points, evaluations, generations, state| Found {
        points: Arc::new(points),
        evaluations,
        generations,
        settings,
        given: start.len(),
        took_s: begin.elapsed().as_secs_f64(),
        state,
    };
    let mut told: Option<Instant> = None;
    let evolution = nsga2::search(
        &problem,
        search,
        &settings,
        &start,
        &|| ticket.is_stopped(),
        &mut |generation| {
            let progress = generation.progress;
            ticket.set_progress(progress.generations as f32 / settings.generations as f32);
            if told.is_none_or(|told| told.elapsed() >= PACE) {
                let (evaluations, generations) = (progress.evaluations, progress.generations);
                hand_out(found(generation.points(), evaluations, generations, State::Running));
                told = Some(Instant::now());
            }
        },
    );
    if ticket.is_cancelled() {
        return None;
    }
    let is_short = evolution.generations < settings.generations;
    let state = match is_short && ticket.is_stopped() {
        true => State::Stopped,
        false => State::Done,
    };
    Some(found(
        evolution.points,
        evolution.evaluations,
        evolution.generations,
        state,
    ))
}

/// At most so many designs, evenly over all.
fn spread(designs: &[Design], most: usize) -> Vec<Design> {
    let count = designs.len().min(most);
    let at = |index: usize| index * (designs.len() - 1) / (count - 1).max(1);
    (0..count).filter_map(|index| designs.get(at(index)).cloned()).collect()
}

/// Asks how points compare with a front.
pub struct CompareRequest {
    /// The front.
    pub front: Arc<Front>,
    /// The points.
    pub points: Arc<Vec<FrontPoint>>,
}

impl CompareRequest {
    /// The work.
    pub fn run(&self) -> Comparison {
        compare(&self.points, &self.front)
    }
}

impl App {
    /// Runs NSGA-II on the problem in the window; another run is given up.
    pub(super) fn evolve(&mut self) {
        let Some(problem) = self.front_request() else {
            return self.tell("The layer costs are still being computed: try again in a moment");
        };
        let wanted = self.session.evolution.clone();
        let front = self
            .derived
            .front
            .as_ref()
            .filter(|_| self.derived.front_age.is_current());
        let start = match (wanted.from_front, front) {
            (false, _) => Vec::new(),
            (true, Some(front)) => front.points.iter().map(|point| point.design.clone()).collect(),
            (true, None) => {
                return self.tell(match self.derived.front_age {
                    Age::Stopped => {
                        "The front that NSGA-II shall begin with was stopped: change system, limits or search to start it anew, or begin \
                         without it"
                    }
                    Age::Current | Age::Updating => {
                        "The front that NSGA-II shall begin with is still being computed: try again in a moment"
                    }
                });
            }
        };
        self.session.evolution.hide = false;
        self.derived.evolution = None;
        self.asked.evolution = Some(problem.clone());
        self.workers.comparison.cancel();
        self.workers
            .evolution
            .request(EvolutionRequest { problem, wanted, start });
    }

    /// What a run has found so far or in the end.
    pub(super) fn take_evolution(&mut self, found: Found) {
        let Some(asked) = &self.asked.evolution else { return };
        // Until it is compared anew: a moment's difference is better than a flicker.
        let comparison = self.derived.evolution.as_ref().and_then(|last| last.comparison);
        self.derived.evolution = Some(Evolution {
            search: asked.search.clone(),
            took_s: (!self.still).then_some(found.took_s),
            comparison,
            is_stale: !self.is_current(asked),
            found,
        });
        self.compare_evolution();
    }

    /// Asks for the comparison of the newest run with the newest front, where both are of the same problem.
    pub(super) fn compare_evolution(&self) {
        let (Some(evolution), Some(front)) = (&self.derived.evolution, &self.derived.front) else {
            return;
        };
        if !evolution.is_stale && self.derived.front_age.is_current() {
            self.workers.comparison.request(CompareRequest {
                front: Arc::clone(front),
                points: Arc::clone(&evolution.found.points),
            });
        }
    }

    /// Ends a run whose problem is no longer the one in the window, and marks what it found.
    pub(super) fn check_evolution(&mut self) {
        let Some(asked) = &self.asked.evolution else { return };
        let is_stale = !self.is_current(asked);
        if is_stale {
            self.workers.evolution.stop();
        }
        if let Some(evolution) = &mut self.derived.evolution {
            evolution.is_stale = is_stale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designs_to_begin_with_are_spread_evenly_with_both_ends() {
        let designs: Vec<Design> = (0..9)
            .map(|index| Design {
                placements: Vec::new(),
                alternatives: vec![index],
            })
            .collect();
        let picked = |most| -> Vec<usize> { spread(&designs, most).iter().map(|d| d.alternatives[0]).collect() };
        assert_eq!(picked(3), [0, 4, 8]);
        assert_eq!(picked(20), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(picked(1), [0]);
        assert!(picked(0).is_empty() && spread(&[], 4).is_empty());
    }

    #[test]
    fn settings_of_a_session_keep_their_defaults() {
        let wanted: Wanted = ron::from_str("(population: Some(40))").expect("a session's part");
        let expected = Wanted {
            population: Some(40),
            ..Wanted::default()
        };
        assert_eq!((wanted, expected.seed), (expected.clone(), 1));
    }
}
