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
}

impl Labels {
    /// Labels within `frame` that rather not cover `dots`.
    pub fn new(frame: Rect, dots: Vec<Pos2>) -> Self {
        Self {
            frame: frame.shrink(2.0),
            taken: Vec::new(),
            dots: dots.into_iter().filter(|&dot| frame.contains(dot)).collect(),
        }
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
                    Rect::from_center_size(mark + vec2(x, y) * reach, size)
                })
            })
        });
        let free = candidates.filter(|&place| {
            self.frame.contains_rect(place) && !self.taken.iter().any(|taken| taken.intersects(place))
        });
        let covered = |place: &Rect| {
            let ground = place.expand(2.0);
            self.dots.iter().filter(|&&dot| ground.contains(dot)).count()
        };
        let best = free.min_by_key(covered)?;
        self.taken.push(best);
        Some(best)
    }
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
