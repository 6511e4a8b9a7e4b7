//! Settings of problems on schedules known by hand.

use super::*;
use crate::cost::profile::{BundleCost, BundleTable};
use crate::network::blocks::Blocks;

/// AlexNet's first blocks with bundles that take these milliseconds per block, and as many millijoules.
fn table(blocks: usize, ms: f64) -> BundleTable {
    let spans = (0..blocks).flat_map(|first| (first..blocks).map(move |last| (first, last)));
    let costs = spans.map(|(first, last)| {
        let size = (last + 1 - first) as f64;
        let cost = BundleCost {
            clock_hz: None,
            latency_s: size * ms / 1e3,
            energy_j: Some(size * ms / 1e3),
            runs: 1,
            estimated: false,
        };
        ((first, last), cost)
    });
    BundleTable::of(blocks, costs)
}

/// Four blocks, 10 ms each at the edge and 1 ms in the cloud; sending takes 2 ms and 1 mJ.
fn problem(load: f64) -> Problem {
    let machines = vec![
        Machine::edge("edge", &table(4, 10.0)),
        Machine::server("cloud", &table(4, 1.0)).loaded(load),
    ];
    let transfers = Transfers::by(&[8; 5], 2, |bytes, _, _| Cost {
        latency_s: bytes as f64 / 4e3,
        energy_j: 1e-3,
    });
    Problem::new(4, machines, transfers).unwrap()
}

fn typed(text: &str) -> Constraint {
    Constraint::parse(text, &Blocks::preset("alexnet").unwrap(), &["edge", "cloud"]).unwrap()
}

fn best(problem: &Problem) -> (f64, f64) {
    let plan = problem.best(&Rules::up_to(4), Objective::Latency).unwrap();
    let milli = |value: f64| (value * 1e6).round() / 1e3;
    (milli(plan.latency_s()), milli(plan.energy_j()))
}

#[test]
fn a_load_lengthens_what_a_device_computes() {
    assert_eq!(best(&problem(1.0)), (8.0, 2.0));
    assert_eq!(best(&problem(5.0)), (24.0, 2.0));
    // Sending no longer pays.
    assert_eq!(best(&problem(20.0)), (40.0, 40.0));
    assert_eq!(problem(5.0).machines()[1].load(), 5.0);
    let wrong = vec![Machine::edge("edge", &table(4, 1.0)).loaded(0.0)];
    let transfers = Transfers::by(&[8; 5], 1, |_, _, _| Cost::default());
    assert!(matches!(
        Problem::new(4, wrong, transfers),
        Err(ScheduleError::Load { .. })
    ));
}

#[test]
fn an_edge_that_waits_pays_for_sending_and_for_others() {
    // 8 ms at 2 W besides.
    assert_eq!(best(&problem(1.0).waiting(2.0).unwrap()), (8.0, 18.0));
    assert!(problem(1.0).waiting(-1.0).is_err() && problem(1.0).waiting(f64::NAN).is_err());
}

#[test]
fn devices_without_a_way_between_them_do_not_follow_each_other() {
    let machines = vec![
        Machine::edge("edge", &table(4, 10.0)),
        Machine::server("hub", &table(4, 5.0)),
        Machine::server("cloud", &table(4, 1.0)),
    ];
    let transfers = Transfers::by(&[8; 5], 3, |_, from, to| match from + to {
        2 => Cost::NEVER,
        _ => Cost {
            latency_s: 1e-3,
            energy_j: 0.0,
        },
    });
    let problem = Problem::new(4, machines, transfers).unwrap();
    let rules = Rules::up_to(4);
    let front = problem.front(&rules);
    // Through the hub, which runs a block on the way there and back.
    let words = front.plans[0].words(&problem, &Blocks::preset("alexnet").unwrap());
    assert_eq!(words, "conv1 on hub, conv2..conv3 on cloud, conv4 on hub");
    assert!(front.plans.iter().all(|plan| plan.latency_s().is_finite()));
    assert!(problem.most(&rules, Objective::Latency).unwrap().is_finite());
    let all_on_cloud = baselines(&problem.asked(&rules), Objective::Latency);
    let all_on_cloud = all_on_cloud.iter().find(|own| own.name == "all on cloud").unwrap();
    assert_eq!(all_on_cloud.plan, None);
    let bound = problem.bound(&rules, Objective::Latency).unwrap();
    assert!((bound.value - front.plans[0].latency_s()).abs() < 1e-9);
    let wrong = Transfers::by(&[8; 5], 3, |_, _, _| Cost {
        latency_s: -1.0,
        energy_j: 0.0,
    });
    assert!(matches!(
        Problem::new(4, problem.machines().to_vec(), wrong),
        Err(ScheduleError::Transfers)
    ));
}

#[test]
fn a_battery_is_good_for_whole_inferences() {
    let problem = problem(1.0);
    let plan = problem.best(&Rules::up_to(4), Objective::Latency).unwrap();
    let battery = |energy_j| Battery { energy_j };
    assert_eq!(battery(1.0).inferences(&problem, &plan), Some(500.0));
    assert_eq!(battery(0.0019).inferences(&problem, &plan), Some(0.0));
    // In floating point 0.3 / 0.1 is below 3.
    let tenth = clocked(1, &[(1.0, 100.0)]);
    let plan = tenth.best(&Rules::up_to(1), Objective::Latency).unwrap();
    assert_eq!(battery(0.3).inferences(&tenth, &plan), Some(3.0));
}

/// More constraints than labels have sums for, all of which any schedule of AlexNet's first blocks may or may not keep.
fn too_many() -> Vec<Constraint> {
    let weights = ["3", "5", "7", "9", "11", "13", "17"];
    let texts = weights.iter().enumerate().map(|(index, weight)| {
        let block = ["conv1", "conv2", "conv3", "conv4"][index % 4];
        typed(&format!(
            "{weight} * on({block}, cloud) + blocks(cloud) + bundles <= {weight} + 4"
        ))
    });
    texts.collect()
}

#[test]
fn where_constraints_are_too_many_for_labels_the_programme_finds_the_ends() {
    let constrained = problem(1.0).constrained(too_many());
    let rules = Rules::up_to(4);
    let front = constrained.front(&rules);
    assert_eq!(front.engine, Engine::Programme);
    let alone = constrained.best_by_programme(&rules, Objective::Latency).unwrap();
    assert_eq!(
        front.plans.first().map(Plan::latency_s),
        alone.map(|plan| plan.latency_s())
    );
    let steps = sweep(&constrained.asked(&rules), Objective::Latency, 9);
    assert_eq!(steps.len(), 9);
    for step in steps {
        let energy_j = Some(step.at);
        let alone = constrained.best_by_programme(&Rules { energy_j, ..rules }, Objective::Latency);
        assert_eq!(step.plan, alone.unwrap());
        assert!(step.plan.unwrap().energy_j() <= step.at * (1.0 + 1e-9));
    }
}

/// Blocks that run at the edge alone, at any of these milliseconds and millijoules, by clock.
fn clocked(blocks: usize, costs: &[(f64, f64)]) -> Problem {
    digits(blocks, |_| costs.to_vec())
}

/// The same by block.
fn digits(blocks: usize, costs: impl Fn(usize) -> Vec<(f64, f64)>) -> Problem {
    let cost = |first: usize, last: usize| {
        let costs = costs(first).into_iter().enumerate();
        costs.map(move |(clock, (ms, mj))| {
            let cost = BundleCost {
                clock_hz: Some(100_000_000 * (clock as u64 + 1)),
                latency_s: ms / 1e3 * (last + 1 - first) as f64,
                energy_j: Some(mj / 1e3 * (last + 1 - first) as f64),
                runs: 1,
                estimated: false,
            };
            ((first, last), cost)
        })
    };
    let spans = (0..blocks).flat_map(|first| (first..blocks).map(move |last| (first, last)));
    let costs: Vec<_> = spans.flat_map(|(first, last)| cost(first, last)).collect();
    let machines = vec![Machine::edge("edge", &BundleTable::of(blocks, costs))];
    let transfers = Transfers::by(&vec![0; blocks + 1], 1, |_, _, _| Cost::default());
    Problem::new(blocks, machines, transfers).unwrap()
}

#[test]
fn of_equally_fast_schedules_the_programme_too_takes_the_thriftiest() {
    // The second clock is as fast and spends less; the third is the second's twin.
    let problem = clocked(4, &[(10.0, 5.0), (10.0, 4.0), (10.0, 4.0), (20.0, 4.0)]);
    for objective in [Objective::Latency, Objective::Energy] {
        for longest in [1, 2, 4] {
            let rules = Rules::up_to(longest);
            let plan = problem.best_by_programme(&rules, objective).unwrap();
            assert_eq!(plan, problem.best(&rules, objective));
            let plan = plan.unwrap();
            assert_eq!(plan.pieces.len(), 4 / longest);
            let clocks = plan.pieces.iter().map(|piece| piece.choice.clock_hz);
            assert!(clocks.into_iter().all(|clock| clock == Some(200_000_000)));
        }
    }
    let front = programme::ends(&problem.asked(&Rules::up_to(4)));
    assert_eq!(front.plans.len(), 1, "an end that is beaten is none");
}

#[test]
fn the_programme_keeps_budgets_to_the_same_share_as_labels() {
    // Sums of different blocks at three clocks lie close to each other.
    let problem = digits(6, |block| {
        let step = [1.0, 1.7, 2.3, 3.1, 4.7, 5.9][block];
        vec![(step, 9.0), (step * 1.3, 5.0), (step * 1.9, 4.0)]
    });
    let rules = Rules::up_to(1);
    let front = problem.front(&rules);
    assert!(front.plans.len() > 20, "{}", front.plans.len());
    for plan in front.plans.iter().step_by(front.plans.len() / 10) {
        for share in [0.0, 2e-9, 1e-8, 1e-7, 1e-6] {
            let rules = Rules {
                latency_s: Some(plan.latency_s() * (1.0 - share)),
                ..rules
            };
            let ours = problem.best(&rules, Objective::Energy);
            let theirs = problem.best_by_programme(&rules, Objective::Energy).unwrap();
            assert_eq!(ours.is_some(), theirs.is_some(), "{share}");
            let (Some(ours), Some(theirs)) = (ours, theirs) else {
                continue;
            };
            assert!(rules.keeps(theirs.latency_s(), theirs.energy_j()), "{share}");
            assert!((ours.energy_j() / theirs.energy_j() - 1.0).abs() < 1e-9, "{share}");
        }
    }
}

#[test]
fn more_schedules_than_memory_holds_are_left_to_the_programme() {
    // Every choice of clocks is a schedule no other beats: 7 to the power of 16.
    let problem = digits(16, |block| {
        let digit = 7_f64.powi(block as i32);
        (0..7)
            .map(|clock| (digit * f64::from(clock), digit * f64::from(6 - clock)))
            .collect()
    });
    let rules = Rules::up_to(1);
    let front = problem.front(&rules);
    assert_eq!((front.engine, front.plans.len()), (Engine::Programme, 2));
    assert_eq!((front.plans[0].latency_s(), front.plans[1].energy_j()), (0.0, 0.0));
    // A search that is called off ends at the next look, wherever it is.
    for looks in [0, 10, 40] {
        let count = std::cell::Cell::new(0);
        let cancel = || count.replace(count.get() + 1) >= looks;
        let front = problem.asked(&rules).until(&cancel).front();
        assert_eq!((front.engine, count.get()), (Engine::Stopped, looks + 1));
    }
}

#[test]
fn every_question_hears_that_it_is_called_off() {
    let constrained = problem(1.0).constrained(too_many());
    let rules = Rules {
        latency_s: Some(0.02),
        energy_j: Some(0.02),
        ..Rules::up_to(4)
    };
    for problem in [problem(1.0), constrained] {
        let asked = problem.asked(&rules).until(&|| true);
        assert_eq!(asked.front().engine, Engine::Stopped);
        assert_eq!(asked.best(Objective::Latency), Err(BoundError::Cancelled));
        assert_eq!(asked.most(Objective::Energy), None);
        assert_eq!(asked.conflict(), Some(Conflict::Unknown));
        assert_eq!(asked.bound(Objective::Latency), Err(BoundError::Cancelled));
        assert_eq!(programme::best(&asked, Objective::Latency), Err(BoundError::Cancelled));
        assert!(sweep(&asked, Objective::Latency, 5).is_empty());
        assert!(private(&asked, Objective::Latency).is_empty());
        assert!(by_clocks(&asked, Objective::Latency, None).is_empty());
        let fixed = baselines(&asked, Objective::Latency).into_iter();
        let names: Vec<String> = fixed.map(|own| own.name).collect();
        assert_eq!(names, ["all on edge", "all on cloud", "best single cut"]);
    }
}

#[test]
fn what_is_in_the_way_is_told_in_words() {
    let rules = Rules::up_to(4);
    let words = |texts: &[&str], rules: &Rules| {
        let problem = problem(1.0).constrained(texts.iter().map(|text| typed(text)));
        problem.conflict(rules).map(|conflict| conflict.words())
    };
    assert_eq!(words(&["bundles <= 1"], &rules), None);
    assert_eq!(
        words(&["conv1 on edge", "bundles >= 5"], &rules).unwrap(),
        "“bundles >= 5” cannot be kept by any schedule: the sum of its terms comes no nearer to 5 than 4. Loosen or remove it"
    );
    let tight = Rules {
        latency_s: Some(0.005),
        ..rules
    };
    assert!(
        words(&["bundles <= 1"], &tight)
            .unwrap()
            .contains("the least time is 8.00 ms")
    );
    let tight = Rules {
        latency_s: Some(0.02),
        ..rules
    };
    assert_eq!(
        words(&["bundles <= 4", "conv1..conv2 on edge", "handovers <= 2"], &tight).unwrap(),
        "no schedule keeps at most 20.0 ms and “conv1..conv2 on edge” together, though each alone can be kept. Loosen or remove one of them"
    );
    let missing = Problem::new(
        4,
        vec![Machine::edge("edge", &BundleTable::of(4, []))],
        Transfers::by(&[8; 5], 1, |_, _, _| Cost::default()),
    );
    assert_eq!(missing.unwrap().conflict(&rules), Some(Conflict::Rules));
}

#[test]
fn what_is_in_the_way_is_known_even_where_the_nearest_sum_is_not() {
    let kept = Kept::Constraint(typed("bundles <= 1"));
    let conflict = Conflict::Alone { kept, nearest: None };
    assert_eq!(
        conflict.words(),
        "“bundles <= 1” cannot be kept by any schedule. Loosen or remove it"
    );
}

#[test]
fn a_bound_below_the_optimum_is_a_mix() {
    // On average one bundle less than the fast schedule has.
    let problem = problem(1.0).constrained([typed("transfer <= 2 ms")]);
    let rules = Rules::up_to(4);
    let best = problem.best(&rules, Objective::Latency).unwrap();
    assert!((best.latency_s() - 0.04).abs() < 1e-12);
    let bound = problem.bound(&rules, Objective::Latency).unwrap();
    assert!((bound.value - 0.024).abs() < 1e-9, "{bound:?}");
    assert_eq!(bound.mix.len(), 2);
    assert!(bound.mix.iter().all(|own| (own.share - 0.5).abs() < 1e-6));
}

#[test]
fn bundles_in_a_row_on_one_device_name_it_once() {
    let problem = problem(1.0);
    let blocks = Blocks::preset("alexnet").unwrap();
    let rules = Rules {
        longest: 1,
        ..Rules::up_to(4)
    };
    let front = problem.front(&rules);
    let words: Vec<String> = front.plans.iter().map(|plan| plan.words(&problem, &blocks)).collect();
    for (plan, words) in front.plans.iter().zip(&words) {
        let stays = plan
            .pieces
            .chunk_by(|a, b| (a.machine, a.choice.clock_hz) == (b.machine, b.choice.clock_hz));
        assert_eq!(words.matches(" on ").count(), stays.count(), "{words}");
        assert_eq!(plan.pieces.len(), 4);
    }
    assert!(words.iter().any(|words| words.contains("conv1, conv2")), "{words:?}");
}
