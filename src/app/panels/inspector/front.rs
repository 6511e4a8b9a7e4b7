//! Where the design stands to the front.

use crate::app::Cx;
use crate::explore::{Front, Space};
use crate::units::Unit;

/// The answer to “is it on the front?”.
pub struct Verdict {
    /// In a word or a number.
    pub answer: String,
    /// What the answer means.
    pub aside: String,
    /// All of it in a sentence; empty while there is nothing to say.
    pub sentence: String,
}

impl Verdict {
    fn new(answer: &str, aside: &str, sentence: &str) -> Self {
        Self {
            answer: answer.to_owned(),
            aside: aside.to_owned(),
            sentence: sentence.to_owned(),
        }
    }
}

/// Judges the current design by the newest front.
pub fn verdict(cx: &Cx) -> Verdict {
    let (Some(front), Some(evaluation)) = (&cx.derived.front, &cx.derived.evaluation) else {
        return Verdict::new("…", "computing", "");
    };
    let exactness = match (cx.derived.front_is_stale, front.space) {
        (true, _) => "updating…",
        (false, Space::Ideals(_)) => "exact",
        (false, Space::Schedule) => "in this order",
    };
    if front.points.is_empty() {
        return Verdict::new("none", exactness, "No design keeps every limit.");
    }
    if !evaluation.violations.is_empty() {
        let sentence = "The front holds the designs that keep every limit; this one breaks some.";
        return Verdict::new("no", "breaks limits", sentence);
    }
    match gap(front, evaluation.latency_s, evaluation.energy_j) {
        None => {
            let sentence = "No other design is better in latency or energy without being worse in the other.";
            Verdict::new("yes", exactness, sentence)
        }
        Some(gap) => {
            let percent = Unit::Percent.format(gap);
            let sentence = format!(
                "Some design is better in both: latency and energy would have to come down by {percent} together to \
                 reach the front."
            );
            Verdict::new("no", &format!("gap {percent}"), &sentence)
        }
    }
}

/// How far a design is from the front: the share by which latency and energy must come down together until no point of
/// the front is better in both; `None` = none is.
fn gap(front: &Front, latency_s: f64, energy_j: f64) -> Option<f64> {
    let above = |a: f64, b: f64| a > b * (1.0 + 1e-9);
    let dominating = front.points.iter().filter(|point| {
        let is_worse = above(latency_s, point.metrics.latency_s) || above(energy_j, point.metrics.energy_j);
        is_worse && !above(point.metrics.latency_s, latency_s) && !above(point.metrics.energy_j, energy_j)
    });
    let factors = dominating.map(|p| (latency_s / p.metrics.latency_s).min(energy_j / p.metrics.energy_j));
    let factor = factors.reduce(f64::max)?;
    Some(1.0 - 1.0 / factor.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::explore::{FrontPoint, Guarantee, Metrics, Search};

    fn front(points: &[(f64, f64)]) -> Front {
        let point = |&(latency_s, energy_j): &(f64, f64)| FrontPoint {
            metrics: Metrics {
                latency_s,
                energy_j,
                throughput_hz: 1.0,
                link_bytes: 0,
                peak_memory_bytes: 0,
                area_m2: 0.0,
            },
            feasible: true,
            design: Design {
                placements: Vec::new(),
                alternatives: Vec::new(),
            },
        };
        Front {
            search: Search::default(),
            points: points.iter().map(point).collect(),
            others: Vec::new(),
            baselines: Vec::new(),
            knee: None,
            space: Space::Schedule,
            guarantee: Guarantee::Exact,
        }
    }

    #[test]
    fn the_gap_is_measured_to_the_staircase() {
        let front = front(&[(1.0, 4.0), (2.0, 2.0)]);
        assert_eq!(gap(&front, 1.0, 4.0), None);
        assert_eq!(gap(&front, 1.5, 3.0), None);
        assert_eq!(gap(&front, 4.0, 4.0), Some(0.5));
        assert_eq!(gap(&front, 2.0, 2.5), Some(0.0));
    }
}
