//! Which metrics the axes and the dots show.

use crate::app::Session;
use crate::app::session::DotArea;
use crate::explore::{Metrics, Objective, Search};

/// What the plot shows of every design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Horizontal and vertical, always two different ones.
    pub axes: [Objective; 2],
    /// Whether each axis is logarithmic.
    pub log: [bool; 2],
    /// By the area of the dots.
    pub size: Option<Objective>,
}

impl Shown {
    /// What the user chose; where nothing was chosen, the objectives of the search in their order.
    pub fn of(session: &Session, search: &Search) -> Self {
        let wanted = search.objectives.iter().chain(&Objective::ALL).copied();
        let first_but = |taken: Option<Objective>| wanted.clone().find(|&objective| Some(objective) != taken);
        let x = session.axes[0].or_else(|| first_but(session.axes[1]));
        let x = x.unwrap_or_default();
        let chosen = session.axes[1].filter(|&y| y != x);
        let y = chosen.or_else(|| first_but(Some(x))).unwrap_or(Objective::Energy);
        let third = || search.objectives.iter().copied().find(|o| ![x, y].contains(o));
        Self {
            axes: [x, y],
            log: session.log_axes,
            size: match session.dot_area {
                DotArea::Next => third(),
                DotArea::Equal => None,
                DotArea::Of(objective) => Some(objective),
            },
        }
    }

    /// Puts a metric on an axis; the other axis takes over what stood there if it showed that metric itself.
    pub fn choose(&self, session: &mut Session, side: usize, objective: Objective) {
        let mut axes = self.axes;
        if axes[1 - side] == objective {
            axes.swap(0, 1);
        }
        axes[side] = objective;
        session.axes = axes.map(Some);
    }

    /// The numbers of a design on both axes, the smaller the better.
    pub fn values(&self, metrics: &Metrics) -> [f64; 2] {
        self.axes.map(|objective| metrics.get(objective))
    }

    /// Whether the search made any of the metrics on the axes small; the others are shown only.
    pub fn explored(&self, search: &Search) -> [bool; 2] {
        self.axes.map(|objective| search.objectives.contains(&objective))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Objective::{Area, Energy, Interval, Latency};

    fn search(objectives: &[Objective]) -> Search {
        Search {
            objectives: objectives.to_vec(),
            ..Search::default()
        }
    }

    #[test]
    fn axes_follow_the_search_until_someone_chooses() {
        let mut session = Session::default();
        let shown = Shown::of(&session, &search(&[Interval, Energy, Area]));
        assert_eq!((shown.axes, shown.size), ([Interval, Energy], Some(Area)));
        let alone = Shown::of(&session, &search(&[Energy]));
        assert_eq!((alone.axes, alone.size), ([Energy, Latency], None));
        shown.choose(&mut session, 1, Interval);
        let swapped = Shown::of(&session, &search(&[Latency]));
        assert_eq!(swapped.axes, [Energy, Interval]);
        assert_eq!(swapped.explored(&search(&[Energy])), [true, false]);
    }
}
