//! Where rows and spans are on the screen, and what the pointer means there.

use super::rows::Row;
use crate::app::Cx;
use crate::design::timeline::{Idle, Span};
use crate::design::{Design, Evaluation, Timeline};
use crate::network::LayerId;
use egui::{Pos2, Rangef, Rect, pos2};

/// Distance in points within which a span is meant by the pointer: short ones are a thin line.
const REACH: f32 = 3.0;
/// Height of the line above a design's rows that names it, where two are laid out.
pub const TITLE: f32 = 16.0;
/// Height of a row, the gap to the next included.
const ROW: Rangef = Rangef { min: 15.0, max: 28.0 };

/// One design laid out.
pub struct Lane<'a> {
    /// What it is called, where there are two.
    pub name: Option<String>,
    pub design: &'a Design,
    pub evaluation: &'a Evaluation,
    pub timeline: &'a Timeline,
    /// By track.
    pub rows: Vec<Row>,
    /// The frame rate asked for.
    pub asked_hz: Option<f64>,
}

impl<'a> Lane<'a> {
    /// A design with its timeline.
    pub fn new(cx: &Cx<'_>, design: &'a Design, evaluation: &'a Evaluation, timeline: &'a Timeline) -> Self {
        Self {
            name: None,
            design,
            evaluation,
            timeline,
            rows: timeline
                .tracks
                .iter()
                .map(|track| Row::of(cx, track.resource))
                .collect(),
            asked_hz: cx.document.system.frame_rate_hz,
        }
    }

    /// The layers of a placement in the order of the schedule.
    pub fn layers(&self, cx: &Cx<'_>, placement: usize) -> Vec<LayerId> {
        let order = cx
            .derived
            .schedule
            .as_deref()
            .map_or(&[][..], |schedule| schedule.order());
        order
            .iter()
            .copied()
            .filter(|&layer| self.design.holds(placement, layer))
            .collect()
    }
}

/// What the pointer or the keyboard means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meant {
    /// Something is busy.
    Span(Span),
    /// Something waits.
    Idle(Idle),
}

/// From lanes, tracks and seconds to the screen.
pub struct Scene {
    /// Where time goes from left to right; above and below, rows.
    pub area: Rect,
    /// The seconds at its left and right end.
    pub view: [f64; 2],
    /// Tops of the rows by lane and track.
    tops: Vec<Vec<f32>>,
    row: f32,
}

impl Scene {
    /// The height the rows of these lanes take where there is `room`.
    pub fn height(lanes: &[Lane<'_>], room: f32) -> f32 {
        let (rows, titles) = Self::shares(lanes);
        rows * Self::row(lanes, room) + titles
    }

    fn shares(lanes: &[Lane<'_>]) -> (f32, f32) {
        let rows: usize = lanes.iter().map(|lane| lane.rows.len()).sum();
        let titles = lanes.iter().filter(|lane| lane.name.is_some()).count();
        (rows as f32, titles as f32 * TITLE)
    }

    fn row(lanes: &[Lane<'_>], room: f32) -> f32 {
        let (rows, titles) = Self::shares(lanes);
        ROW.clamp((room - titles) / rows.max(1.0))
    }

    /// Rows from the top of `area` down, as high as `room` allows.
    pub fn new(lanes: &[Lane<'_>], area: Rect, room: f32, view: [f64; 2]) -> Self {
        let row = Self::row(lanes, room);
        let mut y = area.top();
        let mut tops = Vec::new();
        for lane in lanes {
            y += if lane.name.is_some() { TITLE } else { 0.0 };
            tops.push((0..lane.rows.len()).map(|track| y + track as f32 * row).collect());
            y += lane.rows.len() as f32 * row;
        }
        Self { area, view, tops, row }
    }

    /// The top of a lane's first row.
    pub fn top(&self, lane: usize) -> f32 {
        self.tops[lane].first().copied().unwrap_or(self.area.top())
    }

    /// The band of a track.
    pub fn band(&self, lane: usize, track: usize) -> Rangef {
        let top = self.tops[lane][track];
        Rangef::new(top + 1.5, top + self.row - 1.5)
    }

    /// Where a moment is, at most just outside the area.
    pub fn x(&self, seconds: f64) -> f32 {
        let share = (seconds - self.view[0]) / (self.view[1] - self.view[0]);
        let x = self.area.left() + share.clamp(-10.0, 10.0) as f32 * self.area.width();
        x.clamp(self.area.left() - 8.0, self.area.right() + 8.0)
    }

    /// The moment at a place.
    pub fn seconds(&self, x: f32) -> f64 {
        let share = f64::from((x - self.area.left()) / self.area.width().max(1.0));
        self.view[0] + share * (self.view[1] - self.view[0])
    }

    /// A stretch of a track; at least wide enough to be seen.
    pub fn rect(&self, lane: usize, track: usize, start_s: f64, end_s: f64) -> Rect {
        let (left, right) = (self.x(start_s), self.x(end_s));
        let band = self.band(lane, track);
        Rect::from_min_max(pos2(left, band.min), pos2(right.max(left + 1.5), band.max))
    }

    /// The lane and what lies in it at a place.
    pub fn pick(&self, lanes: &[Lane<'_>], at: Pos2) -> Option<(usize, Meant)> {
        if !self.area.contains(at) {
            return None;
        }
        let rows = (0..lanes.len()).flat_map(|lane| (0..lanes[lane].rows.len()).map(move |track| (lane, track)));
        let (lane, track) = rows
            .into_iter()
            .find(|&(lane, track)| self.band(lane, track).contains(at.y))?;
        let timeline = lanes[lane].timeline;
        let on_track = timeline.spans.iter().filter(|span| span.track == track);
        let near = on_track.filter_map(|span| {
            let rect = self.rect(lane, track, span.start_s, span.end_s);
            let distance = (rect.left() - at.x).max(at.x - rect.right()).max(0.0);
            (distance <= REACH).then_some((distance, *span))
        });
        if let Some((_, span)) = near.min_by(|a, b| a.0.total_cmp(&b.0)) {
            return Some((lane, Meant::Span(span)));
        }
        let seconds = self.seconds(at.x);
        let mut gaps = timeline.idle.iter().filter(|gap| gap.track == track);
        let gap = gaps.find(|gap| (gap.start_s..gap.end_s).contains(&seconds))?;
        Some((lane, Meant::Idle(*gap)))
    }
}
