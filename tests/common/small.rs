//! Small problems of schedules, their rules, and all schedules by the definition.

use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::explore::schedule::{Count, Machine, Order, Piece, Plan, Problem, Rules, Transfers};
use cutscape::link::{LinkModel, PlainLink, Radio, RadioEnergy};
use proptest::prelude::*;

/// A small problem: costs by device, span and clock, coarse numbers so that ties occur.
#[derive(Debug, Clone)]
pub struct Made {
    pub blocks: usize,
    pub bytes: Vec<u64>,
    /// Whole milliseconds and millijoules; none = the bundle has no cost.
    costs: Vec<Vec<Option<(u8, u8)>>>,
    clocks: Vec<usize>,
}

impl Made {
    pub fn problem(&self) -> Problem {
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

pub fn made() -> impl Strategy<Value = Made> {
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

pub fn rules() -> impl Strategy<Value = Rules> {
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
pub fn all(problem: &Problem, rules: &Rules) -> Vec<Plan> {
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
pub fn key(plan: &Plan) -> (f64, f64, usize, Vec<Option<u64>>) {
    let clocks = plan.pieces.iter().map(|piece| piece.choice.clock_hz).collect();
    (plan.latency_s(), plan.energy_j(), plan.pieces.len(), clocks)
}
