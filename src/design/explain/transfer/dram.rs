//! Explanations of a message through a shared memory.

use super::super::Node;
use super::{Sent, Side};
use crate::design::Explanation;
use crate::link::dram::{Access, Dram};
use crate::link::{AccessPattern, RequestRule};
use crate::units::Unit;

/// Where the times of a memory come from.
const TIMES: &str = "JEDEC JESD79-3F (DDR3) or JESD209-4 (LPDDR4), fixed by the memory chosen";
/// Where what no standard says comes from.
const MEASURED: &str =
    "measured with the cycle-level simulator Ramulator for DDR3-800, bursts in a row of an LPDDR4-3200";

impl Sent<'_> {
    pub(super) fn dram_time(&self, node: Node, model: &Dram) -> Explanation {
        let parts = vec![
            self.access_time(model, Access::Write),
            self.access_time(model, Access::Read),
        ];
        node.formula("t_write + t_read", parts)
    }

    pub(super) fn dram_energy(&self, node: Node, model: &Dram, side: Side) -> Explanation {
        let (access, time) = match side {
            Side::Sender => (Access::Write, "t_write"),
            Side::Receiver => (Access::Read, "t_read"),
        };
        let activates = Node::new("x", "rows opened per burst", Unit::Count, model.activates());
        let activates = match model.pattern {
            AccessPattern::Random => activates.given("every burst opens a row"),
            AccessPattern::Stream => activates.given(MEASURED),
        };
        let parts = vec![
            self.bursts(model),
            self.parameter("e_b", "burst_j", "energy of a burst", model.burst_j),
            activates,
            self.parameter(
                "e_a",
                "activate_j",
                "energy of opening and closing a row",
                model.activate_j,
            ),
            self.access_time(model, access),
            self.parameter("P", "standby_w", "power while in use", model.standby_w),
        ];
        node.formula(&format!("n × (e_b + x × e_a) + {time} × P"), parts)
    }

    fn bursts(&self, model: &Dram) -> Explanation {
        let (formula, meaning) = match model.requests {
            RequestRule::PerBurst => ("ceil(b / 64)", "bursts of 64 B"),
            RequestRule::PerEightBytes => ("floor(b / 8)", "bursts, as CNNParted one per 8 B"),
        };
        let node = Node::new("n", meaning, Unit::Count, model.bursts(self.bytes.value));
        node.formula(formula, vec![self.bytes.clone()])
    }

    /// Seconds of writing or reading the message.
    fn access_time(&self, model: &Dram, access: Access) -> Explanation {
        let timing = model.bin.timing();
        let cycles = model.cycles(model.bursts(self.bytes.value), access);
        let (symbol, meaning) = match access {
            Access::Write => ("t_write", "time of writing"),
            Access::Read => ("t_read", "time of reading"),
        };
        let node = Node::new(symbol, meaning, Unit::Seconds, cycles * timing.clock_s);
        let clock = Node::new("t_CK", "clock cycle", Unit::Seconds, timing.clock_s).given(TIMES);
        let all = Node::new("C", "cycles", Unit::Count, cycles);
        let all = if cycles == 0.0 {
            all.given("nothing is moved")
        } else {
            let parts = vec![
                self.bursts(model),
                between_bursts(model, access),
                cycle("RFC", "a refresh", timing.rfc),
                cycle("REFI", "between refreshes", timing.refi),
                cycle("RCD", "opening a row", timing.rcd),
                cycle("CL", "from command to data", timing.cl),
                cycle("BL", "data of a burst", timing.burst),
            ];
            all.formula("c × n × (1 + RFC / REFI) + RCD + CL + BL", parts)
        };
        node.formula("C × t_CK", vec![all, clock])
    }
}

/// Cycles between two bursts, refreshes aside.
fn between_bursts(model: &Dram, access: Access) -> Explanation {
    let timing = model.bin.timing();
    let node = Node::new(
        "c",
        "cycles between two bursts",
        Unit::Count,
        model.cycles_per_burst(access),
    );
    let random = model.pattern == AccessPattern::Random;
    if random && access == Access::Write && timing.random_write.is_some() {
        return node.given(MEASURED);
    }
    let mut parts = vec![
        cycle("CCD", "between two bursts on the bus", timing.ccd),
        cycle("RP", "closing a row", timing.rp),
        cycle("RCD", "opening a row", timing.rcd),
        cycle("REFI", "between refreshes", timing.refi),
    ];
    if !random {
        return node.formula("CCD × (1 + (RP + RCD) / REFI)", parts);
    }
    parts.push(cycle("RRD", "between opening two rows", timing.rrd));
    parts.push(cycle("FAW", "for opening four rows", timing.faw));
    node.formula("max(CCD, RRD, FAW / 4) × (1 + (RP + RCD) / REFI)", parts)
}

fn cycle(symbol: &str, meaning: &str, cycles: f64) -> Explanation {
    Node::new(symbol, format!("cycles: {meaning}"), Unit::Count, cycles).given(TIMES)
}
