//! Sweeps and maps against brute force: the design of a region is the best of all designs everywhere in it, flips are those of the envelope,
//! and nothing depends on the number of threads.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[expect(dead_code, reason = "designs at positions are for searches over schedules")]
#[path = "support/networks.rs"]
mod networks;

use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Metrics, evaluate};
use cutscape::explore::sweep::{DesignLimit, Knob, Map, Proof, Question, Range, Sweep, map, readings, set_all, sweep};
use cutscape::explore::{Objective, Search, flips};
use cutscape::presets::Allowed;
use networks::Case;
use proptest::prelude::*;

/// The case with a knob at a value.
fn at(case: &Case, knob: &Knob, value: f64) -> Case {
    let mut case = case.clone();
    assert!(knob.set(&mut case.system, &mut case.constraints, value));
    case.table = CostTable::new(&case.network, &case.system);
    case
}

/// The least of an objective over all designs that keep every limit; infinite if none does.
fn least(case: &Case, objective: Objective) -> f64 {
    let designs = case.all_designs();
    let evaluations = designs.iter().map(|design| evaluate(&case.problem(), design));
    let feasible = evaluations.filter(|evaluation| evaluation.violations.is_empty());
    let values = feasible.map(|evaluation| Metrics::from(&evaluation).get(objective));
    values.fold(f64::INFINITY, f64::min)
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-8 * a.abs().max(b.abs())
}

fn run(case: &Case, question: &Question) -> Sweep {
    sweep(&case.problem(), &Search::default(), question, &|| false, &|_| {}).expect("not cancelled")
}

/// A knob of the case's system with a range, by a drawn number; widths are looked at one by one.
fn question(case: &Case, drawn: usize, objective: Objective) -> Question {
    let knobs = Knob::all(&case.system);
    let knob = knobs[drawn % knobs.len()].clone();
    let range = knob
        .usual_range(&case.system, &case.constraints)
        .expect("a knob of the system");
    Question { knob, range, objective }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_design_of_a_region_is_the_best_of_all(
        case in networks::cases(1..=5, 2..=3),
        drawn in any::<usize>(),
        objective in prop::sample::select(vec![Objective::Latency, Objective::Energy, Objective::Interval]),
        shares in prop::collection::vec(0.0..=1.0, 6),
    ) {
        let question = question(&case, drawn, objective);
        let found = run(&case, &question);
        prop_assert_eq!(found.regions.first().map(|r| r.from), Some(question.range.low));
        prop_assert_eq!(found.regions.last().map(|r| r.to), Some(question.range.high));
        for pair in found.regions.windows(2) {
            prop_assert!(pair[0].to == pair[1].from && pair[0].from < pair[0].to && pair[0].design != pair[1].design);
        }
        let allowed = question.knob.parameter(&case.system, &case.constraints).expect("a knob of the system").allowed;
        let drawn = shares.iter().map(|&share| question.range.at(share));
        let tried: Vec<f64> = match allowed {
            // A number of whole steps is looked at where it was looked at.
            Allowed::Width | Allowed::Steps(..) => found.values.clone(),
            // Between samples nothing is promised unless it is proven; at samples it is.
            _ if found.proof == Proof::Exact => drawn.collect(),
            _ => found.values.iter().copied().step_by(16).collect(),
        };
        for value in tried {
            let case = at(&case, &question.knob, value);
            let region = found.region_at(value).expect("a region");
            let cost = region.design.map_or(f64::INFINITY, |design| {
                let evaluation = evaluate(&case.problem(), &found.designs[design]);
                match evaluation.violations.is_empty() {
                    true => Metrics::from(&evaluation).get(objective),
                    false => f64::INFINITY,
                }
            });
            prop_assert!(same(cost, least(&case, objective)), "{:?} at {}: {} instead of {}", question, value, cost, least(&case, objective));
        }
    }

    #[test]
    fn flips_of_a_rate_are_those_of_the_envelope(case in networks::cases(1..=5, 2..=4), link in 0_usize..3) {
        let knob = Knob::Rate(link % case.system.links.len());
        prop_assume!(knob.parameter(&case.system, &case.constraints).is_some());
        let Knob::Rate(link) = knob else { unreachable!() };
        let range = Range { low: 1e-3, high: 1e9, log: true };
        let found = run(&case, &Question { knob, range, objective: Objective::Latency });
        let known = flips(&case.problem(), link, &|| false).expect("not cancelled");
        for flip in found.flips() {
            let is_known = known.iter().any(|known| same(known.rate_bytes_per_s, flip));
            prop_assert!(found.proof != Proof::Exact || is_known, "{} is not among {:?}", flip, known.iter().map(|k| k.rate_bytes_per_s).collect::<Vec<_>>());
        }
        let inside = known.iter().filter(|flip| (range.low..range.high).contains(&flip.rate_bytes_per_s));
        // Designs whose costs differ by less than rounding flip in one and not in the other.
        prop_assert!(found.flips().count() <= inside.count());
    }

    #[test]
    fn a_limit_that_moves_changes_what_is_allowed(case in networks::cases(1..=5, 2..=3)) {
        let free = run(&case, &question(&case, 0, Objective::Energy));
        prop_assume!(free.regions.iter().all(|region| region.design.is_some()));
        let latencies = free.readings.iter().flatten().map(|reading| reading.metrics.latency_s);
        let most = latencies.fold(0.0, f64::max);
        prop_assume!(most > 0.0);
        let knob = Knob::Limit(DesignLimit::Latency);
        let range = Range { low: most / 1e4, high: most * 2.0, log: true };
        let found = run(&case, &Question { knob: knob.clone(), range, objective: Objective::Energy });
        prop_assert!(found.proof != Proof::Exact);
        let mut last = f64::INFINITY;
        for &value in &found.values {
            let least = least(&at(&case, &knob, value), Objective::Energy);
            prop_assert!(least <= last, "a wider limit allows no less");
            last = least;
            let region = found.region_at(value).expect("a region");
            prop_assert_eq!(region.design.is_some(), least.is_finite());
        }
    }

    #[test]
    fn where_a_limit_becomes_impossible_no_design_is_shown(case in networks::cases(1..=5, 2..=3)) {
        let free = run(&case, &question(&case, 0, Objective::Latency));
        let rates = free.readings.iter().flatten().map(|reading| reading.metrics.throughput_hz);
        let most = rates.filter(|rate| rate.is_finite()).fold(0.0, f64::max);
        prop_assume!(most > 0.0);
        let knob = Knob::Limit(DesignLimit::Throughput);
        let range = Range { low: most / 1e3, high: most * 1e3, log: true };
        let found = run(&case, &Question { knob: knob.clone(), range, objective: Objective::Latency });
        for &value in &found.values {
            let least = least(&at(&case, &knob, value), Objective::Latency);
            let region = found.region_at(value).expect("a region");
            // At a flip itself either side is right.
            if value != region.from {
                prop_assert_eq!(region.design.is_some(), least.is_finite(), "at {}", value);
            }
        }
        let never = least(&at(&case, &knob, range.high), Objective::Latency).is_infinite();
        prop_assert_eq!(found.regions.last().and_then(|region| region.design).is_none(), never);
    }

    #[test]
    fn nothing_depends_on_the_number_of_threads(case in networks::cases(1..=6, 2..=3), drawn in any::<usize>(), other in any::<usize>()) {
        let question = question(&case, drawn, Objective::Latency);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| (run(&case, &question), grid(&case, &question, other)))
        };
        prop_assert_eq!(with(1), with(4));
    }

    #[test]
    fn every_row_of_a_map_is_a_sweep(case in networks::cases(1..=5, 2..=3), drawn in any::<usize>(), other in any::<usize>()) {
        let question = question(&case, drawn, Objective::Latency);
        let found = grid(&case, &question, other);
        if found.knob.conflicts(&question.knob, &case.system) {
            prop_assert!(found.rows.is_empty());
            return Ok(());
        }
        prop_assert_eq!(found.rows.len(), found.regions.len());
        for (value, regions) in found.rows.iter().zip(&found.regions) {
            for region in regions {
                let Some(design) = region.design else { continue };
                let middle = match question.range.log {
                    true => (region.from * region.to).sqrt(),
                    false => f64::midpoint(region.from, region.to),
                };
                // Between two whole widths or steps there is nothing.
                let parameter = question.knob.parameter(&case.system, &case.constraints).expect("a knob of the system");
                if found.proof != Proof::Exact || matches!(parameter.allowed, Allowed::Width | Allowed::Steps(..)) {
                    continue;
                }
                let mut case = case.clone();
                let both = [(&question.knob, middle), (&found.knob, *value)];
                set_all(&mut case.system, &mut case.constraints, both);
                case.table = CostTable::new(&case.network, &case.system);
                let cost = Metrics::from(&evaluate(&case.problem(), &found.designs[design])).latency_s;
                prop_assert!(same(cost, least(&case, Objective::Latency)));
                prop_assert_eq!(found.design_at(middle, *value), Some(design));
            }
        }
    }
}

fn grid(case: &Case, question: &Question, other: usize) -> Map {
    let knobs = Knob::all(&case.system);
    let knob = &knobs[other % knobs.len()];
    let range = knob
        .usual_range(&case.system, &case.constraints)
        .expect("a knob of the system");
    let (problem, search) = (case.problem(), Search::default());
    map(&problem, &search, question, (knob, range), 4, &|| false, &|_| {}).expect("not cancelled")
}

/// One case for what needs no drawing.
fn any_case() -> Case {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tree = networks::cases(4..=4, 3..=3).new_tree(&mut runner).expect("a case");
    tree.current()
}

#[test]
fn a_number_the_system_does_not_have_gives_no_regions() {
    let case = any_case();
    for knob in [
        Knob::Rate(7),
        Knob::Speed(9),
        Knob::Device(0, "colour".to_owned()),
        Knob::Link(99, "rate".to_owned()),
    ] {
        assert_eq!(knob.usual_range(&case.system, &case.constraints), None);
        assert!(!knob.set(&mut case.system.clone(), &mut Constraints::default(), 1.0));
        let range = Range {
            low: 1.0,
            high: 2.0,
            log: true,
        };
        let found = run(
            &case,
            &Question {
                knob,
                range,
                objective: Objective::Latency,
            },
        );
        assert!(found.regions.is_empty() && found.values.is_empty());
    }
    for range in [
        (1e-40, 1.0, true),
        (2.0, 1.0, false),
        (0.0, 1.0, true),
        (f64::NAN, 1.0, false),
        (1.0, f64::INFINITY, true),
    ] {
        let range = Range {
            low: range.0,
            high: range.1,
            log: range.2,
        };
        let knob = Knob::Speed(0);
        assert!(
            run(
                &case,
                &Question {
                    knob,
                    range,
                    objective: Objective::Latency
                }
            )
            .regions
            .is_empty()
        );
    }
}

#[test]
fn the_speed_of_a_device_scales_its_times() {
    let case = any_case();
    let design = case.design(&[0; 4]);
    let found =
        readings(&case.problem(), &Knob::Speed(0), &[0.5, 1.0, 4.0], &[design], &|| false).expect("not cancelled");
    let times: Vec<f64> = found[0]
        .iter()
        .map(|reading| 1.0 / reading.metrics.throughput_hz)
        .collect();
    assert!(times[0] >= times[1] && times[1] >= times[2]);
}

#[test]
fn a_sweep_stops_when_it_is_told_to() {
    let case = any_case();
    let question = question(&case, 0, Objective::Latency);
    assert_eq!(
        sweep(&case.problem(), &Search::default(), &question, &|| true, &|_| {}),
        None
    );
}
