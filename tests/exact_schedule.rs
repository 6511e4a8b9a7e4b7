//! Schedules over bundles against enumeration by the definition, and against an integer programme.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::explore::schedule::{Count, Machine, Objective, Order, Piece, Plan, Problem, Rules, Transfers};
use cutscape::link::{LinkModel, PlainLink, Radio, RadioEnergy};
use minilp::{ComparisonOp, OptimizationDirection, Variable};
use proptest::prelude::*;

/// A small problem: costs by device, span and clock, coarse numbers so that ties occur.
#[derive(Debug, Clone)]
struct Made {
    blocks: usize,
    bytes: Vec<u64>,
    /// Whole milliseconds and millijoules; none = the bundle has no cost.
    costs: Vec<Vec<Option<(u8, u8)>>>,
    clocks: Vec<usize>,
}

impl Made {
    fn problem(&self) -> Problem {
        let machines = self.clocks.len();
        let tables = (0..machines).map(|machine| {
            let mut costs = self.costs[machine].iter().cycle();
            let mut own = Vec::new();
            for first in 0..self.blocks {
                for last in first..self.blocks {
                    for clock in 0..self.clocks[machine] {
                        let Some((ms, mj)) = *costs.next().unwrap() else {
                            continue;
                        };
                        let cost = BundleCost {
                            clock_hz: (machine == 0).then_some(clock as u64 + 1),
                            latency_s: f64::from(ms) / 1e3,
                            energy_j: Some(f64::from(mj) / 1e3),
                            runs: 1,
                            estimated: false,
                        };
                        own.push(((first, last), cost));
                    }
                }
            }
            let table = BundleTable::of(self.blocks, own);
            match machine {
                0 => Machine::edge("edge", &table),
                _ => Machine::server(format!("server {machine}"), &table),
            }
        });
        let machines_made: Vec<Machine> = tables.collect();
        let radio = LinkModel::Radio(Radio {
            up_bytes_per_s: 1e3,
            down_bytes_per_s: 4e3,
            up_j_per_byte: 1e-3,
            down_j_per_byte: 0.25e-3,
            active_power_w: 0.0,
            rtt_s: 0.0,
            phone: Default::default(),
            energy: RadioEnergy::Corrected,
        });
        let plain = LinkModel::Plain(PlainLink {
            rate_bytes_per_s: 2e3,
            latency_s: 0.0,
            transmit_j_per_byte: 0.0,
            receive_j_per_byte: 0.0,
        });
        let transfers = Transfers::new(&self.bytes, machines, |from, _| if from == 0 { &radio } else { &plain });
        Problem::new(self.blocks, machines_made, transfers).unwrap()
    }
}

fn made() -> impl Strategy<Value = Made> {
    (2_usize..=5, 1_usize..=3).prop_flat_map(|(blocks, machines)| {
        let cost = prop::option::weighted(0.9, (1_u8..30, 0_u8..30));
        (
            prop::collection::vec(1_u64..20, blocks + 1),
            prop::collection::vec(prop::collection::vec(cost, 7..60), machines),
            1_usize..=2,
        )
            .prop_map(move |(bytes, costs, edge_clocks)| Made {
                blocks,
                bytes,
                costs,
                clocks: (0..machines)
                    .map(|machine| if machine == 0 { edge_clocks } else { 1 })
                    .collect(),
            })
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    (
        1_usize..=5,
        prop::sample::select(vec![Count::Free, Count::Ceil, Count::FloorPlusOne]),
        0_usize..=2,
        prop::option::weighted(0.2, 1_u64..=2),
        prop::sample::select(vec![Order::Any, Order::Forward]),
        (any::<bool>(), any::<bool>()),
        (
            prop::option::weighted(0.3, 0.01..0.1),
            prop::option::weighted(0.3, 0.01..0.1),
        ),
    )
        .prop_map(
            |(longest, count, private, clock_hz, order, (input, output), (latency_s, energy_j))| Rules {
                count,
                private,
                clock_hz,
                order,
                input: input.then_some(0),
                output: output.then_some(0),
                latency_s,
                energy_j,
                ..Rules::up_to(longest)
            },
        )
}

/// All schedules that keep every rule but the budgets, straight from the definition.
fn all(problem: &Problem, rules: &Rules) -> Vec<Plan> {
    let mut found = Vec::new();
    extend(problem, rules, &mut Vec::new(), &mut found);
    found
}

fn extend(problem: &Problem, rules: &Rules, pieces: &mut Vec<Piece>, found: &mut Vec<Plan>) {
    let first = pieces.last().map_or(0, |piece| piece.last + 1);
    if first == problem.blocks() {
        let machines = problem.machines().len();
        let keeps = (0..machines).all(|machine| {
            let own = pieces.iter().filter(|piece| piece.machine == machine);
            let (bundles, blocks) = own.fold((0, 0), |(b, n), piece| (b + 1, n + piece.last + 1 - piece.first));
            match rules.count {
                Count::Free => true,
                Count::FloorPlusOne if machine + 1 == machines => bundles <= blocks / rules.longest + 1,
                _ => bundles <= blocks.div_ceil(rules.longest),
            }
        });
        if keeps {
            found.push(Plan::of(problem, rules, pieces.clone()));
        }
        return;
    }
    for last in first..problem.blocks().min(first + rules.longest) {
        for (machine, own) in problem.machines().iter().enumerate() {
            let goes_back = pieces.last().is_some_and(|piece| piece.machine > machine);
            if machine > 0 && first < rules.private || rules.order == Order::Forward && goes_back {
                continue;
            }
            for &choice in own.choices(first, last) {
                let is_locked = machine == 0 && rules.clock_hz.is_some_and(|lock| choice.clock_hz != Some(lock));
                if !is_locked {
                    pieces.push(Piece {
                        first,
                        last,
                        machine,
                        choice,
                    });
                    extend(problem, rules, pieces, found);
                    pieces.pop();
                }
            }
        }
    }
}

/// Order of preference: latency, energy, bundles, clocks.
fn key(plan: &Plan) -> (f64, f64, usize, Vec<Option<u64>>) {
    let clocks = plan.pieces.iter().map(|piece| piece.choice.clock_hz).collect();
    (plan.latency_s(), plan.energy_j(), plan.pieces.len(), clocks)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fronts_are_those_of_enumeration(made in made(), rules in rules()) {
        let problem = made.problem();
        let every = all(&problem, &rules);
        for (objective, value) in [(Objective::Latency, Plan::latency_s as fn(&Plan) -> f64), (Objective::Energy, Plan::energy_j)] {
            let most = every.iter().map(value).max_by(f64::total_cmp);
            let ours = problem.most(&rules, objective);
            prop_assert!(ours == most || (ours.unwrap() - most.unwrap()).abs() < 1e-12, "{ours:?} {most:?}");
        }
        let within = |value: f64, budget: Option<f64>| budget.is_none_or(|budget| value <= budget * (1.0 + 1e-9));
        let mut kept: Vec<&Plan> = every.iter().filter(|plan| within(plan.latency_s(), rules.latency_s) && within(plan.energy_j(), rules.energy_j)).collect();
        kept.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap());
        let mut least = f64::INFINITY;
        kept.retain(|plan| {
            let is_better = plan.energy_j() < least;
            least = least.min(plan.energy_j());
            is_better
        });
        let front = problem.front(&rules);
        let numbers = |plan: &Plan| (plan.latency_s(), plan.energy_j());
        let ours: Vec<_> = front.plans.iter().map(numbers).collect();
        let theirs: Vec<_> = kept.iter().map(|plan| numbers(plan)).collect();
        prop_assert_eq!(ours, theirs);
        for plan in &front.plans {
            prop_assert!(every.contains(plan), "{:?} breaks a rule", plan);
            let parts = plan.compute.latency_s + plan.transfer.latency_s;
            prop_assert!((parts - plan.latency_s()).abs() < 1e-12);
        }
    }

    #[test]
    fn optima_under_a_budget_are_those_of_an_integer_programme(made in made(), longest in 1_usize..=4, is_counted in any::<bool>(), share in 0.0..1.0) {
        let problem = made.problem();
        let rules = Rules { count: if is_counted { Count::Ceil } else { Count::Free }, ..Rules::up_to(longest) };
        let front = problem.front(&rules);
        let (Some(fastest), Some(thriftiest)) = (front.plans.first(), front.plans.last()) else {
            return Ok(());
        };
        let budget = thriftiest.energy_j() + share * (fastest.energy_j() - thriftiest.energy_j());
        let ours = front.best(Objective::Latency, Some(budget)).unwrap().latency_s();
        let theirs = programme(&problem, &made, &rules, budget);
        prop_assert!((ours - theirs).abs() <= 1e-6 * ours, "{ours} {theirs}");
        let relaxed = linear(&problem, &made, &rules, budget);
        prop_assert!(relaxed <= ours * (1.0 + 1e-9), "the linear programme is no bound: {relaxed} {ours}");
    }
}

fn programme(problem: &Problem, made: &Made, rules: &Rules, budget: f64) -> f64 {
    solve(problem, made, rules, budget, true)
}

fn linear(problem: &Problem, made: &Made, rules: &Rules, budget: f64) -> f64 {
    solve(problem, made, rules, budget, false)
}

/// The least latency in seconds: one unit of flow through (boundary, device), milliseconds and millijoules.
fn solve(problem: &Problem, made: &Made, rules: &Rules, budget: f64, is_integer: bool) -> f64 {
    let machines = problem.machines().len();
    let (blocks, most) = (made.blocks, rules.longest as f64);
    // A device holds the data at a boundary, ready to run; handing over comes first.
    let node = |boundary: usize, machine: usize, ready: usize| (boundary * machines + machine) * 2 + ready;
    let mut balance: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); (blocks + 1) * machines * 2];
    let mut energies = Vec::new();
    let mut counts: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); machines];
    let mut lp = minilp::Problem::new(OptimizationDirection::Minimize);
    let transfers = transfers(problem, made);
    let mut arc = |from: usize, to: usize, ms: f64, mj: f64| {
        let flow = match is_integer {
            true => lp.add_binary_var(ms),
            false => lp.add_var(ms, (0.0, 1.0)),
        };
        balance[from].push((flow, -1.0));
        balance[to].push((flow, 1.0));
        energies.push((flow, mj));
        flow
    };
    for boundary in 0..=blocks {
        for from in 0..machines {
            for to in 0..machines {
                let (ms, mj) = transfers[(boundary * machines + from) * machines + to];
                arc(node(boundary, from, 0), node(boundary, to, 1), ms, mj);
            }
        }
    }
    for first in 0..blocks {
        for last in first..blocks.min(first + rules.longest) {
            for (machine, own) in problem.machines().iter().enumerate() {
                for choice in own.choices(first, last) {
                    let (ms, mj) = (choice.latency_s * 1e3, choice.energy_j * 1e3);
                    let flow = arc(node(first, machine, 1), node(last + 1, machine, 0), ms, mj);
                    // most × bundles <= blocks + most - 1
                    counts[machine].push((flow, most - (last + 1 - first) as f64));
                }
            }
        }
    }
    let (source, sink) = (node(0, 0, 0), node(blocks, 0, 1));
    for (index, terms) in balance.iter().enumerate().filter(|(_, terms)| !terms.is_empty()) {
        let excess = match index {
            index if index == source => -1.0,
            index if index == sink => 1.0,
            _ => 0.0,
        };
        lp.add_constraint(terms, ComparisonOp::Eq, excess);
    }
    lp.add_constraint(&energies, ComparisonOp::Le, budget * 1e3 * (1.0 + 1e-9));
    if rules.count == Count::Ceil {
        for terms in counts.iter().filter(|terms| !terms.is_empty()) {
            lp.add_constraint(terms, ComparisonOp::Le, most - 1.0);
        }
    }
    lp.solve().unwrap().into_solution().unwrap().objective() / 1e3
}

/// Milliseconds and millijoules by boundary, sender, receiver, from the bytes themselves.
fn transfers(problem: &Problem, made: &Made) -> Vec<(f64, f64)> {
    let machines = problem.machines().len();
    let mut costs = Vec::new();
    for &bytes in &made.bytes {
        let bytes = bytes as f64;
        for from in 0..machines {
            for to in 0..machines {
                costs.push(match (from, to) {
                    _ if from == to => (0.0, 0.0),
                    (0, _) => (bytes, bytes),
                    (_, 0) => (bytes / 4.0, bytes / 4.0),
                    _ => (bytes / 2.0, 0.0),
                });
            }
        }
    }
    costs
}
