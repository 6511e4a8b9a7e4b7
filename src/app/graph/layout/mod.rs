//! Where everything is drawn: a layered layout with a straight spine.
//!
//! Rows are longest-path ranks ([`rank`]); tensors that pass rows get one chain of placeholders each, however many readers they have;
//! the order within rows comes from barycentre sweeps ([`order`]); x comes from straight segments that hug the spine ([`place`]);
//! tensors become flattened curves ([`route`]).
//!
//! The cut of any schedule position must be drawable as a line that goes from left to right between layers. That
//! holds when, wherever two things share an x, the upper one comes first in the schedule. [`conflicts`] finds the pairs for which it
//! does not hold, the rows are made to keep these pairs in order, and the drawing is made again; what is still in
//! conflict after a few rounds is drawn strictly one below the other, which always works.

mod order;
mod place;
mod rank;
mod route;

use crate::network::{LayerId, Network, Schedule, ScheduleKind, TensorId};
use crate::project::{OpenNetwork, View};
use egui::{Pos2, Rect, Vec2, pos2};
use rank::Below;
use std::sync::Arc;

/// Size of a layer's box in points at 100 % zoom.
pub const NODE: Vec2 = Vec2::new(190.0, 40.0);
/// Distance of rows.
pub const ROW: f32 = 72.0;
/// Free space beside a layer.
const ITEM_GAP: f32 = 34.0;
/// Distance of passing tensors.
const TRACK: f32 = 14.0;
/// Rounds in which single pairs are put in order; then come as many in which the stretches between them are, then everything is.
const ROUNDS: usize = 4;

/// What a layout is made of; two requests are equal when their layouts are.
#[derive(Debug, Clone)]
pub struct LayoutRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Which view is drawn.
    pub view: View,
    /// The kind of `schedule`.
    pub kind: ScheduleKind,
    /// The order of the layers of that view.
    pub schedule: Arc<Schedule>,
}

impl LayoutRequest {
    fn network(&self) -> &Network {
        self.network.view(self.view)
    }
}

impl PartialEq for LayoutRequest {
    fn eq(&self, other: &Self) -> bool {
        (self.view, self.kind, &self.network().hash) == (other.view, other.kind, &other.network().hash)
    }
}

/// Positions of layers and tensors in graph space: points at 100 % zoom, y downward, the spine at x = 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Centre of every layer's box.
    pub centres: Vec<Pos2>,
    /// Paths of tensors, in order of tensors.
    pub routes: Vec<Route>,
    /// Around everything.
    pub bounds: Rect,
}

/// One piece of a tensor's way from its producer to its readers.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The tensor.
    pub tensor: TensorId,
    /// The layer that makes it.
    pub from: LayerId,
    /// The layers that are reached over this piece.
    pub readers: Vec<LayerId>,
    /// The path, flattened.
    pub points: Vec<Pos2>,
    /// Around the path.
    pub bounds: Rect,
    /// Whether it ends at its reader (else it goes on in other pieces).
    pub arrives: bool,
}

impl Layout {
    /// The box of a layer.
    pub fn node(&self, layer: LayerId) -> Rect {
        let centre = self.centres.get(layer).copied().unwrap_or_default();
        Rect::from_center_size(centre, NODE)
    }
}

/// A tensor between layers.
struct Wire {
    tensor: TensorId,
    from: LayerId,
    to: Vec<LayerId>,
}

/// The placeholders of a tensor that passes rows: one for every row strictly between the producer and the last reader.
struct Trunk {
    first_item: usize,
    first_row: usize,
}

impl Trunk {
    fn item(&self, row: usize) -> usize {
        self.first_item + row - self.first_row
    }
}

/// What stands in rows: first the layers under their own numbers, then placeholders.
#[derive(Default)]
struct Items {
    row: Vec<usize>,
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
    layers: usize,
    /// Of a placeholder: its producer and the first of its readers in the schedule. Of a layer: itself, twice.
    between: Vec<(LayerId, LayerId)>,
}

impl Items {
    fn is_layer(&self, item: usize) -> bool {
        item < self.layers
    }

    fn new(wires: &[Wire], rows: Vec<usize>, schedule: &Schedule) -> (Self, Vec<Option<Trunk>>) {
        let layers = rows.len();
        let mut items = Self {
            row: rows,
            above: Vec::new(),
            below: Vec::new(),
            layers,
            between: (0..layers).map(|l| (l, l)).collect(),
        };
        let mut links = Vec::new();
        let mut trunks = Vec::with_capacity(wires.len());
        for wire in wires {
            let first_row = items.row[wire.from] + 1;
            let last_row = wire.to.iter().map(|&to| items.row[to]).max().unwrap_or(0);
            let trunk = Trunk {
                first_item: items.row.len(),
                first_row,
            };
            for row in first_row..last_row {
                let upper = if row == first_row {
                    wire.from
                } else {
                    trunk.item(row - 1)
                };
                links.push((upper, items.row.len()));
                items.row.push(row);
                let reader = wire.to.iter().filter(|&&to| items.row[to] > row);
                let first = reader.min_by_key(|&&to| schedule.place(to)).copied();
                items.between.push((wire.from, first.unwrap_or(wire.from)));
            }
            for &to in &wire.to {
                let row = items.row[to];
                let upper = if row == first_row {
                    wire.from
                } else {
                    trunk.item(row - 1)
                };
                links.push((upper, to));
            }
            trunks.push((last_row > first_row).then_some(trunk));
        }
        items.above = vec![Vec::new(); items.row.len()];
        items.below = vec![Vec::new(); items.row.len()];
        for (upper, lower) in links {
            items.below[upper].push(lower);
            items.above[lower].push(upper);
        }
        (items, trunks)
    }
}

/// Lays a network out; `None` when cancelled. Same request, same layout.
pub fn layout(request: &LayoutRequest, cancel: &dyn Fn() -> bool) -> Option<Layout> {
    lay_out(request.network(), &request.schedule, cancel)
}

/// Lays a network out so that every prefix of the schedule has its cut line.
pub fn lay_out(network: &Network, schedule: &Schedule, cancel: &dyn Fn() -> bool) -> Option<Layout> {
    let wires: Vec<Wire> = network
        .tensors
        .iter()
        .enumerate()
        .filter_map(|(tensor, t)| {
            let from = t.producer?;
            (!t.consumers.is_empty()).then(|| Wire {
                tensor,
                from,
                to: t.consumers.clone(),
            })
        })
        .collect();
    let spine = rank::spine(network, &wires, schedule);
    let mut below: Below = vec![Vec::new(); network.layers.len()];
    let mut round = 0;
    loop {
        let (items, trunks) = Items::new(&wires, rank::rows(&wires, schedule, &below), schedule);
        let rows = order::order(&items, cancel)?;
        let pinned = pinned(&items, &rows, &spine);
        let x = place::place(&items, &rows, &pinned);
        if cancel() {
            return None;
        }
        let found = conflicts(&items, &rows, &x, schedule);
        if found.is_empty() || round > 2 * ROUNDS {
            return Some(draw(&items, &trunks, &wires, &x));
        }
        for &(upper, lower) in &found {
            below[upper].push(lower);
        }
        if round >= ROUNDS {
            let everything = || (0, schedule.order().len() - 1);
            let stretch = |&(a, b): &(LayerId, LayerId)| (schedule.place(a), schedule.place(b));
            let stretches = match round == 2 * ROUNDS {
                true => vec![everything()],
                false => found.iter().map(stretch).collect(),
            };
            one_below_the_other(stretches, schedule, &mut below);
        }
        round += 1;
    }
}

/// The item of every row that stands at x = 0: the spine's, a placeholder between two layers of the spine, else the middle one.
fn pinned(items: &Items, rows: &[Vec<usize>], spine: &[LayerId]) -> Vec<usize> {
    let mut on_spine = vec![false; items.row.len()];
    for pair in spine.windows(2) {
        on_spine[pair[0]] = true;
        on_spine[pair[1]] = true;
        // The chain that leads to the next layer of the spine, walked upward.
        let mut item = pair[1];
        while items.row[item] > items.row[pair[0]] + 1 {
            let up = items.above[item]
                .iter()
                .find(|&&a| !items.is_layer(a) && items.between[a].0 == pair[0]);
            let Some(&up) = up else { break };
            on_spine[up] = true;
            item = up;
        }
    }
    rows.iter()
        .filter_map(|row| {
            let found = row.iter().find(|&&i| on_spine[i]);
            found.or_else(|| row.get((row.len().saturating_sub(1)) / 2)).copied()
        })
        .collect()
}

/// Pairs (upper, lower) of layers whose rows must be swapped so that every prefix of the schedule lies above its line.
///
/// A thing is surely after a boundary when its producer is, surely before it when one of its readers is. Where two things share an x,
/// no boundary may have the upper one after and the lower one before it.
fn conflicts(items: &Items, rows: &[Vec<usize>], x: &[f32], schedule: &Schedule) -> Vec<(LayerId, LayerId)> {
    /// Width of the columns in which x is compared.
    const COLUMN: f32 = 10.0;
    let half = |item| if items.is_layer(item) { NODE.x / 2.0 } else { 1.0 };
    let least = x.iter().copied().fold(0.0, f32::min) - NODE.x;
    let columns = |item: usize| {
        let column = |at: f32| ((at - least) / COLUMN) as usize;
        column(x[item] - half(item))..=column(x[item] + half(item))
    };
    let most = (0..x.len()).map(|item| *columns(item).end()).max().unwrap_or(0);
    // Per column the producer latest in the schedule of all that stands above.
    let mut latest: Vec<Option<LayerId>> = vec![None; most + 1];
    let mut found = Vec::new();
    for row in rows {
        for &item in row {
            let reader = items.between[item].1;
            let above = columns(item)
                .filter_map(|c| latest[c])
                .max_by_key(|&l| schedule.place(l));
            if let Some(above) = above.filter(|&a| schedule.place(a) > schedule.place(reader)) {
                found.push((reader, above));
            }
        }
        for &item in row {
            let producer = items.between[item].0;
            for column in columns(item) {
                if latest[column].is_none_or(|l| schedule.place(l) < schedule.place(producer)) {
                    latest[column] = Some(producer);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Puts every layer of some stretches (first and last place) of the schedule below the one before.
fn one_below_the_other(mut stretches: Vec<(usize, usize)>, schedule: &Schedule, below: &mut Below) {
    stretches.sort_unstable();
    let mut done = 0;
    for (first, last) in stretches {
        for pair in schedule.order()[first.max(done).min(last)..=last].windows(2) {
            below[pair[0]].push(pair[1]);
        }
        done = done.max(last);
    }
}

fn draw(items: &Items, trunks: &[Option<Trunk>], wires: &[Wire], x: &[f32]) -> Layout {
    let mut layers_in_row = vec![Vec::new(); items.row.iter().max().map_or(0, |&r| r + 1)];
    for layer in 0..items.layers {
        layers_in_row[items.row[layer]].push(x[layer]);
    }
    let ground = route::Ground {
        items,
        x,
        layers_in_row: &layers_in_row,
    };
    let centres: Vec<Pos2> = (0..items.layers).map(|l| ground.centre(l)).collect();
    let routes: Vec<Route> = wires
        .iter()
        .zip(trunks)
        .flat_map(|(wire, trunk)| ground.routes(wire, trunk.as_ref()))
        .collect();
    let around = centres
        .iter()
        .map(|&c| Rect::from_center_size(c, NODE))
        .chain(routes.iter().map(|r| r.bounds))
        .reduce(Rect::union);
    Layout {
        bounds: around.unwrap_or(Rect::from_center_size(pos2(0.0, 0.0), NODE)),
        centres,
        routes,
    }
}
