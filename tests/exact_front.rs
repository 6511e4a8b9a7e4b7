//! The exact front of any objectives against brute force over every design, with and without limits, on random networks and systems.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/measured.rs"]
mod measured;
#[path = "support/networks.rs"]
mod networks;

use cutscape::design::{Design, evaluate};
use cutscape::explore::{
    Caps, Envelope, Front, Guarantee, LpError, Metrics, Objective, Problem, Rate, Search, Space, check_with_lp,
    envelope, flips, front_within,
};
use cutscape::link::{Ethernet, EthernetMode, LinkModel};
use cutscape::system::preset::Presets;
use networks::Case;
use proptest::prelude::*;
use std::time::Duration;

/// Searches that stay within their space: no corners of the hull of all designs.
fn caps(ideals: usize) -> Caps {
    Caps {
        ideals,
        sums: 0,
        ..Caps::default()
    }
}

fn search(problem: &Problem, wanted: &Search, most_ideals: usize) -> Front {
    front_within(problem, wanted, caps(most_ideals), &|| false, &|_| {}).expect("not cancelled")
}

/// A subset of the objectives, some of them in reverse.
fn wanted(which: u32) -> Search {
    let mut objectives: Vec<_> = Objective::ALL.into_iter().enumerate().collect();
    objectives.retain(|(index, _)| which & (1 << index) != 0);
    let mut objectives: Vec<_> = objectives.into_iter().map(|(_, objective)| objective).collect();
    if which & 64 != 0 {
        objectives.reverse();
    }
    Search {
        objectives,
        ..Search::default()
    }
}

/// Devices that have layers.
fn used(problem: &Problem, design: &Design) -> usize {
    let mut devices = design.assignment(problem.network.layers.len());
    devices.sort_unstable();
    devices.dedup();
    devices.len()
}

/// The objectives' values of every design that keeps the limits.
fn feasible(problem: &Problem, wanted: &Search, designs: &[Design]) -> Vec<Vec<f64>> {
    let most = wanted.most_partitions.unwrap_or(usize::MAX);
    let designs = designs.iter().filter(|design| used(problem, design) <= most);
    let evaluations = designs.map(|design| evaluate(problem, design));
    let kept = evaluations.filter(|e| e.violations.is_empty() && e.latency_s.is_finite());
    kept.map(|e| values(&Metrics::from(&e), wanted)).collect()
}

fn values(metrics: &Metrics, wanted: &Search) -> Vec<f64> {
    wanted.objectives().iter().map(|&o| metrics.get(o)).collect()
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-11 * a.abs().max(b.abs())
}

/// Whether a set has something that is worse than a point by at most this share in any value.
fn covers(set: &[Vec<f64>], point: &[f64], share: f64) -> bool {
    let below = |a: &f64, b: &f64| *a <= b * (1.0 + share) || same(*a, *b);
    set.iter().any(|p| p.iter().zip(point).all(|(a, b)| below(a, b)))
}

/// Whether the front has a point no worse than each design, and none that no design explains.
fn check(problem: &Problem, front: &Front, designs: &[Design]) -> Result<(), TestCaseError> {
    let all = feasible(problem, &front.search, designs);
    let found: Vec<_> = front.points.iter().map(|p| values(&p.metrics, &front.search)).collect();
    let share = match &front.guarantee {
        Guarantee::Exact => Some(0.0),
        Guarantee::Within(share) => Some(*share),
        Guarantee::Incomplete(_) => None,
    };
    for point in all.iter().filter(|_| share.is_some()) {
        prop_assert!(
            covers(&found, point, share.unwrap_or(0.0)),
            "missing {:?} within {:?}\nfound {:?}",
            point,
            share,
            found
        );
    }
    for point in &found {
        prop_assert!(covers(&all, point, 0.0), "impossible {:?}\nof {:?}", point, all);
    }
    for point in &front.points {
        prop_assert!(point.feasible && point.design.fits(problem.network, problem.system));
        prop_assert_eq!(&point.metrics, &Metrics::from(&evaluate(problem, &point.design)));
    }
    for pair in found.windows(2) {
        prop_assert!(pair[0] < pair[1], "not sorted: {:?}", found);
    }
    for (index, point) in found.iter().enumerate() {
        let better = |other: &Vec<f64>| other.iter().zip(point).all(|(a, b)| a <= b);
        let beaten = found.iter().enumerate().any(|(i, other)| i != index && better(other));
        prop_assert!(!beaten, "{:?} is dominated", point);
    }
    Ok(())
}

/// As [`check`], for fronts that must be exact: with outputs of many layers on their way home at different widths the search may give
/// up on exactness, and says so.
fn check_exact(problem: &Problem, front: &Front, designs: &[Design]) -> Result<(), TestCaseError> {
    let exact = front.guarantee == Guarantee::Exact;
    prop_assert!(exact || problem.network.outputs.len() > 3, "{:?}", front.guarantee);
    check(problem, front, designs)
}

/// Gives devices areas, and some links frames or packets.
fn vary(case: &mut Case, which: u32) {
    for (index, device) in case.system.devices.iter_mut().enumerate() {
        let area = which >> (2 * index) & 3;
        device.area_m2 = (area > 0).then(|| f64::from(area * area) * 1e-6);
    }
    for (index, link) in case.system.links.iter_mut().enumerate() {
        match which >> (8 + 3 * index) & 7 {
            5 => {
                link.model = LinkModel::Ethernet(Ethernet {
                    mode: EthernetMode::Base100,
                    eee: Default::default(),
                    cable_m: 5.0,
                    latency_s: 0.01,
                    power_w: 1e3,
                    low_power_share: 0.5,
                    receiver_share: 0.3,
                    eee_rule: Default::default(),
                });
            }
            6 | 7 => {
                let packets = Presets::load(None).link("Bluetooth LE 4.0 in connection events");
                link.model = packets.expect("a preset").model;
            }
            _ => {}
        }
    }
}

/// The value below which the given share of all designs' values lies.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    let index = (values.len() as f64 * share) as usize;
    values.get(index).copied().unwrap_or(1.0)
}

/// Sets limits that some designs keep and some break.
fn limit(case: &mut Case, designs: &[Design], which: u32, share: f64) {
    let problem = case.problem();
    let evaluations: Vec<_> = designs.iter().map(|d| evaluate(&problem, d)).collect();
    let of =
        |value: &dyn Fn(&cutscape::design::Evaluation) -> f64| quantile(evaluations.iter().map(value).collect(), share);
    let used = |load: &cutscape::design::DeviceLoad, value: f64| if load.layers > 0 { value } else { f64::INFINITY };
    let devices = case.system.devices.len();
    let memory: Vec<f64> = (0..devices)
        .map(|d| of(&|e| used(&e.devices[d], e.devices[d].memory_bytes() as f64)))
        .collect();
    let rate_hz = of(&|e| e.throughput_hz) * 0.7;
    let energy: Vec<f64> = (0..devices)
        .map(|d| of(&|e| used(&e.devices[d], e.devices[d].compute_j + e.devices[d].link_j)))
        .collect();
    let power: Vec<f64> = (0..devices)
        .map(|d| of(&|e| used(&e.devices[d], e.devices[d].power_w)))
        .collect();
    let (latency_s, energy_j) = (of(&|e| e.latency_s), of(&|e| e.energy_j));
    let throughput_hz = of(&|e| -e.throughput_hz).abs();
    for (d, device) in case.system.devices.iter_mut().enumerate() {
        let here = which & (1 << (8 + d)) != 0;
        device.memory_limit_bytes = (which & 1 != 0 && here).then(|| memory[d]);
        device.power_limit_w = match which & 6 {
            2 if here => Some(power[d]),
            4 if here => Some(energy[d] * rate_hz + device.idle_power_w),
            _ => None,
        };
    }
    case.system.frame_rate_hz = (which & 6 == 4).then_some(rate_hz);
    case.constraints.throughput_hz = (which & 8 != 0).then_some(throughput_hz);
    case.constraints.latency_s = (which & 0x30 == 0x30).then_some(latency_s);
    case.constraints.energy_j = (which & 0xC0 == 0xC0).then_some(energy_j);
    case.constraints.area_m2 = (which & 0x3000 == 0x3000).then(|| of(&|e| e.area_m2));
    case.constraints.most_devices = (which & 0xC000 == 0xC000).then_some(1 + which as usize / 0x1_0000 % 3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ideals_without_limits(
        mut case in prop_oneof![networks::cases(0..=5, 1..=4), networks::cases(6..=9, 2..=2), networks::cases(6..=7, 3..=3)],
        objectives in any::<u32>(),
        which in any::<u32>(),
    ) {
        vary(&mut case, which);
        let problem = case.problem();
        let front = search(&problem, &wanted(objectives), 20_000);
        prop_assert!(matches!(front.space, Space::Ideals(_)) || front.guarantee != Guarantee::Exact);
        check_exact(&problem, &front, &case.all_designs())?;
    }

    #[test]
    fn positions_without_limits(mut case in networks::cases(0..=12, 1..=4), objectives in any::<u32>(), which in any::<u32>()) {
        vary(&mut case, which);
        let problem = case.problem();
        let front = search(&problem, &wanted(objectives), 0);
        prop_assert_eq!(front.space, Space::Schedules(1));
        check_exact(&problem, &front, &case.all_position_designs())?;
    }

    #[test]
    fn ideals_under_limits(
        mut case in prop_oneof![networks::cases(1..=5, 1..=4), networks::cases(6..=8, 2..=2)],
        objectives in any::<u32>(),
        which in any::<[u32; 2]>(),
        share in 0.1..0.95,
    ) {
        vary(&mut case, which[1]);
        let designs = case.all_designs();
        limit(&mut case, &designs, which[0], share);
        let problem = case.problem();
        check_exact(&problem, &search(&problem, &wanted(objectives), 20_000), &designs)?;
    }

    #[test]
    fn positions_under_limits(
        mut case in networks::cases(1..=8, 1..=4),
        objectives in any::<u32>(),
        which in any::<[u32; 2]>(),
        share in 0.1..0.95,
        most in 0_usize..8,
    ) {
        vary(&mut case, which[1]);
        let designs = case.all_position_designs();
        limit(&mut case, &designs, which[0], share);
        let problem = case.problem();
        let wanted = Search {
            most_partitions: (1..4).contains(&most).then_some(most),
            ..wanted(objectives)
        };
        check_exact(&problem, &search(&problem, &wanted, 0), &designs)?;
    }

    #[test]
    fn positions_of_measured_devices_under_limits(
        mut case in networks::cases(1..=8, 1..=4),
        objectives in any::<u32>(),
        which in any::<[u32; 3]>(),
        numbers in prop::collection::vec(any::<u32>(), 600),
        share in 0.1..0.95,
    ) {
        vary(&mut case, which[1]);
        measured::measure(&mut case, which[2], &numbers);
        let designs = case.all_position_designs();
        limit(&mut case, &designs, which[0], share);
        let problem = case.problem();
        let front = search(&problem, &wanted(objectives), 20_000);
        prop_assert_eq!(front.space, Space::Schedules(1));
        check_exact(&problem, &front, &designs)?;
    }

    #[test]
    fn several_schedules_are_searched_together(mut case in networks::cases(2..=7, 2..=3), objectives in any::<u32>(), which in any::<u32>()) {
        vary(&mut case, which);
        let problem = case.problem();
        let wanted = Search { schedules: 5, ..wanted(objectives) };
        let front = search(&problem, &wanted, 0);
        let Space::Schedules(count) = front.space else { return Err(TestCaseError::fail("positions")) };
        prop_assert!((1..=5).contains(&count));
        // No worse than the first of them, and no better than all ideals.
        let all = case.all_designs();
        let found: Vec<_> = front.points.iter().map(|p| values(&p.metrics, &wanted)).collect();
        if front.guarantee == Guarantee::Exact {
            for point in feasible(&problem, &wanted, &case.all_position_designs()) {
                prop_assert!(covers(&found, &point, 0.0));
            }
        }
        let all = feasible(&problem, &wanted, &all);
        for point in &found {
            prop_assert!(covers(&all, point, 0.0));
        }
    }

    #[test]
    fn fronts_of_too_many_labels_stay_within_their_share(
        mut case in networks::cases(6..=10, 3..=4),
        objectives in 3_u32..64,
        which in any::<[u32; 2]>(),
        labels in 20_u64..800,
    ) {
        vary(&mut case, which[1]);
        let designs = case.all_position_designs();
        limit(&mut case, &designs, which[0] & !0xF, 0.7);
        let problem = case.problem();
        let capped = Caps { labels, ..caps(0) };
        let front = front_within(&problem, &wanted(objectives), capped, &|| false, &|_| {}).expect("not cancelled");
        check(&problem, &front, &designs)?;
    }

    #[test]
    fn any_number_of_threads_gives_the_same(
        mut case in networks::cases(1..=5, 2..=4),
        objectives in any::<u32>(),
        which in any::<[u32; 2]>(),
        share in 0.1..0.95,
    ) {
        vary(&mut case, which[1]);
        let designs = case.all_designs();
        limit(&mut case, &designs, which[0], share);
        let problem = case.problem();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| front_within(&problem, &wanted(objectives), caps(20_000), &|| false, &|_| {}))
        };
        prop_assert_eq!(with(1), with(4));
    }
}

/// The least latency of all designs with a link at this rate.
fn least_latency(case: &Case, link: usize, rate: f64, designs: &[Design]) -> f64 {
    let case = at_rate(case, link, rate);
    let latencies = designs.iter().map(|d| evaluate(&case.problem(), d).latency_s);
    latencies.fold(f64::INFINITY, f64::min)
}

fn at_rate(case: &Case, link: usize, rate: f64) -> Case {
    let mut case = case.clone();
    case.system.links[link].model.set_rate(rate);
    case
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flips_are_where_the_best_design_changes(case in networks::cases(1..=5, 2..=4), link in 0_usize..3) {
        let link = link % case.system.links.len();
        let designs = case.all_designs();
        let flips = flips(&case.problem(), link, &|| false).expect("not cancelled");
        let latency = |design: &Design, rate: f64| evaluate(&at_rate(&case, link, rate).problem(), design).latency_s;
        for flip in &flips {
            for (rate, design) in [(flip.rate_bytes_per_s * 0.999, &flip.below), (flip.rate_bytes_per_s * 1.001, &flip.above)] {
                // Other flips may lie within a thousandth: then the design is nearly the best.
                let (own, least) = (latency(design, rate), least_latency(&case, link, rate, &designs));
                prop_assert!(own <= least * 1.001, "{} {} at {}", own, least, rate);
            }
            // Scenario 2: with latencies T + B / rate the flip is at (B1 - B2) / (T2 - T1).
            let bytes = |d: &Design| evaluate(&case.problem(), d).links[link].bytes as f64;
            // T is what is left of the latency at a rate without end; a difference of two keeps the rounding of both.
            let fixed = |d: &Design| latency(d, 1e300);
            let (below, above) = (fixed(&flip.below), fixed(&flip.above));
            let bytes = bytes(&flip.above) - bytes(&flip.below);
            let rounding = flip.rate_bytes_per_s * 64.0 * f64::EPSILON * below.max(above);
            let off = (flip.rate_bytes_per_s * (below - above) - bytes).abs();
            prop_assert!(off <= 1e-6 * bytes.abs() + rounding, "{} bytes off at {}", off, flip.rate_bytes_per_s);
        }
        // Between two flips the same design is the best all the way, and beyond the last ones too.
        // Latencies that differ by rounding alone flip at rates beyond all sense, so the ends depend on the flips.
        let ends = [flips.first(), flips.last()].map(|flip| flip.map_or(1.0, |flip| flip.rate_bytes_per_s));
        let mut rates = vec![ends[0].min(1.0) * 1e-3];
        rates.extend(flips.windows(2).map(|pair| (pair[0].rate_bytes_per_s * pair[1].rate_bytes_per_s).sqrt()));
        rates.push(ends[1].max(1e9) * 1e3);
        for (index, &rate) in rates.iter().enumerate().filter(|_| !flips.is_empty()) {
            let design = flips.get(index).map_or_else(|| &flips[index - 1].above, |flip| &flip.below);
            let least = least_latency(&case, link, rate, &designs);
            prop_assert!(same(latency(design, rate), least), "at {}: {} {}", rate, latency(design, rate), least);
        }
        for pair in flips.windows(2) {
            prop_assert!(pair[0].rate_bytes_per_s < pair[1].rate_bytes_per_s);
            prop_assert_eq!(&pair[0].above, &pair[1].below);
        }
    }

    #[test]
    fn an_envelope_knows_the_best_design_at_any_rate(case in networks::cases(1..=5, 2..=4), rates in prop::collection::vec(-3.0..6.0, 6), link in 0_usize..4) {
        let devices = case.system.devices.len();
        let rate = if link + 1 < devices { Rate::Of(link) } else { Rate::All };
        let designs = case.all_designs();
        let found = envelope(&case.problem(), rate, &|| false).expect("not cancelled");
        for factor in rates.into_iter().map(|exponent: f64| 10_f64.powf(exponent)) {
            let mut changed = case.clone();
            let mut at = factor;
            for (index, link) in changed.system.links.iter_mut().enumerate() {
                let present = link.model.tunable().expect("plain links").rate_bytes_per_s;
                if rate == Rate::All || rate == Rate::Of(index) {
                    link.model.set_rate(present * factor);
                }
                if rate == Rate::Of(index) {
                    at = present * factor;
                }
            }
            let latency = |design: &Design| evaluate(&changed.problem(), design).latency_s;
            let least = designs.iter().map(latency).fold(f64::INFINITY, f64::min);
            match found.best_at(at) {
                Some((design, seconds)) => {
                    prop_assert!(same(latency(design), least), "{} {}", latency(design), least);
                    prop_assert!((seconds - least).abs() <= 1e-9 * least, "{} {}", seconds, least);
                }
                None => prop_assert!(least.is_infinite() && found == Envelope::default()),
            }
        }
    }

    #[test]
    fn a_linear_programme_finds_the_same_best_design(case in networks::cases(0..=8, 1..=4), weight in 0.0..=1.0) {
        let problem = case.problem();
        let checked = check_with_lp(&problem, weight, Duration::from_secs(60), &|| false);
        match checked {
            Ok(bound) => prop_assert!((bound.bound - bound.found).abs() <= 1e-6 * bound.found.max(1.0), "{:?}", bound),
            Err(error) => {
                prop_assert_eq!(error, LpError::Infeasible);
                prop_assert!(search(&problem, &Search::default(), 20_000).points.is_empty());
            }
        }
    }
}
