//! Where the columns of the Compare tab are: names, then one per design, with room for its difference unless it is the base.

use egui::{Rangef, Rect};

/// Room for names.
const NAMES: Rangef = Rangef { min: 128.0, max: 230.0 };
/// Least room for a value.
const VALUE: f32 = 86.0;
/// Room for a difference: as a number and as a share.
const CHANGE: f32 = 142.0;
/// Most room that a value gets beyond that, for words.
const MOST_EXTRA: f32 = 150.0;

/// Widths of the columns in points.
pub struct Columns {
    pub names: f32,
    designs: usize,
    base: usize,
    value: f32,
}

impl Columns {
    /// Columns that fill the room there is, or that are as narrow as can be read.
    pub fn new(room: f32, designs: usize, base: usize) -> Self {
        let count = designs.max(1) as f32;
        let least = NAMES.min + VALUE * count + CHANGE * (count - 1.0);
        let free = (room - least).max(0.0);
        let names = NAMES.clamp(NAMES.min + free * 0.3);
        let extra = (free - (names - NAMES.min)) / count;
        Self {
            names,
            designs,
            base,
            value: VALUE + extra.min(MOST_EXTRA),
        }
    }

    /// Width of all columns together.
    pub fn total(&self) -> f32 {
        (0..self.designs).fold(self.names, |sum, design| sum + self.width(design))
    }

    fn width(&self, design: usize) -> f32 {
        match design == self.base {
            true => self.value,
            false => self.value + CHANGE,
        }
    }

    /// The cell of a design in a row that spans all columns.
    pub fn cell(&self, row: Rect, design: usize) -> Rect {
        let before: f32 = (0..design).map(|before| self.width(before)).sum();
        let left = row.left() + self.names + before;
        Rect::from_x_y_ranges(left..=left + self.width(design), row.y_range())
    }

    /// The part of a cell for the value, and the one for the difference.
    pub fn parts(&self, cell: Rect, design: usize) -> (Rect, Rect) {
        match design == self.base {
            true => (cell, cell.split_left_right_at_x(cell.right()).1),
            false => cell.split_left_right_at_x(cell.left() + self.value),
        }
    }

    /// Where the number of a layer's difference ends; its share follows.
    pub fn middle(change: Rect) -> f32 {
        change.right() - CHANGE * 0.46
    }

    /// The design whose cell is at a place of a row; `None` = the names.
    pub fn at(&self, row: Rect, x: f32) -> Option<usize> {
        (0..self.designs).find(|&design| self.cell(row, design).x_range().contains(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn columns_fill_the_room_but_keep_their_least_width() {
        for (room, designs) in [(460.0, 2), (460.0, 5), (1100.0, 2), (1100.0, 3)] {
            let columns = Columns::new(room, designs, 1);
            let row = Rect::from_min_size(pos2(7.0, 0.0), vec2(columns.total(), 21.0));
            assert!((columns.cell(row, designs - 1).right() - row.right()).abs() < 0.01);
            let least = NAMES.min + VALUE * designs as f32 + CHANGE * (designs as f32 - 1.0);
            assert!(columns.total() >= least - 0.01 && columns.total() <= room.max(least) + 0.01);
            assert_eq!(columns.at(row, row.left() + 1.0), None);
            assert_eq!(columns.at(row, columns.cell(row, 1).center().x), Some(1));
            assert!(columns.parts(columns.cell(row, 1), 1).1.width() < 0.01);
        }
    }
}
