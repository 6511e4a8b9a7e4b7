//! NSGA-II against brute force and exact fronts: never better, the same for the same seed, and its fast evaluation the true one.

#[expect(dead_code, reason = "all designs are for searches over ideals")]
#[path = "support/networks.rs"]
mod networks;

use cutscape::design::evaluate;
use cutscape::explore::nsga2::{Evolution, Settings, search};
use cutscape::explore::{Caps, Metrics, Objective, Problem, Search, front_within, hypervolume, reference_point};
use networks::Case;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

/// NSGA-II cuts at the positions of the schedule; so must what it is compared with.
const POSITIONS: Caps = Caps {
    ideals: 0,
    labels: u64::MAX,
    sums: 0,
};

const SETS: [&[Objective]; 4] = [
    &[Objective::Latency, Objective::Energy],
    &[Objective::Latency, Objective::Energy, Objective::Interval],
    &[Objective::Interval, Objective::LinkBytes, Objective::Area],
    &[Objective::Latency, Objective::Memory],
];

fn of(objectives: &[Objective]) -> Search {
    Search {
        objectives: objectives.to_vec(),
        ..Search::default()
    }
}

fn settings(problem: &Problem, of: &Search, seed: u64) -> Settings {
    Settings {
        population: 24,
        generations: 30,
        ..Settings::cnnparted(problem, of, seed)
    }
}

fn run(problem: &Problem, of: &Search, seed: u64) -> Evolution {
    search(problem, of, &settings(problem, of, seed), &[], &|| false, &mut |_| {})
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-10 * a.abs().max(b.abs())
}

fn values(problem: &Problem, case: &Case, objectives: &[Objective]) -> Vec<Vec<f64>> {
    let designs = case.all_position_designs();
    let evaluations = designs.iter().map(|design| evaluate(problem, design));
    let feasible = evaluations.filter(|e| e.violations.is_empty() && e.latency_s.is_finite());
    let metrics = feasible.map(|e| Metrics::from(&e));
    metrics
        .map(|m| objectives.iter().map(|&o| m.get(o)).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_it_finds_exists_and_is_no_better_than_everything(
        mut case in networks::cases(0..=8, 1..=4),
        set in 0_usize..4,
        limits in prop::option::of((0.2..1.0, 0.2..1.0)),
        areas in prop::collection::vec(0_u32..4, 4),
        seed in any::<u64>(),
    ) {
        for (device, area) in case.system.devices.iter_mut().zip(areas) {
            device.area_m2 = (area > 0).then_some(f64::from(area) * 1e-6);
        }
        if let Some((latency, interval)) = limits {
            let all = values(&case.problem(), &case, &[Objective::Latency, Objective::Interval]);
            let most = |o: usize| all.iter().map(|v| v[o]).fold(0.0, f64::max);
            case.constraints.latency_s = Some(most(0) * latency);
            case.constraints.throughput_hz = (most(1) > 0.0).then(|| 1.0 / (most(1) * interval));
        }
        let problem = case.problem();
        let of = of(SETS[set]);
        let mut streamed = Vec::new();
        let evolution = search(&problem, &of, &settings(&problem, &of, seed), &[], &|| false, &mut |generation| {
            // The numbers it works with are those of the designs they stand for.
            for (index, point) in generation.points().iter().enumerate().take(1) {
                let own: Vec<f64> = of.objectives.iter().map(|&o| point.metrics.get(o)).collect();
                let best = generation.progress.best;
                let known = (0..best.len()).any(|i| best.objectives(i).iter().zip(&own).all(|(a, b)| same(*a, *b)));
                assert!(known, "{index}: {own:?}");
            }
            streamed.push(generation.progress.evaluations);
        });
        prop_assert_eq!(streamed.len(), evolution.generations);
        prop_assert!(streamed.windows(2).all(|pair| pair[0] <= pair[1]));
        let all = values(&problem, &case, SETS[set]);
        let found: Vec<Vec<f64>> = evolution.points.iter().map(|p| SETS[set].iter().map(|&o| p.metrics.get(o)).collect()).collect();
        for point in &found {
            prop_assert!(all.iter().any(|v| v.iter().zip(point).all(|(a, b)| same(*a, *b))), "{:?} impossible", point);
        }
        for point in &evolution.points {
            prop_assert!(point.feasible && point.design.fits(problem.network, problem.system));
        }
        let reference = reference_point(&all);
        let (own, exact) = (hypervolume(&found, &reference), hypervolume(&all, &reference));
        prop_assert!(own <= exact * (1.0 + 1e-9), "{} of {}", own, exact);
        prop_assert!(found.is_empty() || !all.is_empty());
    }

    #[test]
    fn the_exact_front_is_never_worse(case in networks::cases(1..=12, 2..=4), seed in any::<u64>()) {
        let problem = case.problem();
        let objectives = SETS[0];
        let exact = front_within(&problem, &of(objectives), POSITIONS, &|| false, &|_| {}).expect("not cancelled");
        let evolution = run(&problem, &of(objectives), seed);
        let values = |p: &cutscape::explore::FrontPoint| objectives.iter().map(|&o| p.metrics.get(o)).collect::<Vec<f64>>();
        let exact: Vec<_> = exact.points.iter().map(values).collect();
        let found: Vec<_> = evolution.points.iter().map(values).collect();
        for point in &found {
            let matched = exact.iter().any(|e| e.iter().zip(point).all(|(e, p)| *e <= *p || same(*e, *p)));
            prop_assert!(matched, "{:?} better than {:?}", point, exact);
        }
        let reference = reference_point(&exact);
        prop_assert!(hypervolume(&exact, &reference) >= hypervolume(&found, &reference) * (1.0 - 1e-9));
    }

    #[test]
    fn a_seed_decides_everything(case in networks::cases(1..=8, 2..=4), set in 0_usize..4, seed in any::<u64>()) {
        let problem = case.problem();
        let of = of(SETS[set]);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| run(&problem, &of, seed))
        };
        prop_assert_eq!(with(1), with(4));
    }

    #[test]
    fn exact_designs_to_begin_with_are_kept(case in networks::cases(1..=10, 2..=4), seed in any::<u64>()) {
        let problem = case.problem();
        let of = of(SETS[0]);
        let exact = front_within(&problem, &of, POSITIONS, &|| false, &|_| {}).expect("not cancelled");
        let start: Vec<_> = exact.points.iter().take(20).map(|p| p.design.clone()).collect();
        let evolution = search(&problem, &of, &settings(&problem, &of, seed), &start, &|| false, &mut |_| {});
        for point in exact.points.iter().take(20) {
            // Or one that is no worse, rounding aside.
            let no_worse = |a: f64, b: f64| a <= b || same(a, b);
            let kept = evolution.points.iter().any(|p| {
                no_worse(p.metrics.latency_s, point.metrics.latency_s) && no_worse(p.metrics.energy_j, point.metrics.energy_j)
            });
            prop_assert!(kept, "{:?} lost", point.metrics);
        }
    }
}

/// A heuristic promises nothing for a single case, but small spaces it searches well: over these cases, always the same, it has nearly all of the
/// hypervolume.
#[test]
fn small_spaces_are_searched_well() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut shares = Vec::new();
    for seed in 0..40 {
        let case = networks::cases(1..=8, 2..=4)
            .new_tree(&mut runner)
            .expect("a case")
            .current();
        let (problem, objectives) = (case.problem(), SETS[seed as usize % SETS.len()]);
        let all = values(&problem, &case, objectives);
        let evolution = run(&problem, &of(objectives), seed);
        let number =
            |p: &cutscape::explore::FrontPoint| objectives.iter().map(|&o| p.metrics.get(o)).collect::<Vec<f64>>();
        let found: Vec<_> = evolution.points.iter().map(number).collect();
        let reference = reference_point(&all);
        let exact = hypervolume(&all, &reference);
        if exact > 0.0 {
            shares.push(hypervolume(&found, &reference) / exact);
        }
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(shares.len() > 20 && mean > 0.95, "{mean} over {}", shares.len());
}

#[test]
fn it_stops_when_told_to() {
    let case = {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        networks::cases(8..=8, 3..=3)
            .new_tree(&mut runner)
            .expect("a case")
            .current()
    };
    let problem = case.problem();
    let of = of(SETS[0]);
    let settings = Settings::cnnparted(&problem, &of, 1);
    let evolution = search(&problem, &of, &settings, &[], &|| true, &mut |_| {});
    assert_eq!((evolution.generations, evolution.seed), (1, 1));
    assert_eq!((settings.population, settings.generations), (10, 500));
}
