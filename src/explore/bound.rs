//! What is known of the designs that were not searched, where ideals were too many: the corners of the hull of all designs join the
//! front, and its lines say how far any other design can be.

use super::mincut::{gap, supported_within};
use super::{FrontPoint, Problem, Search, points};
use crate::units::Unit;

/// The share below which a gap is rounding: what lines lose on their way to floating point.
const ROUNDING: f64 = 1e-9;

/// How far a front of schedules can be from all designs, cuts across branches included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// For every design there is a point of the front whose objectives are at most 1 + this times as large: 0 = no design is better.
    /// Infinite where nothing is known. Limits on anything but the number of devices are left out, which can only make it larger.
    pub gap: f64,
    /// Whether the front holds all corners of the convex hull of all designs.
    pub hull_is_exact: bool,
}

impl Bound {
    /// Whether no design at all is better than the front.
    pub fn closes(&self) -> bool {
        self.gap <= ROUNDING
    }

    /// What two bounds say of both their designs.
    pub(crate) fn weaker(self, other: Self) -> Self {
        Self {
            gap: self.gap.max(other.gap),
            hull_is_exact: self.hull_is_exact && other.hull_is_exact,
        }
    }

    /// What it says, in words: `at most 0.40 % from any design`.
    pub fn words(&self) -> String {
        match self.gap {
            _ if self.closes() => "no design at all is better".to_owned(),
            gap if gap.is_finite() => format!("at most {} from any design", Unit::Percent.format(gap)),
            _ => "how far other designs are is unknown".to_owned(),
        }
    }
}

/// Adds the corners of the hull to the points of a front; `None` when `cancel` said so.
///
/// The search must be one that [`super::mincut::carries`]; `most_sums` weighted sums are searched at most.
pub(crate) fn add(
    problem: &Problem,
    search: &Search,
    found: &mut Vec<FrontPoint>,
    most_sums: usize,
    cancel: &dyn Fn() -> bool,
    progress: &dyn Fn(f32),
) -> Option<Bound> {
    let mut hull = supported_within(problem, search, most_sums, cancel, progress)?;
    let corners = std::mem::take(&mut hull.points);
    // Where both are the same the search's own goes first and stays.
    let all = std::mem::take(found).into_iter().chain(corners).collect();
    *found = points::front(all, &hull.objectives);
    Some(Bound {
        gap: gap(found, &hull).max(0.0),
        hull_is_exact: hull.exact,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_told_in_words() {
        let words = |gap| {
            let bound = Bound {
                gap,
                hull_is_exact: true,
            };
            bound.words()
        };
        assert_eq!(words(0.004), "at most 0.40 % from any design");
        assert_eq!(words(1e-11), "no design at all is better");
        assert_eq!(words(f64::INFINITY), "how far other designs are is unknown");
    }
}
