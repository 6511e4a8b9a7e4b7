//! What the canvas looks up for one layout and schedule: the layer at a point, the height of every schedule position.

use super::layout::{Layout, NODE, ROW};
use crate::network::{LayerId, Schedule};
use egui::Pos2;
use std::sync::Arc;

/// Lookups for one layout and schedule.
pub struct Index {
    layout: Arc<Layout>,
    schedule: Arc<Schedule>,
    rows: Vec<Vec<LayerId>>,
    /// Height of the boundary at every schedule position, never falling.
    heights: Vec<f32>,
}

impl Index {
    /// Prepares the lookups; layout and schedule must be of the same network.
    pub fn new(layout: &Arc<Layout>, schedule: &Arc<Schedule>) -> Self {
        let mut rows = Vec::new();
        for (layer, centre) in layout.centres.iter().enumerate() {
            let row = row_of(centre.y);
            if rows.len() <= row {
                rows.resize(row + 1, Vec::new());
            }
            rows[row].push(layer);
        }
        Self {
            rows,
            heights: heights(layout, schedule),
            layout: Arc::clone(layout),
            schedule: Arc::clone(schedule),
        }
    }

    /// Whether it was made of these very values.
    pub fn is_of(&self, layout: &Arc<Layout>, schedule: &Arc<Schedule>) -> bool {
        Arc::ptr_eq(&self.layout, layout) && Arc::ptr_eq(&self.schedule, schedule)
    }

    /// The layer whose box contains a point of graph space.
    pub fn layer_at(&self, point: Pos2) -> Option<LayerId> {
        let row = self.rows.get(row_of(point.y))?;
        row.iter().copied().find(|&l| self.layout.node(l).contains(point))
    }

    /// Layers whose boxes share an x, from top to bottom.
    pub fn lane(&self, x: f32) -> impl Iterator<Item = LayerId> + '_ {
        let centres = &self.layout.centres;
        let shares = move |layer: &LayerId| (centres[*layer].x - x).abs() <= NODE.x / 2.0;
        self.rows.iter().flatten().copied().filter(shares)
    }

    /// The layers of the rows from `top` to `bottom` in graph space.
    pub fn layers_between(&self, top: f32, bottom: f32) -> impl Iterator<Item = LayerId> + '_ {
        let last = (row_of(bottom) + 1).min(self.rows.len());
        let first = row_of(top).min(last);
        self.rows[first..last].iter().flatten().copied()
    }

    /// The schedule position nearest to a height; one for which `is_magnetic` holds wins within `snap`.
    pub fn position_at(&self, y: f32, snap: f32, is_magnetic: &dyn Fn(usize) -> bool) -> usize {
        let nearest = |wanted: &dyn Fn(usize) -> bool| {
            (0..self.heights.len())
                .filter(|&p| wanted(p))
                .map(|p| ((self.heights[p] - y).abs(), p))
                .min_by(|a, b| a.0.total_cmp(&b.0))
        };
        let magnetic = nearest(is_magnetic).filter(|&(distance, _)| distance <= snap);
        magnetic
            .or_else(|| nearest(&|_| true))
            .map_or(0, |(_, position)| position)
    }
}

fn row_of(y: f32) -> usize {
    (y / ROW).round().max(0.0) as usize
}

/// Heights of the boundaries at all positions, made to rise: positions whose layers stand side by side share the
/// stretch that these layers take.
fn heights(layout: &Layout, schedule: &Schedule) -> Vec<f32> {
    let y: Vec<f32> = schedule.order().iter().map(|&l| layout.centres[l].y).collect();
    let (Some(first), Some(last)) = (y.first(), y.last()) else {
        return vec![0.0];
    };
    let mut raw = vec![first - ROW / 2.0];
    raw.extend(y.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0));
    raw.push(last + ROW / 2.0);
    // Pool neighbours until means rise (pool adjacent violators); (sum, count, least, most) of each pool.
    let mut pools: Vec<(f32, usize, f32, f32)> = Vec::new();
    for &height in &raw {
        let mut pool = (height, 1, height, height);
        while let Some(&before) = pools.last() {
            if before.0 / (before.1 as f32) < pool.0 / (pool.1 as f32) {
                break;
            }
            pools.pop();
            pool = (
                before.0 + pool.0,
                before.1 + pool.1,
                before.2.min(pool.2),
                before.3.max(pool.3),
            );
        }
        pools.push(pool);
    }
    let mut heights: Vec<f32> = Vec::with_capacity(raw.len());
    for (sum, count, least, most) in pools {
        for index in 0..count {
            let height = if count == 1 {
                sum
            } else {
                least + (most - least) * index as f32 / (count - 1) as f32
            };
            heights.push(heights.last().map_or(height, |&before| before.max(height)));
        }
    }
    heights
}
