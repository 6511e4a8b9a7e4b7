//! What running a bundle on a device may cost.

use super::{Rules, ScheduleError};
use crate::cost::profile::BundleTable;

/// One way to run a bundle on a device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Clock in hertz; `None` = the device has none to choose.
    pub clock_hz: Option<u64>,
    /// Seconds.
    pub latency_s: f64,
    /// Joules of the edge.
    pub energy_j: f64,
    /// Whether the cost is the sum of single blocks and not a measurement.
    pub estimated: bool,
}

/// A device with the ways to run every bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    blocks: usize,
    /// Whether its energies count and every bundle has one.
    pub(super) knows_energy: bool,
    /// How many times longer everything takes than measured.
    load: f64,
    /// By first and last block, clocks ascending.
    choices: Vec<Vec<Choice>>,
}

impl Machine {
    /// The edge: its energies count, where they were measured.
    pub fn edge(name: impl Into<String>, table: &BundleTable) -> Self {
        Self::of(name.into(), table, true)
    }

    /// Any other device: its energies do not count.
    pub fn server(name: impl Into<String>, table: &BundleTable) -> Self {
        Self::of(name.into(), table, false)
    }

    fn of(name: String, table: &BundleTable, pays: bool) -> Self {
        let blocks = table.blocks();
        let mut choices = vec![Vec::new(); blocks * blocks];
        for ((first, last), cost) in table.iter() {
            if let Some(at) = choices.get_mut(first * blocks + last).filter(|_| last < blocks) {
                at.push(Choice {
                    clock_hz: cost.clock_hz,
                    latency_s: cost.latency_s,
                    energy_j: cost.energy_j.filter(|_| pays).unwrap_or(0.0),
                    estimated: cost.estimated,
                });
            }
        }
        Self {
            name,
            blocks,
            knows_energy: pays && table.has_energy(),
            load: 1.0,
            choices,
        }
    }

    /// The same device under load: every bundle takes `factor` times as long as it was measured. Energies stay as they were measured.
    #[must_use]
    pub fn loaded(mut self, factor: f64) -> Self {
        self.load *= factor;
        for choice in self.choices.iter_mut().flatten() {
            choice.latency_s *= factor;
        }
        self
    }

    /// How many times longer everything takes than measured, 1 = an idle device.
    pub fn load(&self) -> f64 {
        self.load
    }

    /// Adds the energy of an edge that takes this power while this other device computes.
    pub(super) fn wait(&mut self, power_w: f64) {
        for choice in self.choices.iter_mut().flatten() {
            choice.energy_j += power_w * choice.latency_s;
        }
    }

    pub(super) fn check(&self, blocks: usize) -> Result<(), ScheduleError> {
        if self.blocks != blocks {
            return Err(ScheduleError::Blocks {
                machine: self.name.clone(),
                found: self.blocks,
                blocks,
            });
        }
        if !self.load.is_finite() || self.load <= 0.0 {
            return Err(ScheduleError::Load {
                machine: self.name.clone(),
                load: self.load.to_string(),
            });
        }
        let is_amount = |value: f64| value.is_finite() && value >= 0.0;
        let all = self.choices.iter().flatten();
        let bad = all.clone().find(|c| !is_amount(c.latency_s) || !is_amount(c.energy_j));
        match bad {
            Some(choice) => Err(ScheduleError::Cost {
                machine: self.name.clone(),
                latency_s: choice.latency_s.to_string(),
                energy_j: choice.energy_j.to_string(),
            }),
            None => Ok(()),
        }
    }

    /// Ways to run blocks `first..=last` as one bundle, clocks ascending.
    pub fn choices(&self, first: usize, last: usize) -> &[Choice] {
        self.choices.get(first * self.blocks + last).map_or(&[], Vec::as_slice)
    }

    /// All clocks that can be chosen, ascending.
    pub fn clocks(&self) -> Vec<u64> {
        let mut clocks: Vec<u64> = self.choices.iter().flatten().filter_map(|c| c.clock_hz).collect();
        clocks.sort_unstable();
        clocks.dedup();
        clocks
    }
}

/// Ways to run a bundle that the rules allow on a device.
pub(super) fn allowed<'a>(
    machine: &'a Machine,
    at: usize,
    first: usize,
    last: usize,
    rules: &Rules,
) -> impl Iterator<Item = &'a Choice> + use<'a> {
    let is_allowed = rules.allows(at, first, last + 1 - first);
    let lock = rules.clock_hz.filter(|_| at == 0);
    let choices = if is_allowed { machine.choices(first, last) } else { &[] };
    choices
        .iter()
        .filter(move |choice| lock.is_none_or(|lock| choice.clock_hz == Some(lock)))
}

/// Of the allowed ways those that no other beats, by latency ascending; of equal ones the lower clock.
pub(super) fn undominated(machine: &Machine, at: usize, first: usize, last: usize, rules: &Rules) -> Vec<Choice> {
    let mut all: Vec<Choice> = allowed(machine, at, first, last, rules).copied().collect();
    // Stable: lower clocks stay before higher ones.
    all.sort_by(|a, b| {
        a.latency_s
            .total_cmp(&b.latency_s)
            .then(a.energy_j.total_cmp(&b.energy_j))
    });
    let mut least = f64::INFINITY;
    all.retain(|choice| {
        let is_better = choice.energy_j < least;
        least = least.min(choice.energy_j);
        is_better
    });
    all
}
