//! Where the design stands to the front.

use crate::app::{Age, Cx, words};
use crate::explore::{Front, FrontPoint, Metrics, Objective, Space};
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
        return match cx.derived.front_age {
            Age::Stopped => Verdict::new("?", "stopped", "The search for the front was stopped."),
            Age::Current | Age::Updating => Verdict::new("…", "computing", ""),
        };
    };
    if cx.derived.front_age == Age::Stopped {
        let sentence = "The search for the front was stopped: the front shown is of an earlier problem and says nothing of this one.";
        return Verdict::new("?", "stopped", sentence);
    }
    let exactness = match (cx.derived.front_age, front.space, front.bound) {
        (Age::Updating, ..) => "updating…".to_owned(),
        (_, Space::Ideals(_), _) => "exact".to_owned(),
        (_, Space::Schedules(_), Some(bound)) if bound.closes() => "exact".to_owned(),
        (_, Space::Schedules(_), Some(bound)) if bound.gap.is_finite() => {
            format!("≤ {}", Unit::Percent.format(bound.gap))
        }
        (_, Space::Schedules(_), _) => "in this order".to_owned(),
    };
    let exactness = exactness.as_str();
    if front.points.is_empty() {
        return Verdict::new("none", exactness, "No design keeps every limit.");
    }
    if !evaluation.violations.is_empty() {
        let sentence = "The front holds the designs that keep every limit; this one breaks some.";
        return Verdict::new("no", "breaks limits", sentence);
    }
    let objectives = &front.search.objectives;
    let names: Vec<_> = objectives.iter().map(|objective| objective.name()).collect();
    match gap(front, &Metrics::from(evaluation)) {
        None => {
            let sentence = match names.as_slice() {
                [only] => format!("No other design is better in {only}."),
                several => format!(
                    "No other design is better in one of {} without being worse in another.",
                    words::list(several)
                ),
            };
            // Beside the schedules only what the hull says is known.
            let open = front.bound.filter(|bound| !bound.closes());
            let beyond = open.map(|bound| format!(" Cuts across branches were not all searched: {}.", bound.words()));
            Verdict::new("yes", exactness, &format!("{sentence}{}", beyond.unwrap_or_default()))
        }
        Some(gap) => {
            let percent = Unit::Percent.format(gap);
            let names: Vec<_> = objectives.iter().map(|&objective| made_small(objective)).collect();
            let together = if names.len() == 1 { "" } else { " together" };
            let sentence = format!(
                "Some design is better: {} would have to come down by {percent}{together} to reach the front.",
                words::list(&names)
            );
            Verdict::new("no", &format!("gap {percent}"), &sentence)
        }
    }
}

/// What a search makes small, by its name.
fn made_small(objective: Objective) -> &'static str {
    match objective {
        Objective::Interval => "the time between results",
        _ => objective.name(),
    }
}

/// How far a design is from the front: the share by which all objectives must come down together until no point of the
/// front is better; `None` = none is. Numbers that differ by rounding alone are the same.
fn gap(front: &Front, metrics: &Metrics) -> Option<f64> {
    let above = |a: f64, b: f64| a > b * (1.0 + 1e-9);
    let pairs = |point: &FrontPoint| {
        let values = |&objective: &Objective| (metrics.get(objective), point.metrics.get(objective));
        front.search.objectives.iter().map(values).collect::<Vec<_>>()
    };
    let factors = front.points.iter().filter_map(|point| {
        let pairs = pairs(point);
        let is_better = pairs.iter().any(|&(mine, its)| above(mine, its));
        if !is_better || pairs.iter().any(|&(mine, its)| above(its, mine)) {
            return None;
        }
        // What is 0 already cannot come down and need not.
        let factors = pairs
            .into_iter()
            .filter(|&(mine, _)| mine > 0.0)
            .map(|(mine, its)| mine / its);
        factors.reduce(f64::min)
    });
    let factor = factors.reduce(f64::max)?;
    Some(1.0 - 1.0 / factor.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::made::{front, point};

    fn metrics(latency_s: f64, energy_j: f64, link_bytes: u64) -> Metrics {
        Metrics {
            link_bytes,
            ..point(latency_s, energy_j).metrics
        }
    }

    #[test]
    fn the_gap_is_measured_to_the_staircase() {
        let front = front(&[(1.0, 4.0), (2.0, 2.0)]);
        let gap = |latency_s, energy_j| gap(&front, &metrics(latency_s, energy_j, 0));
        assert_eq!(gap(1.0, 4.0), None);
        assert_eq!(gap(1.5, 3.0), None);
        assert_eq!(gap(4.0, 4.0), Some(0.5));
        assert_eq!(gap(2.0, 2.5), Some(0.0));
    }

    #[test]
    fn the_gap_counts_every_objective_of_the_search() {
        let mut front = front(&[(2.0, 2.0)]);
        front.search.objectives = vec![Objective::LinkBytes, Objective::Latency];
        assert_eq!(gap(&front, &metrics(4.0, 9.0, 0)), Some(0.5));
        assert_eq!(gap(&front, &metrics(2.0, 9.0, 0)), None);
        assert_eq!(gap(&front, &metrics(4.0, 9.0, 7)), Some(0.5));
    }
}
