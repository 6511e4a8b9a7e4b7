//! The exact front against brute force over every design, with and without limits, on random networks and systems.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/networks.rs"]
mod networks;

use cutscape::design::{Design, evaluate};
use cutscape::explore::{Front, Guarantee, LpError, Problem, Search, Space, check_with_lp, flips, front_within};
use networks::Case;
use proptest::prelude::*;
use std::time::Duration;

fn search(problem: &Problem, most_ideals: usize) -> Front {
    front_within(problem, &Search::default(), most_ideals, &|| false, &|_| {}).expect("not cancelled")
}

/// Latency and energy of the feasible designs no other is better than, by rising latency.
fn brute_force(problem: &Problem, designs: &[Design]) -> Vec<(f64, f64)> {
    let evaluations = designs.iter().map(|design| evaluate(problem, design));
    let feasible = evaluations.filter(|e| e.violations.is_empty() && e.latency_s.is_finite());
    let mut points: Vec<_> = feasible.map(|e| (e.latency_s, e.energy_j)).collect();
    points.sort_by(|a, b| a.partial_cmp(b).expect("finite"));
    let mut least = f64::INFINITY;
    points.retain(|&(_, energy)| {
        // What differs by rounding is the same point.
        let better = energy < least * (1.0 - 1e-12) || least.is_infinite();
        least = least.min(energy);
        better
    });
    points
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-11 * a.abs().max(b.abs())
}

/// Whether the front has a point no worse than each of the expected, and none that brute force does not explain.
fn check(problem: &Problem, front: &Front, designs: &[Design]) -> Result<(), TestCaseError> {
    let expected = brute_force(problem, designs);
    let found: Vec<_> = front
        .points
        .iter()
        .map(|p| (p.metrics.latency_s, p.metrics.energy_j))
        .collect();
    let covers = |set: &[(f64, f64)], point: &(f64, f64)| {
        set.iter()
            .any(|p| (p.0 <= point.0 || same(p.0, point.0)) && (p.1 <= point.1 || same(p.1, point.1)))
    };
    // With outputs of many layers on their way home at different widths the search may give up on exactness, and says so.
    let exact = front.guarantee == Guarantee::Exact;
    prop_assert!(exact || problem.network.outputs.len() > 3);
    for point in expected.iter().filter(|_| exact) {
        prop_assert!(
            covers(&found, point),
            "missing {:?}\nexpected {:?}\nfound {:?}",
            point,
            expected,
            found
        );
    }
    for point in &found {
        prop_assert!(
            covers(&expected, point),
            "impossible {:?}\nexpected {:?}\nfound {:?}",
            point,
            expected,
            found
        );
    }
    for point in &front.points {
        prop_assert!(point.feasible && point.design.fits(problem.network, problem.system));
        let evaluation = evaluate(problem, &point.design);
        prop_assert_eq!(
            (point.metrics.latency_s, point.metrics.energy_j),
            (evaluation.latency_s, evaluation.energy_j)
        );
    }
    for pair in front.points.windows(2) {
        prop_assert!(
            pair[0].metrics.latency_s < pair[1].metrics.latency_s
                && pair[0].metrics.energy_j > pair[1].metrics.energy_j
        );
    }
    Ok(())
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
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ideals_without_limits(case in prop_oneof![networks::cases(0..=5, 1..=4), networks::cases(6..=9, 2..=2), networks::cases(6..=7, 3..=3)]) {
        let problem = case.problem();
        let front = search(&problem, 20_000);
        prop_assert!(matches!(front.space, Space::Ideals(_)));
        check(&problem, &front, &case.all_designs())?;
    }

    #[test]
    fn positions_without_limits(case in networks::cases(0..=12, 1..=4)) {
        let problem = case.problem();
        let front = search(&problem, 0);
        prop_assert_eq!(front.space, Space::Schedules(1));
        check(&problem, &front, &case.all_position_designs())?;
    }

    #[test]
    fn ideals_under_limits(mut case in prop_oneof![networks::cases(1..=5, 1..=4), networks::cases(6..=8, 2..=2)], which in any::<u32>(), share in 0.1..0.95) {
        let designs = case.all_designs();
        limit(&mut case, &designs, which, share);
        let problem = case.problem();
        check(&problem, &search(&problem, 20_000), &designs)?;
    }

    #[test]
    fn positions_under_limits(mut case in networks::cases(1..=8, 1..=4), which in any::<u32>(), share in 0.1..0.95) {
        let designs = case.all_position_designs();
        limit(&mut case, &designs, which, share);
        let problem = case.problem();
        check(&problem, &search(&problem, 0), &designs)?;
    }

    #[test]
    fn any_number_of_threads_gives_the_same(mut case in networks::cases(1..=5, 2..=4), which in any::<u32>(), share in 0.1..0.95) {
        let designs = case.all_designs();
        limit(&mut case, &designs, which, share);
        let problem = case.problem();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| front_within(&problem, &Search::default(), 20_000, &|| false, &|_| {}))
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
    fn a_linear_programme_finds_the_same_best_design(case in networks::cases(0..=8, 1..=4), weight in 0.0..=1.0) {
        let problem = case.problem();
        let checked = check_with_lp(&problem, weight, Duration::from_secs(60), &|| false);
        match checked {
            Ok(bound) => prop_assert!((bound.bound - bound.found).abs() <= 1e-6 * bound.found.max(1.0), "{:?}", bound),
            Err(error) => {
                prop_assert_eq!(error, LpError::Infeasible);
                prop_assert!(search(&problem, 20_000).points.is_empty());
            }
        }
    }
}
