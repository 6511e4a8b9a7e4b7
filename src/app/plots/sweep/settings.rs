//! What the Sweep tab shows, as the session keeps it, and the sweep that follows from it.

use super::Swept;
use crate::app::Cx;
use crate::explore::Objective;
use crate::explore::sweep::{Knob, Question, Range};
use serde::{Deserialize, Serialize};

/// What a person chose; `None` = what is usual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SweepSettings {
    /// The number that is varied.
    pub knob: Option<Knob>,
    /// From where to where.
    pub range: Option<Range>,
    /// A second number, which turns the plot into a map.
    pub second: Option<Knob>,
    /// From where to where the second goes.
    pub second_range: Option<Range>,
    /// The metric on the vertical axis.
    pub metric: Objective,
    /// What the best design is the best in; `None` = the metric shown.
    pub best_in: Option<Objective>,
    /// Whether the vertical axis is logarithmic.
    pub log: bool,
}

impl Default for SweepSettings {
    /// Latency over decades of a rate is best read in decades.
    fn default() -> Self {
        Self {
            knob: None,
            range: None,
            second: None,
            second_range: None,
            metric: Objective::default(),
            best_in: None,
            log: true,
        }
    }
}

/// The sweep that a view wants to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What is varied, and what is best.
    pub question: Question,
    /// The second number of a map.
    pub second: Option<(Knob, Range)>,
}

impl SweepSettings {
    /// The number that is varied: what was chosen, as far as the system has it, else the first there is.
    pub fn knob(&self, cx: &Cx<'_>) -> Option<Knob> {
        let chosen = self.knob.clone().filter(|knob| exists(cx, knob));
        chosen.or_else(|| Knob::all(&cx.document.system).into_iter().next())
    }

    /// The second number, if one was chosen, the system has it, and the first leaves it alone.
    pub fn second(&self, cx: &Cx<'_>) -> Option<Knob> {
        let first = self.knob(cx);
        let chosen = self.second.clone().filter(|knob| exists(cx, knob));
        chosen.filter(|knob| first.is_some_and(|first| !knob.conflicts(&first, &cx.document.system)))
    }

    /// What the best design is the best in.
    pub fn best_in(&self) -> Objective {
        self.best_in.unwrap_or(self.metric)
    }

    /// The sweep to be shown; `None` where nothing can be varied.
    pub fn wish(&self, cx: &Cx<'_>) -> Option<Wish> {
        let usual = |knob: &Knob| last_range(cx, knob).or_else(|| usual_range(cx, knob));
        let chosen = |knob: &Knob, range: Option<Range>| {
            let parameter = knob.parameter(&cx.document.system, &cx.document.constraints)?;
            range.filter(|range| range.fault(&parameter).is_none())
        };
        let knob = self.knob(cx)?;
        // A range that was typed belongs to the number it was typed for.
        let own = chosen(&knob, self.range).filter(|_| self.knob.as_ref() == Some(&knob));
        let range = own.or_else(|| usual(&knob))?;
        let second = self.second(cx).and_then(|knob| {
            let range = chosen(&knob, self.second_range).or_else(|| usual(&knob))?;
            Some((knob, range))
        });
        Some(Wish {
            question: Question {
                knob,
                range,
                objective: self.best_in(),
            },
            second,
        })
    }

    /// Varies another number than the one shown, over its usual range; the second of a map changes places with it.
    pub fn choose(&mut self, knob: Knob, shown: &Knob) {
        if self.second.as_ref() == Some(&knob) {
            self.second = Some(shown.clone());
            std::mem::swap(&mut self.range, &mut self.second_range);
        } else {
            self.range = None;
        }
        self.knob = Some(knob);
    }

    /// Makes a map with a second number, or a plot without.
    pub fn choose_second(&mut self, knob: Option<Knob>) {
        self.second = knob;
        self.second_range = None;
    }
}

/// The range a number is usually varied over.
pub fn usual_range(cx: &Cx<'_>, knob: &Knob) -> Option<Range> {
    knob.usual_range(&cx.document.system, &cx.document.constraints)
}

/// The range the number is varied over at present, as long as its value lies within: a value that moves through a decade shall not move the
/// axis under the hand.
fn last_range(cx: &Cx<'_>, knob: &Knob) -> Option<Range> {
    let range = match cx.derived.sweep.as_deref()? {
        Swept::One(sweep) => (sweep.question.knob == *knob).then_some(sweep.question.range)?,
        Swept::Two(map) if map.question.knob == *knob => map.question.range,
        Swept::Two(map) => (map.knob == *knob).then_some(map.range)?,
    };
    let value = knob.parameter(&cx.document.system, &cx.document.constraints)?.value;
    (!value.is_finite() || (range.low..=range.high).contains(&value)).then_some(range)
}

fn exists(cx: &Cx<'_>, knob: &Knob) -> bool {
    let parameter = knob.parameter(&cx.document.system, &cx.document.constraints);
    parameter.is_some()
}
