//! Why designs are not on the front: the limits they break, in words.

use super::marks::{self, Subject};
use crate::app::{Cx, Theme};
use crate::design::evaluate::evaluate;
use crate::design::{Design, Evaluation, Limit};
use crate::explore::Front;
use crate::units::Unit;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Designs off the front that are looked at to find out what excludes all of them.
const MOST_WITNESSES: usize = 100;

/// A design's numbers on the system in the window; `None` while the tables are not there.
pub fn numbers(cx: &Cx<'_>, design: &Design) -> Option<Evaluation> {
    let schedule = cx.derived.schedule.as_deref()?;
    let table = cx.derived.table.as_deref()?;
    let covers = table.covers(cx.network, &cx.document.system);
    covers.then(|| evaluate(&cx.document.problem(schedule, table), design))
}

/// Why a front is empty, remembered for that front.
#[derive(Default)]
pub struct Exclusion {
    known: Option<(Arc<Front>, String)>,
}

impl Exclusion {
    /// Which limits leave no design, in words.
    pub fn text(&mut self, cx: &Cx<'_>, front: &Arc<Front>) -> &str {
        let known = self.known.take().filter(|(known, _)| Arc::ptr_eq(known, front));
        let (_, text) = self
            .known
            .insert(known.unwrap_or_else(|| (Arc::clone(front), exclusion(cx, front))));
        text
    }
}

fn exclusion(cx: &Cx<'_>, front: &Front) -> String {
    let stride = front.others.len().div_ceil(MOST_WITNESSES).max(1);
    let subjects = (0..front.baselines.len())
        .map(Subject::Baseline)
        .chain((0..front.others.len()).step_by(stride).map(Subject::Other));
    let witnesses: Vec<Evaluation> = subjects
        .filter_map(|subject| numbers(cx, marks::design(cx, front, subject)?))
        .collect();
    let mut broken_by: BTreeMap<String, usize> = BTreeMap::new();
    for evaluation in &witnesses {
        let mut names: Vec<_> = evaluation.violations.iter().filter_map(|v| name(cx, v.limit)).collect();
        names.sort();
        names.dedup();
        for name in names {
            *broken_by.entry(name).or_default() += 1;
        }
    }
    let mut limits: Vec<_> = broken_by.into_iter().collect();
    limits.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if limits.is_empty() {
        return "No design keeps every limit.".to_owned();
    }
    let (alone, shared): (Vec<_>, Vec<_>) = limits.into_iter().partition(|(_, count)| *count == witnesses.len());
    let list = |limits: Vec<(String, usize)>| limits.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
    let mut text = if alone.is_empty() {
        format!(
            "No design keeps every limit: what keeps one breaks another of {}.",
            list(shared)
        )
    } else {
        format!("No design keeps {}.", list(alone))
    };
    let best = |pick: fn(&Evaluation) -> f64| witnesses.iter().map(pick).fold(f64::INFINITY, f64::min);
    let constraints = &cx.document.constraints;
    if constraints.latency_s.is_some_and(|limit| best(|e| e.latency_s) > limit) {
        text += &format!(
            " The fastest seen takes {}.",
            Unit::Seconds.format(best(|e| e.latency_s))
        );
    }
    if constraints.energy_j.is_some_and(|limit| best(|e| e.energy_j) > limit) {
        text += &format!(
            " The thriftiest seen takes {}.",
            Unit::Joules.format(best(|e| e.energy_j))
        );
    }
    text
}

/// A limit as the Constraints panel shows it; `None` for one that is no longer set.
fn name(cx: &Cx<'_>, limit: Limit) -> Option<String> {
    let constraints = &cx.document.constraints;
    let device = |index: usize| cx.document.built(index);
    Some(match limit {
        Limit::Latency => format!("latency ≤ {}", Unit::Seconds.format(constraints.latency_s?)),
        Limit::Energy => format!("energy ≤ {}", Unit::Joules.format(constraints.energy_j?)),
        Limit::Throughput => format!("throughput ≥ {}", Unit::PerSecond.format(constraints.throughput_hz?)),
        Limit::Area => format!("area ≤ {}", Unit::SquareMetres.format(constraints.area_m2?)),
        Limit::Devices => format!("devices ≤ {}", constraints.most_devices?),
        Limit::Bandwidth(index) => {
            let rate = Unit::PerSecond.format(cx.document.system.frame_rate_hz?);
            format!("{rate} over {}", cx.document.system.link(index).name)
        }
        Limit::Memory(index) => {
            let limit = device(index)?.memory_limit_bytes?;
            format!("memory of {} ≤ {}", Theme::letter(index), Unit::Bytes.format(limit))
        }
        Limit::Power(index) => {
            let limit = device(index)?.power_limit_w?;
            format!("power of {} ≤ {}", Theme::letter(index), Unit::Watts.format(limit))
        }
        Limit::Unsupported(index) => format!("to what {} can run", Theme::letter(index)),
    })
}
