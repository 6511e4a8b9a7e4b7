//! Why designs are not on the front: the limits they break, in words.

use super::marks::{Mark, Subject};
use crate::app::Cx;
use crate::explore::Front;
use crate::units::Unit;

/// Limits broken by a design, remembered while the pointer rests on it.
#[derive(Default)]
pub struct Cache {}

impl Cache {
    /// The limits a design breaks.
    pub fn broken(&mut self, cx: &Cx<'_>, _front: &Front, _subject: Subject, mark: &Mark) -> Vec<String> {
        let limits = &cx.document.constraints;
        let mut broken = Vec::new();
        if let Some(limit) = limits.latency_s.filter(|limit| mark.latency_s > *limit) {
            broken.push(format!("latency over {}", Unit::Seconds.format(limit)));
        }
        if let Some(limit) = limits.energy_j.filter(|limit| mark.energy_j > *limit) {
            broken.push(format!("energy over {}", Unit::Joules.format(limit)));
        }
        broken
    }

    /// Which limits leave no design, in words.
    pub fn excluding(&mut self, _cx: &Cx<'_>, _front: &Front) -> String {
        "No design keeps every limit.".to_owned()
    }
}
