//! Placing labels beside marks so that none covers another.

use egui::{Pos2, Rect, Vec2, vec2};

/// How a label may stand to its mark, best first: direction of the offset.
const DIRECTIONS: [(f32, f32); 8] = [
    (1.0, -1.0),
    (1.0, 0.0),
    (1.0, 1.0),
    (-1.0, 1.0),
    (-1.0, 0.0),
    (-1.0, -1.0),
    (0.0, -1.0),
    (0.0, 1.0),
];

/// Places labels one after the other, so the most important comes first.
#[derive(Debug)]
pub struct Labels {
    frame: Rect,
    taken: Vec<Rect>,
    dots: Vec<Pos2>,
    /// Whether a label may only stand where it can be of no other dot.
    own: bool,
    /// Ends of the lines that no label may cross then.
    lines: Vec<[Pos2; 2]>,
}

/// Dots this close in points are one mark to the eye.
const SAME: f32 = 2.0;
/// How many times farther than its own dot every other must be from a label that is to name one dot.
const CLEARER: f32 = 1.5;

impl Labels {
    /// Labels within `frame` that rather not cover `dots`.
    pub fn new(frame: Rect, dots: Vec<Pos2>) -> Self {
        Self {
            frame: frame.shrink(2.0),
            taken: Vec::new(),
            dots: dots.into_iter().filter(|&dot| frame.contains(dot)).collect(),
            own: false,
            lines: Vec::new(),
        }
    }

    /// Labels that name single dots: each stands clearly nearer to its own dot than to any other and off the line through `line`, or is left out.
    #[must_use]
    pub fn of_own_dots(mut self, line: &[Pos2]) -> Self {
        self.own = true;
        self.lines = line.windows(2).map(|ends| [ends[0], ends[1]]).collect();
        self
    }

    /// Keeps a place free of labels.
    pub fn reserve(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// The place for a label of this size at a mark with this radius; `None` when every place is taken.
    pub fn place(&mut self, mark: Pos2, radius: f32, size: Vec2) -> Option<Rect> {
        self.place_at_one_of(&[mark], radius, size)
    }

    /// The place for a label that may stand at any of some marks, the best first; `None` when every place is taken.
    pub fn place_at_one_of(&mut self, marks: &[Pos2], radius: f32, size: Vec2) -> Option<Rect> {
        let candidates = marks.iter().flat_map(|&mark| {
            [3.0, 12.0].into_iter().flat_map(move |gap| {
                DIRECTIONS.iter().map(move |&(x, y)| {
                    let reach = vec2(
                        radius + gap + size.x / 2.0,
                        if x == 0.0 { radius + gap } else { gap } + size.y / 2.0,
                    );
                    (mark, Rect::from_center_size(mark + vec2(x, y) * reach, size))
                })
            })
        });
        let free = candidates.filter(|&(mark, place)| {
            self.frame.contains_rect(place)
                && !self.taken.iter().any(|taken| taken.intersects(place))
                && (!self.own || self.is_of(mark, place))
        });
        let covered = |place: &Rect| {
            let ground = place.expand(2.0);
            self.dots.iter().filter(|&&dot| ground.contains(dot)).count()
        };
        let best = free.map(|(_, place)| place).min_by_key(covered)?;
        self.taken.push(best);
        Some(best)
    }

    /// Whether a label there is clearly nearer to its mark than to any other dot, and off the line.
    fn is_of(&self, mark: Pos2, place: Rect) -> bool {
        let own = place.distance_to_pos(mark);
        let mut others = self.dots.iter().filter(|dot| dot.distance(mark) > SAME);
        let is_nearest = others.all(|&dot| place.distance_to_pos(dot) > own * CLEARER);
        is_nearest && !self.lines.iter().any(|&ends| crosses(place, ends))
    }
}

/// Whether a line between two ends crosses a rectangle: what is left of it after cutting it off at each side.
fn crosses(rect: Rect, [from, to]: [Pos2; 2]) -> bool {
    let (mut start, mut end) = (0.0_f32, 1.0_f32);
    let along = to - from;
    let sides = [
        (-along.x, from.x - rect.left()),
        (along.x, rect.right() - from.x),
        (-along.y, from.y - rect.top()),
        (along.y, rect.bottom() - from.y),
    ];
    for (step, room) in sides {
        if step == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if step < 0.0 {
            start = start.max(room / step);
        } else {
            end = end.min(room / step);
        }
    }
    start <= end
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    fn frame() -> Rect {
        Rect::from_min_size(Pos2::ZERO, vec2(200.0, 100.0))
    }

    #[test]
    fn labels_at_one_place_do_not_overlap() {
        let mut labels = Labels::new(frame(), Vec::new());
        let mark = pos2(100.0, 50.0);
        let placed: Vec<_> = (0..4)
            .filter_map(|_| labels.place(mark, 4.0, vec2(40.0, 12.0)))
            .collect();
        assert_eq!(placed.len(), 4);
        for (i, a) in placed.iter().enumerate() {
            assert!(placed[i + 1..].iter().all(|b| !a.intersects(*b)));
        }
    }

    #[test]
    fn a_label_stays_in_the_frame_and_off_the_dots() {
        let dots = vec![pos2(120.0, 44.0), pos2(130.0, 50.0), pos2(125.0, 56.0)];
        let mut labels = Labels::new(frame(), dots.clone());
        let place = labels.place(pos2(100.0, 50.0), 4.0, vec2(40.0, 12.0)).expect("room");
        assert!(dots.iter().all(|&dot| !place.contains(dot)), "{place:?}");
        assert!(labels.place(pos2(100.0, 50.0), 4.0, vec2(400.0, 12.0)).is_none());
    }

    #[test]
    fn a_label_that_could_be_of_another_dot_is_left_out() {
        // Dots on a line, closer than a label is wide: right of a dot stands the next one.
        let dots: Vec<Pos2> = (0..8).map(|index| pos2(20.0 + 14.0 * index as f32, 50.0)).collect();
        let mut labels = Labels::new(frame(), dots.clone()).of_own_dots(&dots);
        for &dot in &dots {
            let Some(place) = labels.place(dot, 4.0, vec2(40.0, 12.0)) else {
                continue;
            };
            let own = place.distance_to_pos(dot);
            assert!(
                dots.iter()
                    .all(|&other| other == dot || place.distance_to_pos(other) > own)
            );
            assert!(
                !place.contains(pos2(place.center().x, 50.0)),
                "{place:?} lies on the line"
            );
        }
        // Between two others that are nearer to whatever stands beside it, there is no place.
        let close: Vec<Pos2> = [-6.0, 0.0, 6.0].map(|x| pos2(100.0 + x, 50.0)).to_vec();
        let mut labels = Labels::new(frame(), close.clone()).of_own_dots(&[]);
        assert_eq!(labels.place(close[1], 4.0, vec2(40.0, 12.0)), None);
        assert!(labels.place(close[2], 4.0, vec2(40.0, 12.0)).is_some());
    }

    #[test]
    fn lines_cross_rectangles_or_pass_them() {
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(20.0, 10.0));
        assert!(crosses(rect, [pos2(0.0, 15.0), pos2(50.0, 15.0)]));
        assert!(crosses(rect, [pos2(15.0, 12.0), pos2(16.0, 13.0)]));
        assert!(crosses(rect, [pos2(0.0, 0.0), pos2(40.0, 30.0)]));
        assert!(!crosses(rect, [pos2(0.0, 25.0), pos2(50.0, 25.0)]));
        assert!(!crosses(rect, [pos2(0.0, 0.0), pos2(8.0, 40.0)]));
    }

    #[test]
    fn of_several_marks_the_one_with_room_gets_the_label() {
        let around = (0..40).map(|index| pos2(30.0 + 2.0 * index as f32, 50.0));
        let dots: Vec<Pos2> = around
            .flat_map(|at| [at, at + vec2(0.0, 14.0), at - vec2(0.0, 14.0)])
            .collect();
        let mut labels = Labels::new(frame(), dots);
        let marks = [pos2(70.0, 50.0), pos2(150.0, 20.0)];
        let place = labels.place_at_one_of(&marks, 4.0, vec2(30.0, 12.0)).expect("room");
        assert!(place.distance_to_pos(marks[1]) < 20.0, "{place:?}");
    }
}
