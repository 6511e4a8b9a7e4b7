//! Fronts and flips where devices can be built in several ways, against brute force over all designs and all ways.

#[expect(dead_code, reason = "designs at positions are for searches over schedules")]
#[path = "support/networks.rs"]
mod networks;

use cutscape::cost::table::CostTable;
use cutscape::design::{Design, Metrics, evaluate};
use cutscape::explore::{Caps, DeviceOrder, Guarantee, Objective, Rate, Search, envelope, front, front_within};
use networks::Case;
use proptest::prelude::*;

const SETS: [&[Objective]; 4] = [
    &[Objective::Latency, Objective::Energy],
    &[Objective::Latency, Objective::Energy, Objective::Interval],
    &[Objective::Energy, Objective::Area],
    &[Objective::Latency, Objective::Memory],
];

/// The case in which devices have further ways to be built: faster or slower, wider or narrower, larger or smaller.
fn with_ways(mut case: Case, drawn: &[(usize, u32)]) -> Case {
    for (index, &(device, kind)) in drawn.iter().enumerate() {
        let count = case.system.devices.len();
        let device = &mut case.system.devices[device % count];
        let mut way = cutscape::system::Device {
            alternatives: Vec::new(),
            ..device.clone()
        };
        way.name = format!("way {index}");
        match kind % 4 {
            0 => way.speed_up(2.0),
            1 => {
                way.speed_up(0.5);
                way.area_m2 = Some(1e-6);
            }
            2 => way.bits = if way.bits == 8 { 16 } else { 8 },
            _ => way.memory_limit_bytes = Some(300.0),
        }
        device.alternatives.push(way);
    }
    case.table = CostTable::new(&case.network, &case.system);
    case
}

/// Every design built in every way, those without layers as themselves.
fn all(case: &Case) -> Vec<Design> {
    let ways = case.system.devices.iter().map(|device| device.alternatives.len() + 1);
    let combinations = ways.fold(vec![Vec::new()], |all, ways| {
        let longer = |chosen: &Vec<usize>| {
            (0..ways)
                .map(|way| [chosen.as_slice(), &[way]].concat())
                .collect::<Vec<_>>()
        };
        all.iter().flat_map(longer).collect()
    });
    let designs = case.all_designs().into_iter();
    let built = designs.flat_map(|design| {
        combinations.iter().map(move |chosen| Design {
            alternatives: chosen.clone(),
            ..design.clone()
        })
    });
    built.collect()
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_front_is_that_of_all_designs_in_all_ways(
        case in networks::cases(1..=4, 2..=3),
        drawn in prop::collection::vec((any::<usize>(), any::<u32>()), 1..=3),
        set in 0..SETS.len(),
    ) {
        let case = with_ways(case, &drawn);
        let problem = case.problem();
        let search = Search { objectives: SETS[set].to_vec(), ..Search::default() };
        let found = front(&problem, &search, &|| false, &|_| {}).expect("not cancelled");
        prop_assert_eq!(&found.guarantee, &Guarantee::Exact);
        let values = |metrics: &Metrics| search.objectives.iter().map(|&o| metrics.get(o)).collect::<Vec<f64>>();
        for point in &found.points {
            prop_assert!(point.design.fits(&case.network, &case.system));
            let evaluation = evaluate(&problem, &point.design);
            prop_assert!(evaluation.violations.is_empty());
            prop_assert_eq!(Metrics::from(&evaluation), point.metrics);
        }
        for design in all(&case) {
            let evaluation = evaluate(&problem, &design);
            let own = values(&Metrics::from(&evaluation));
            if !evaluation.violations.is_empty() || own.iter().any(|value| !value.is_finite()) {
                continue;
            }
            let matched = found.points.iter().any(|point| {
                values(&point.metrics).iter().zip(&own).all(|(found, own)| found <= own || same(*found, *own))
            });
            prop_assert!(matched, "{:?} is better than the front", own);
        }
    }

    #[test]
    fn a_bound_of_positions_holds_for_all_designs_in_all_ways(
        case in networks::cases(1..=4, 2..=3),
        drawn in prop::collection::vec((any::<usize>(), any::<u32>()), 1..=3),
    ) {
        let case = with_ways(case, &drawn);
        let problem = case.problem();
        let caps = Caps { ideals: 0, ..Caps::default() };
        let found = front_within(&problem, &Search::default(), caps, &|| false, &|_| {}).expect("not cancelled");
        let bound = found.bound.expect("two sums on a chain");
        let values = |metrics: &Metrics| [metrics.latency_s, metrics.energy_j];
        let feasible = all(&case).into_iter().map(|design| evaluate(&problem, &design));
        for evaluation in feasible.filter(|e| e.violations.is_empty() && e.latency_s.is_finite()) {
            let own = values(&Metrics::from(&evaluation));
            let near = |a: &f64, b: &f64| *a <= b * (1.0 + bound.gap) || same(*a, *b);
            let matched = found.points.iter().any(|point| values(&point.metrics).iter().zip(&own).all(|(a, b)| near(a, b)));
            prop_assert!(bound.gap.is_infinite() || matched, "{:?} is more than {} better", own, bound.gap);
        }
    }

    #[test]
    fn the_order_can_be_free_as_well(case in networks::cases(1..=3, 2..=2), drawn in prop::collection::vec((any::<usize>(), any::<u32>()), 1..=2)) {
        let case = with_ways(case, &drawn);
        let problem = case.problem();
        let search = Search { order: DeviceOrder::Free, ..Search::default() };
        let found = front(&problem, &search, &|| false, &|_| {}).expect("not cancelled");
        for design in all(&case) {
            let evaluation = evaluate(&problem, &design);
            if !evaluation.violations.is_empty() || !evaluation.latency_s.is_finite() {
                continue;
            }
            let matched = found.points.iter().any(|point| {
                let (metrics, most) = (&point.metrics, &evaluation);
                [(metrics.latency_s, most.latency_s), (metrics.energy_j, most.energy_j)].iter().all(|(a, b)| a <= b || same(*a, *b))
            });
            prop_assert!(matched);
        }
    }

    #[test]
    fn an_envelope_knows_every_way(
        case in networks::cases(1..=4, 2..=3),
        drawn in prop::collection::vec((any::<usize>(), any::<u32>()), 1..=3),
        rates in prop::collection::vec(-2.0..6.0, 4),
    ) {
        let mut case = with_ways(case, &drawn);
        case.system.frame_rate_hz = None;
        let found = envelope(&case.problem(), Rate::Of(0), &|| false).expect("not cancelled");
        prop_assume!(case.system.links[0].model.tunable().is_some());
        for rate in rates {
            let rate = 10_f64.powf(rate);
            case.system.links[0].model.set_rate(rate);
            let problem = case.problem();
            let fits = |design: &Design| {
                let evaluation = evaluate(&problem, design);
                let broken = |limit: &cutscape::design::Violation| matches!(
                    limit.limit,
                    cutscape::design::Limit::Memory(_) | cutscape::design::Limit::Unsupported(_)
                );
                (!evaluation.violations.iter().any(broken)).then_some(evaluation.latency_s)
            };
            let least = all(&case).iter().filter_map(fits).fold(f64::INFINITY, f64::min);
            let best = found.best_at(rate).map_or(f64::INFINITY, |(_, latency_s)| latency_s);
            prop_assert!(same(best, least) || (best - least).abs() <= 1e-7 * least, "{} instead of {} at {}", best, least, rate);
        }
    }
}
