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
    let all_on_cloud = baselines(&problem, &rules, Objective::Latency);
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
    let battery = Battery { energy_j: 1.0 };
    assert_eq!(battery.inferences(&problem, &plan), Some(500.0));
}

#[test]
fn where_constraints_are_too_many_for_labels_the_programme_finds_the_ends() {
    let weights = ["3", "5", "7", "9", "11", "13", "17"];
    let texts = weights.iter().enumerate().map(|(index, weight)| {
        let block = ["conv1", "conv2", "conv3", "conv4"][index % 4];
        typed(&format!(
            "{weight} * on({block}, cloud) + blocks(cloud) + bundles <= {weight} + 4"
        ))
    });
    let constrained = problem(1.0).constrained(texts);
    let front = constrained.front(&Rules::up_to(4));
    assert_eq!(front.engine, Engine::Programme);
    let alone = constrained
        .best_by_programme(&Rules::up_to(4), Objective::Latency)
        .unwrap();
    assert_eq!(
        front.plans.first().map(Plan::latency_s),
        alone.map(|plan| plan.latency_s())
    );
    let steps = sweep(&constrained, &Rules::up_to(4), Objective::Latency, 5);
    assert_eq!(steps.iter().filter(|step| step.plan.is_some()).count(), 5);
    let cancelled = constrained.front_until(&Rules::up_to(4), &|| true);
    assert!(cancelled.plans.is_empty());
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
