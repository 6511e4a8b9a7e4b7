//! Headline numbers, each of which tells on a click how it came about.

use super::inspector::copies;
use crate::app::{Cx, theme};
use crate::project::Metrics;
use crate::units::Unit;
use egui::{CornerRadius, CursorIcon, FontId, Galley, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// The numbers the Inspector begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// Seconds of one inference.
    Latency,
    /// Joules of one inference.
    Energy,
    /// Results per second when pipelined.
    Throughput,
    /// Bytes over all links.
    LinkBytes,
    /// Largest memory use of a device.
    PeakMemory,
}

impl Headline {
    /// All of them in the order shown.
    pub const ALL: [Self; 5] = [
        Self::Latency,
        Self::Energy,
        Self::Throughput,
        Self::LinkBytes,
        Self::PeakMemory,
    ];

    /// Its name in the window.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Energy => "energy",
            Self::Throughput => "throughput",
            Self::LinkBytes => "link bytes",
            Self::PeakMemory => "peak memory",
        }
    }

    /// How it is shown.
    pub fn unit(self) -> Unit {
        match self {
            Self::Latency => Unit::Seconds,
            Self::Energy => Unit::Joules,
            Self::Throughput => Unit::PerSecond,
            Self::LinkBytes | Self::PeakMemory => Unit::Bytes,
        }
    }

    /// Its value.
    pub fn value(self, metrics: &Metrics) -> f64 {
        match self {
            Self::Latency => metrics.latency_s,
            Self::Energy => metrics.energy_j,
            Self::Throughput => metrics.throughput_hz,
            Self::LinkBytes => metrics.link_bytes as f64,
            Self::PeakMemory => metrics.peak_memory_bytes as f64,
        }
    }
}

/// A headline number, right-aligned in its place, `size` points high.
pub fn number(ui: &mut Ui, cx: &mut Cx, place: Rect, headline: Headline, value: f64, size: f32) {
    let printed = headline.unit().print(value);
    let layout = |text: &str, font, colour| ui.painter().layout_no_wrap(text.to_owned(), font, colour);
    let number = layout(&printed.number, theme::semibold(size), cx.theme.text);
    let unit = layout(&printed.unit, FontId::proportional(theme::BODY), cx.theme.weak);
    let unit_left = place.right() - unit.size().x;
    let number_left = unit_left - 4.0 - number.size().x;
    let top = place.center().y - number.size().y / 2.0;
    let (number_at, unit_at) = (
        pos2(number_left, top),
        pos2(unit_left, top + baseline(&number) - baseline(&unit)),
    );
    let rect = Rect::from_min_max(number_at, pos2(place.right(), top + number.size().y)).expand2(vec2(5.0, 1.0));
    let response = ui.interact(rect, ui.scope_id().with(("headline", headline.name())), Sense::click());
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let text = printed.to_string();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {text}, why?", headline.name())));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), cx.theme.card);
    }
    ui.painter().galley(number_at, number, cx.theme.text);
    ui.painter().galley(unit_at, unit, cx.theme.weak);
    copies(&response, cx, &text);
}

/// Distance of a text's first baseline from its top.
fn baseline(galley: &Galley) -> f32 {
    let first = galley
        .rows
        .first()
        .and_then(|row| Some(row.pos.y + row.glyphs.first()?.pos.y));
    first.unwrap_or(0.0)
}
