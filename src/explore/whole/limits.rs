//! The limits of a search, asked device by device in the same words as `design::evaluate`.

use super::super::crossings::Messages;
use super::strain::Strain;
use crate::design::evaluate::average_power_w;
use crate::design::{Problem, exceeds};
use crate::link::{Direction, Duplex};
use crate::system::System;

/// Limits that are properties of partitions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limits {
    /// Bytes by device.
    memory_bytes: Vec<Option<f64>>,
    /// Watts on average by device, with the idle power.
    power_w: Vec<Option<(f64, f64)>>,
    /// Results per second asked of the design.
    throughput_hz: Option<f64>,
    /// Results per second at which power is taken; `None` = the design's own.
    frame_rate_hz: Option<f64>,
}

impl Limits {
    pub(crate) fn of(problem: &Problem) -> Self {
        let devices = problem.system.devices.iter();
        Self {
            memory_bytes: devices.clone().map(|d| d.memory_limit_bytes).collect(),
            power_w: devices.map(|d| Some((d.power_limit_w?, d.idle_power_w))).collect(),
            throughput_hz: problem.constraints.throughput_hz,
            frame_rate_hz: problem.system.frame_rate_hz,
        }
    }

    /// No limits at all.
    pub(crate) fn none(problem: &Problem) -> Self {
        let devices = problem.system.devices.len();
        Self {
            memory_bytes: vec![None; devices],
            power_w: vec![None; devices],
            throughput_hz: None,
            frame_rate_hz: problem.system.frame_rate_hz,
        }
    }

    /// Whether anything is limited.
    pub(crate) fn any(&self) -> bool {
        self.memory_bytes.iter().any(Option::is_some) || self.any_load()
    }

    /// Whether average power depends on how fast the whole design is.
    pub(crate) fn needs_strain(&self) -> bool {
        self.frame_rate_hz.is_none() && self.power_w.iter().any(Option::is_some)
    }

    /// Whether busy times or energies are limited.
    pub(crate) fn any_load(&self) -> bool {
        self.throughput_hz.is_some() || self.power_w.iter().any(Option::is_some)
    }

    /// Only the limits on memory.
    pub(crate) fn memory_only(self) -> Self {
        Self {
            power_w: vec![None; self.power_w.len()],
            throughput_hz: None,
            ..self
        }
    }

    pub(crate) fn limits_memory(&self, device: usize) -> bool {
        self.memory_bytes[device].is_some()
    }

    pub(crate) fn memory_broken(&self, device: usize, bytes: i128) -> bool {
        self.memory_bytes[device].is_some_and(|limit| bytes as f64 > limit)
    }

    /// Whether a part this long busy per result breaks the throughput limit.
    pub(crate) fn interval_broken(&self, busy_s: f64) -> bool {
        self.throughput_hz.is_some_and(|least| exceeds(least, 1.0 / busy_s))
    }

    /// Adds a device and the link after it to a partial design; `None` if that breaks a limit for good.
    pub(crate) fn load(
        &self,
        device: usize,
        compute_s: f64,
        energy_j: f64,
        link_s: f64,
        strain: Strain,
    ) -> Option<Strain> {
        if self.interval_broken(compute_s) {
            return None;
        }
        let rest_s = match (self.power_w[device], self.frame_rate_hz) {
            (None, _) => 0.0,
            (Some((limit_w, idle_w)), Some(rate_hz)) => {
                let power_w = average_power_w(energy_j, rate_hz) + idle_w;
                if exceeds(power_w, limit_w) {
                    return None;
                }
                0.0
            }
            (Some((limit_w, idle_w)), None) => {
                if exceeds(idle_w, limit_w) {
                    return None;
                }
                // The same forgiveness for rounding as `exceeds` has.
                let left_w = limit_w * (1.0 + 1e-9) - idle_w;
                if energy_j == 0.0 { 0.0 } else { energy_j / left_w }
            }
        };
        if !self.needs_strain() {
            return Some(strain);
        }
        Some(strain.with(compute_s.max(link_s), rest_s))
    }
}

/// What its messages ask of a link and of the devices at its ends.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct LinkUse {
    /// Seconds it is taken.
    pub(crate) busy_s: f64,
    /// Joules of the device before it.
    pub(crate) earlier_j: f64,
    /// Joules of the device after it.
    pub(crate) later_j: f64,
}

impl LinkUse {
    /// Of complete messages.
    pub(crate) fn of(system: &System, link: usize, messages: &Messages) -> Self {
        let mut used = Self::default();
        let (mut forward_s, mut back_s) = (0.0, 0.0);
        for (bytes, direction) in messages.sent(false) {
            let forward = direction == Direction::Forward;
            let transfer = system.transfer(link, bytes, direction);
            let (seconds, earlier_j, later_j) = if forward {
                (&mut forward_s, transfer.transmit_j, transfer.receive_j)
            } else {
                (&mut back_s, transfer.receive_j, transfer.transmit_j)
            };
            *seconds += transfer.latency_s;
            used.earlier_j += earlier_j;
            used.later_j += later_j;
        }
        used.busy_s = match system.link(link).duplex {
            Duplex::Half => forward_s + back_s,
            Duplex::Full => f64::max(forward_s, back_s),
        };
        used
    }
}
