//! Exact fronts with devices in any order, with revisits, on a bus and with direct links, against brute force over every design.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/measured.rs"]
mod measured;
#[expect(dead_code, reason = "designs here have their own space")]
#[path = "support/networks.rs"]
mod networks;

use cutscape::design::{Constraints, Design, Evaluation, Placement, evaluate};
use cutscape::explore::{Caps, DeviceOrder, Front, Guarantee, Objective, Problem, Search, Space, front_within};
use cutscape::network::Ideal;
use cutscape::system::preset::Presets;
use cutscape::system::{DirectLink, Topology};
use networks::Case;
use proptest::prelude::*;

/// How a search goes about orders and boundaries.
#[derive(Debug, Clone, Copy)]
struct Way {
    any_order: bool,
    revisits: bool,
    most_partitions: Option<usize>,
    ideals: bool,
}

impl Way {
    fn search(self, objectives: &[Objective]) -> Search {
        Search {
            objectives: objectives.to_vec(),
            order: if self.any_order {
                DeviceOrder::Free
            } else {
                DeviceOrder::Fixed
            },
            revisits: self.revisits,
            most_partitions: self.most_partitions,
            ..Search::default()
        }
    }

    fn front(self, problem: &Problem, objectives: &[Objective]) -> Front {
        let caps = Caps {
            ideals: if self.ideals { 20_000 } else { 0 },
            sums: 0,
            ..Caps::default()
        };
        front_within(problem, &self.search(objectives), caps, &|| false, &|_| {}).expect("not cancelled")
    }

    /// Every design of the space: no empty partition, no device twice in a row.
    fn designs(self, case: &Case) -> Vec<Design> {
        let devices = case.system.devices.len();
        let layers = case.network.layers.len();
        let places: Vec<Ideal> = if self.ideals {
            ideals(case)
        } else {
            (0..=layers).map(|p| Ideal::prefix(&case.schedule, p)).collect()
        };
        let most = self.most_partitions.unwrap_or(if self.revisits { 6 } else { devices });
        let mut all = Vec::new();
        self.extend(&places, devices, layers, most, &mut Vec::new(), &mut all);
        let design = |placements| Design {
            placements,
            alternatives: vec![0; devices],
        };
        all.into_iter().map(design).collect()
    }

    fn extend(
        self,
        places: &[Ideal],
        devices: usize,
        layers: usize,
        most: usize,
        begun: &mut Vec<Placement>,
        all: &mut Vec<Vec<Placement>>,
    ) {
        let start = begun.last().map_or_else(|| Ideal::empty(layers), |p| p.end.clone());
        if start.len() == layers {
            all.push(begun.clone());
            return;
        }
        if begun.len() == most {
            return;
        }
        let free = self.any_order || self.revisits;
        for device in 0..devices {
            let last = begun.last().map(|p| p.device);
            let again = !self.revisits && begun.iter().any(|p| p.device == device);
            if last == Some(device) || again || !free && last.is_some_and(|l| l > device) {
                continue;
            }
            for end in places.iter().filter(|p| p.len() > start.len() && start.is_subset(p)) {
                begun.push(Placement {
                    device,
                    end: end.clone(),
                });
                self.extend(places, devices, layers, most, begun, all);
                begun.pop();
            }
        }
    }
}

/// All sets of layers closed under predecessors.
fn ideals(case: &Case) -> Vec<Ideal> {
    let layers = case.network.layers.len();
    let sets = (0..1_u32 << layers).map(|set| {
        let mut ideal = Ideal::empty(layers);
        (0..layers)
            .filter(|l| set >> l & 1 == 1)
            .for_each(|l| ideal.include(&case.network, l));
        (set, ideal)
    });
    let closed = sets.filter(|(set, ideal)| ideal.len() == set.count_ones() as usize);
    closed.map(|(_, ideal)| ideal).collect()
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-11 * a.abs().max(b.abs())
}

/// Whether one of the points is no worse than this one in anything.
fn covers(points: &[Vec<f64>], point: &[f64], worse: f64) -> bool {
    let no_worse = |a: &f64, b: &f64| *a <= *b * (1.0 + worse) || same(*a, *b);
    points.iter().any(|p| p.iter().zip(point).all(|(a, b)| no_worse(a, b)))
}

fn numbers(problem: &Problem, designs: &[Design], objectives: &[Objective]) -> Vec<Vec<f64>> {
    let evaluations = designs.iter().map(|design| evaluate(problem, design));
    let feasible = evaluations.filter(|e| e.violations.is_empty() && e.latency_s.is_finite());
    let metrics = feasible.map(|e| cutscape::explore::Metrics::from(&e));
    metrics
        .map(|m| objectives.iter().map(|&o| m.get(o)).collect())
        .collect()
}

/// Compares a front with all designs of its space.
fn check(case: &Case, way: Way, objectives: &[Objective]) -> Result<Front, TestCaseError> {
    let problem = case.problem();
    let plain = case.system.topology == Topology::Chain && case.system.direct.is_empty();
    prop_assume!(way.any_order || way.revisits || !plain);
    let designs = way.designs(case);
    let expected = numbers(&problem, &designs, objectives);
    let front = way.front(&problem, objectives);
    prop_assert_eq!(matches!(front.space, Space::Ideals(_)), way.ideals);
    let found: Vec<Vec<f64>> = front
        .points
        .iter()
        .map(|p| objectives.iter().map(|&o| p.metrics.get(o)).collect())
        .collect();
    if front.guarantee == Guarantee::Exact {
        for point in &expected {
            prop_assert!(covers(&found, point, 0.0), "missing {:?}\nfound {:?}", point, found);
        }
    }
    for (point, numbers) in front.points.iter().zip(&found) {
        prop_assert!(covers(&expected, numbers, 0.0), "impossible {:?}", point);
        prop_assert!(point.feasible && point.design.fits(problem.network, problem.system));
        let others = found
            .iter()
            .filter(|other| *other != numbers)
            .cloned()
            .collect::<Vec<_>>();
        let better = others.iter().any(|o| o.iter().zip(numbers).all(|(a, b)| a <= b));
        prop_assert!(!better, "not on the front: {:?}", numbers);
    }
    Ok(front)
}

/// Joins the devices in another way.
fn join(case: &mut Case, kind: u32) {
    let devices = case.system.devices.len();
    if devices < 2 {
        return;
    }
    match kind % 4 {
        0 => {
            case.system.topology = Topology::Bus;
            case.system.links.truncate(1);
        }
        1 if devices > 2 => {
            let mut link = case.system.links[kind as usize % (devices - 1)].clone();
            link.name = "direct".to_owned();
            link.bits = if kind & 64 == 0 { None } else { Some(6) };
            case.system.direct = vec![DirectLink {
                ends: (0, devices - 1),
                link,
            }];
        }
        _ => {}
    }
    if kind & 128 != 0 {
        // Its cost goes up by whole packets.
        let packets = Presets::load(None)
            .link("Bluetooth LE 5 in connection events")
            .expect("a preset");
        case.system.links[0].model = packets.model;
    }
    for (index, device) in case.system.devices.iter_mut().enumerate() {
        device.area_m2 = Some([1e-6, 3e-6, 2e-6, 2e-6][(index + kind as usize / 4) % 4]);
    }
}

fn way() -> impl Strategy<Value = Way> {
    (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(1..=4_usize),
        any::<bool>(),
    )
        .prop_map(|(any_order, revisits, most, ideals)| Way {
            any_order,
            revisits,
            // Six partitions are too many to try all.
            most_partitions: if revisits { most.or(Some(4)) } else { most },
            ideals,
        })
}

fn objectives() -> impl Strategy<Value = Vec<Objective>> {
    let sums = [
        Objective::Latency,
        Objective::Energy,
        Objective::Interval,
        Objective::LinkBytes,
        Objective::Area,
    ];
    prop::sample::subsequence(sums.to_vec(), 1..=4)
}

/// Sets limits that some designs keep and some break; whether all of them are part of the search's labels.
fn limit(case: &mut Case, designs: &[Design], which: u32, share: f64) -> bool {
    let problem = case.problem();
    let evaluations: Vec<_> = designs.iter().map(|d| evaluate(&problem, d)).collect();
    let of = |value: &dyn Fn(&Evaluation) -> f64| quantile(evaluations.iter().map(value).collect(), share);
    let chosen = |bits: u32| which & bits == bits;
    let most = Constraints {
        latency_s: chosen(0x3).then(|| of(&|e| e.latency_s)),
        energy_j: chosen(0xC).then(|| of(&|e| e.energy_j)),
        // Where everything is free, or for ever, there is no rate to ask for.
        throughput_hz: chosen(0x30)
            .then(|| -of(&|e| -e.throughput_hz))
            .filter(|least| *least > 0.0),
        area_m2: chosen(0xC0).then(|| of(&|e| e.area_m2)),
        most_devices: chosen(0x300).then_some(2),
    };
    let rate_hz = of(&|e| e.throughput_hz);
    let rate_hz = chosen(0xC00)
        .then_some(rate_hz)
        .filter(|hz| hz.is_finite() && *hz > 0.0);
    let power: Vec<f64> = (0..case.system.devices.len())
        .map(|d| {
            let joules = of(&|e| e.devices[d].compute_j + e.devices[d].link_j);
            joules * rate_hz.unwrap_or(1.0) + case.system.devices[d].idle_power_w
        })
        .collect();
    let memory = of(&|e| e.devices[0].memory_bytes() as f64);
    case.constraints = most;
    case.system.frame_rate_hz = rate_hz;
    for (device, power_w) in case.system.devices.iter_mut().zip(power) {
        device.power_limit_w = chosen(0x3000).then_some(power_w);
    }
    case.system.devices[0].memory_limit_bytes = chosen(0xC000).then_some(memory);
    !chosen(0xC000) && (!chosen(0x3000) || rate_hz.is_some())
}

/// The value below which the given share of all designs' values lies.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    let index = (values.len() as f64 * share) as usize;
    values.get(index).copied().unwrap_or(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_and_joint(
        mut case in prop_oneof![networks::cases(1..=4, 1..=3), networks::cases(5..=5, 2..=3)],
        way in way(),
        kind in any::<u32>(),
        objectives in objectives(),
    ) {
        join(&mut case, kind);
        let front = check(&case, way, &objectives)?;
        prop_assert_eq!(front.guarantee, Guarantee::Exact);
    }

    #[test]
    fn longer_schedules(mut case in networks::cases(6..=8, 2..=3), way in way(), kind in any::<u32>(), objectives in objectives()) {
        join(&mut case, kind);
        let way = Way { ideals: false, ..way };
        let front = check(&case, way, &objectives)?;
        prop_assert_eq!(front.guarantee, Guarantee::Exact);
    }

    #[test]
    fn under_limits(
        mut case in networks::cases(1..=5, 1..=3),
        way in way(),
        kind in any::<u32>(),
        objectives in objectives(),
        which in any::<u32>(),
        share in 0.1..0.95,
    ) {
        join(&mut case, kind);
        let designs = way.designs(&case);
        let carried = limit(&mut case, &designs, which, share);
        let front = check(&case, way, &objectives)?;
        prop_assert!(front.guarantee == Guarantee::Exact || !carried, "{:?}", front.guarantee);
    }

    #[test]
    fn measured_devices(
        mut case in networks::cases(1..=7, 1..=3),
        way in way(),
        kind in any::<u32>(),
        objectives in objectives(),
        which in any::<[u32; 2]>(),
        bundles in prop::collection::vec(any::<u32>(), 400),
        share in 0.1..0.95,
    ) {
        join(&mut case, kind);
        measured::measure(&mut case, which[1], &bundles);
        let way = Way { ideals: false, ..way };
        let designs = way.designs(&case);
        limit(&mut case, &designs, which[0], share);
        let front = check(&case, way, &objectives)?;
        prop_assert_eq!(front.guarantee, Guarantee::Exact);
    }

    #[test]
    fn any_order_is_no_worse_than_the_fixed_one(mut case in networks::cases(1..=6, 1..=3), kind in any::<u32>(), objectives in objectives()) {
        join(&mut case, kind);
        let problem = case.problem();
        let fixed = Way { any_order: false, revisits: false, most_partitions: None, ideals: true };
        let numbers = |front: &Front| -> Vec<Vec<f64>> {
            front.points.iter().map(|p| objectives.iter().map(|&o| p.metrics.get(o)).collect()).collect()
        };
        let narrow = numbers(&fixed.front(&problem, &objectives));
        let free = Way { any_order: true, ..fixed };
        let free = numbers(&free.front(&problem, &objectives));
        let again = Way { revisits: true, ..fixed };
        let again = numbers(&again.front(&problem, &objectives));
        for point in &narrow {
            prop_assert!(covers(&free, point, 0.0) && covers(&again, point, 0.0));
        }
        for point in &free {
            prop_assert!(covers(&again, point, 0.0));
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same(mut case in networks::cases(1..=7, 2..=4), way in way(), kind in any::<u32>(), objectives in objectives()) {
        join(&mut case, kind);
        let problem = case.problem();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| way.front(&problem, &objectives))
        };
        prop_assert_eq!(with(1), with(4));
    }
}
