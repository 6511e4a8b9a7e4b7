//! Where positions lie on the screen, and how values become heights.

use super::crossing::Crossing;
use egui::Rangef;

/// Pixels within which a single-tensor position attracts a handle where columns are narrow.
const MAGNET: f32 = 6.0;

/// The horizontal axis: one column per layer, positions 0 to n between them.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// Left end, where position 0 lies.
    pub left: f32,
    /// Width of one column; a fraction of a pixel for networks of many layers.
    pub column: f32,
    /// Number of columns.
    pub count: usize,
}

impl Axis {
    /// Spreads `count` columns over a range.
    pub fn new(range: Rangef, count: usize) -> Self {
        Self {
            left: range.min,
            column: range.span().max(1.0) / count.max(1) as f32,
            count,
        }
    }

    /// Where a position lies.
    pub fn x(&self, position: usize) -> f32 {
        self.left + self.column * position as f32
    }

    /// The position nearest to a point.
    pub fn position(&self, x: f32) -> usize {
        let position = ((x - self.left) / self.column).round();
        (position.max(0.0) as usize).min(self.count)
    }

    /// The column under a point.
    pub fn column_at(&self, x: f32) -> Option<usize> {
        let column = ((x - self.left) / self.column).floor();
        (column >= 0.0 && column < self.count as f32).then_some(column as usize)
    }

    /// The position a handle takes under the pointer: the nearest one, or, where columns are too narrow to aim at, a
    /// single-tensor position close by.
    pub fn snap(&self, x: f32, crossings: &[Crossing]) -> usize {
        let nearest = self.position(x);
        if self.column >= MAGNET {
            return nearest;
        }
        let reach = (MAGNET / self.column).ceil() as usize;
        let distance = |&position: &usize| (self.x(position) - x).abs();
        (nearest.saturating_sub(reach)..=(nearest + reach).min(self.count))
            .filter(|&position| crossings.get(position).is_some_and(|c| c.is_single()))
            .filter(|position| distance(position) <= MAGNET)
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap_or(nearest)
    }
}

/// How far the largest value may exceed the median before heights follow the square root: beyond it half of the bars
/// would be lower than a tenth of the largest.
const LINEAR_UP_TO: f64 = 10.0;

/// The scale of one set of bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The largest value.
    pub max: f64,
    /// Whether heights follow the square root of the values.
    pub root: bool,
}

impl Scale {
    /// The scale of a set of values; NaN, infinite and zero ones have no say.
    pub fn new(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.filter(|v| v.is_finite() && *v > 0.0).collect();
        values.sort_unstable_by(f64::total_cmp);
        let max = values.last().copied().unwrap_or(0.0);
        let median = values.get(values.len() / 2).copied().unwrap_or(0.0);
        Self {
            max,
            root: max > LINEAR_UP_TO * median,
        }
    }

    /// Height of a value as a share of the tallest, 0 to 1.
    pub fn share(&self, value: f64) -> f32 {
        if self.max <= 0.0 || value.is_nan() {
            return 0.0;
        }
        let share = (value / self.max).clamp(0.0, 1.0);
        (if self.root { share.sqrt() } else { share }) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossings(tensors: &[usize]) -> Vec<Crossing> {
        let crossing = |&tensors: &usize| Crossing { tensors, bytes: 1 };
        tensors.iter().map(crossing).collect()
    }

    #[test]
    fn points_map_to_positions_and_back() {
        let axis = Axis::new(Rangef::new(10.0, 110.0), 10);
        assert_eq!(axis.x(3), 40.0);
        assert_eq!(axis.position(44.0), 3);
        assert_eq!(axis.position(-100.0), 0);
        assert_eq!(axis.position(1e6), 10);
        assert_eq!(axis.column_at(44.0), Some(3));
        assert_eq!(axis.column_at(9.0), None);
        assert_eq!(axis.column_at(110.0), None);
    }

    #[test]
    fn narrow_columns_attract_to_single_tensor_positions() {
        let tensors = [2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 2];
        let narrow = Axis::new(Rangef::new(0.0, 20.0), 10);
        assert_eq!(narrow.snap(10.0, &crossings(&tensors)), 3);
        assert_eq!(narrow.snap(17.0, &crossings(&tensors)), 9);
        let wide = Axis::new(Rangef::new(0.0, 200.0), 10);
        assert_eq!(wide.snap(100.0, &crossings(&tensors)), 5);
    }

    #[test]
    fn wide_ranges_follow_the_square_root() {
        let even = Scale::new([1.0, 2.0, 3.0].into_iter());
        assert_eq!((even.root, even.share(1.5)), (false, 0.5));
        let steep = Scale::new([1.0, 1.0, 100.0, f64::NAN].into_iter());
        assert_eq!((steep.root, steep.share(25.0)), (true, 0.5));
        assert_eq!(Scale::new(std::iter::empty()).share(1.0), 0.0);
    }
}
