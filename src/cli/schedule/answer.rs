//! What `schedule` says about the best schedule, as text and JSON.

use super::super::{Failure, output};
use super::Arguments;
use super::report::{PlanReport, engine, extent, plan, word};
use crate::explore::schedule::{
    Baseline, Bound, BoundError, Front, Machine, Objective, Payload, Plan, Problem, Rules, Share,
};
use crate::network::blocks::Blocks;
use crate::project::export::MADE_BY;
use crate::project::export_schedule;
use crate::project::table::Table;
use crate::units::Unit;
use serde::Serialize;

/// The JSON document of `schedule`; numbers in SI base units.
#[derive(Serialize)]
struct Report<R: Serialize, B: Serialize> {
    made_by: &'static str,
    network: String,
    blocks: Vec<String>,
    devices: Vec<String>,
    link: Option<String>,
    objective: &'static str,
    /// How many times longer everything takes on a device than measured.
    loads: Vec<f64>,
    bits: u32,
    compression: f64,
    /// Watts of the edge while it waits.
    wait_w: f64,
    /// How the edge's runs were averaged, and which were left out.
    statistics: String,
    constraints: Vec<ConstraintReport>,
    best: PlanReport,
    /// Whole inferences of a charge of the battery with the best schedule.
    inferences_per_charge: Option<f64>,
    /// What no schedule can undercut; `null` = the solver gave none, see `bound_failure`.
    bound: Option<BoundReport>,
    bound_failure: Option<String>,
    /// `label setting` = the front is whole; `integer programme` = it holds its two ends alone.
    engine: &'static str,
    front: R,
    baselines: B,
}

/// A typed constraint and where the best schedule stands.
#[derive(Serialize)]
struct ConstraintReport {
    text: String,
    value: f64,
    bound: f64,
}

#[derive(Serialize)]
struct BoundReport {
    /// Seconds or joules.
    value: f64,
    /// By which share the best schedule is above.
    gap: f64,
    /// Schedules that reach it together.
    mix: Vec<ShareReport>,
}

#[derive(Serialize)]
struct ShareReport {
    share: f64,
    latency_s: f64,
    energy_j: Option<f64>,
    words: String,
}

/// All that is said about the best schedule.
pub(super) struct Answer<'a> {
    pub arguments: &'a Arguments,
    pub blocks: &'a Blocks,
    pub problem: &'a Problem,
    pub rules: &'a Rules,
    pub best: &'a Plan,
    pub front: &'a Front,
    pub others: &'a [Baseline],
    pub bound: Result<Bound, BoundError>,
}

impl Answer<'_> {
    fn objective(&self) -> Objective {
        self.arguments.objective.into()
    }

    fn value(&self, plan: &Plan) -> f64 {
        match self.objective() {
            Objective::Latency => plan.latency_s(),
            Objective::Energy => plan.energy_j(),
        }
    }

    /// By which share the best schedule is above a bound.
    fn gap(&self, bound: &Bound) -> f64 {
        let best = self.value(self.best);
        // Below it is rounding of the solver.
        if bound.value > 0.0 {
            (best / bound.value - 1.0).max(0.0)
        } else {
            0.0
        }
    }

    fn inferences(&self) -> Option<f64> {
        self.arguments
            .devices
            .battery
            .and_then(|battery| battery.inferences(self.problem, self.best))
    }

    /// Writes the whole answer as JSON.
    pub(super) fn json(&self, front: Table) -> Result<(), Failure> {
        let (problem, blocks, links) = (self.problem, self.blocks, &self.arguments.links);
        let share = |share: &Share| ShareReport {
            share: share.share,
            latency_s: share.plan.latency_s(),
            energy_j: problem.knows_energy().then(|| share.plan.energy_j()),
            words: share.plan.words(problem, blocks),
        };
        let bound = self.bound.as_ref().ok().map(|bound| BoundReport {
            value: bound.value,
            gap: self.gap(bound),
            mix: bound.mix.iter().map(share).collect(),
        });
        let constraints = problem.constraints().iter().map(|constraint| ConstraintReport {
            text: constraint.text.clone(),
            value: constraint.value(problem, self.rules, self.best),
            bound: constraint.bound,
        });
        let machines = problem.machines();
        Ok(output::json(&Report {
            made_by: MADE_BY,
            network: blocks.network.clone(),
            blocks: blocks.names().to_vec(),
            devices: machines.iter().map(|machine| machine.name.clone()).collect(),
            link: links.words(),
            objective: word(self.objective()),
            loads: machines.iter().map(Machine::load).collect(),
            bits: links.bits,
            compression: links.compression,
            wait_w: self.arguments.devices.wait_power.unwrap_or(0.0),
            statistics: self.arguments.settings.words(blocks),
            constraints: constraints.collect(),
            best: plan(problem, blocks, self.best),
            inferences_per_charge: self.inferences(),
            bound,
            bound_failure: self.bound.as_ref().err().map(BoundError::to_string),
            engine: engine(self.front),
            front: front.json(),
            baselines: export_schedule::baselines(problem, blocks, self.others).json(),
        })?)
    }

    /// Writes it for people.
    pub(super) fn text(&self, front: Table) -> Result<(), Failure> {
        let pairs = self.pairs();
        let pairs: Vec<(&str, String)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        Ok(output::text(|out| {
            output::pairs(out, &pairs)?;
            writeln!(out)?;
            front.write_text(&mut *out)?;
            writeln!(out)?;
            export_schedule::baselines(self.problem, self.blocks, self.others).write_text(out)
        })?)
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let (problem, best, arguments) = (self.problem, self.best, self.arguments);
        let parts = |unit: Unit, whole: f64, compute: f64, transfer: f64| {
            let [whole, compute, transfer] = [whole, compute, transfer].map(|value| unit.format(value));
            format!("{whole} = {compute} computing + {transfer} sending")
        };
        let (compute, transfer) = (best.compute, best.transfer);
        let words = best.words(problem, self.blocks);
        let estimated = if best.is_estimated() { " (estimated)" } else { "" };
        let link = arguments.links.words();
        let time = parts(Unit::Seconds, best.latency_s(), compute.latency_s, transfer.latency_s);
        let energy = match problem.knows_energy() {
            true => parts(Unit::Joules, best.energy_j(), compute.energy_j, transfer.energy_j),
            false => "not measured".to_owned(),
        };
        let mut pairs = vec![
            ("network", self.blocks.network.clone()),
            ("link", link.unwrap_or_else(|| "none".to_owned())),
        ];
        pairs.extend(self.settings());
        pairs.extend([
            (word(self.objective()), "least".to_owned()),
            ("schedule", format!("{words}{estimated}")),
            ("time", time),
            ("edge energy", energy),
        ]);
        for constraint in problem.constraints() {
            let value = constraint.value(problem, self.rules, best);
            let sign = if value < 0.0 { "-" } else { "" };
            let value = constraint.unit.format(value.abs());
            pairs.push(("constraint", format!("{}: {sign}{value}", constraint.text)));
        }
        if let Some(battery) = arguments.devices.battery {
            let inferences = self.inferences();
            let inferences = inferences.map_or("unlimited".to_owned(), |count| format!("{count}"));
            let charge = Unit::Joules.format(battery.energy_j);
            pairs.push(("battery", format!("{charge}: {inferences} inferences per charge")));
        }
        pairs.push(("front", extent(self.front)));
        pairs.extend(self.bound_words());
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// What was asked for besides the usual.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let (links, devices) = (&self.arguments.links, &self.arguments.devices);
        let mut pairs = vec![("edge runs", self.arguments.settings.words(self.blocks))];
        for machine in self.problem.machines().iter().filter(|machine| machine.load() != 1.0) {
            pairs.push(("load", format!("{} × {}", machine.name, machine.load())));
        }
        if links.payload() != Payload::default() {
            let whole = match (links.compress_input, links.compress_result) {
                (true, true) => ", input and result too",
                (true, false) => ", the input too",
                (false, true) => ", the result too",
                (false, false) => "",
            };
            let words = format!("{} bit, compressed {} times{whole}", links.bits, links.compression);
            pairs.push(("tensors", words));
        }
        if let Some(watts) = devices.wait_power {
            pairs.push(("waiting", format!("{} of the edge", Unit::Watts.format(watts))));
        }
        pairs
    }

    fn bound_words(&self) -> Vec<(&'static str, String)> {
        let bound = match &self.bound {
            Ok(bound) => bound,
            Err(error) => return vec![("LP bound", error.to_string())],
        };
        let unit = match self.objective() {
            Objective::Latency => Unit::Seconds,
            Objective::Energy => Unit::Joules,
        };
        let gap = self.gap(bound);
        let above = match gap < 1e-6 {
            true => "reached".to_owned(),
            false => format!("optimum {} above", Unit::Percent.format(gap)),
        };
        let mut pairs = vec![("LP bound", format!("{} ({above})", unit.format(bound.value)))];
        if bound.mix.len() > 1 {
            let shares = bound.mix.iter().map(|own| {
                let share = Unit::Percent.format(own.share);
                ("mix", format!("{share} {}", own.plan.words(self.problem, self.blocks)))
            });
            pairs.extend(shares);
        }
        pairs
    }
}
