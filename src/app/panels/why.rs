//! Headline numbers, each of which tells on a click how it came about.

use super::inspector::copies;
use crate::app::{Cx, theme};
use crate::project::Metrics;
use crate::units::Unit;
use egui::text::LayoutJob;
use egui::{CornerRadius, CursorIcon, FontId, Rect, Role, Sense, TextFormat, Ui, WidgetInfo, pos2, vec2};

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

/// A headline number, right-aligned in its place.
pub fn number(ui: &mut Ui, cx: &mut Cx, place: Rect, headline: Headline, value: f64) {
    let printed = headline.unit().print(value);
    let mut job = LayoutJob::default();
    let format = |font, color| TextFormat {
        font_id: font,
        color,
        ..TextFormat::default()
    };
    let text = format!("{} {}", printed.number, printed.unit);
    job.append(
        &printed.number,
        0.0,
        format(theme::semibold(theme::HEADLINE), cx.theme.text),
    );
    job.append(
        &printed.unit,
        4.0,
        format(FontId::proportional(theme::BODY), cx.theme.weak),
    );
    let galley = ui.painter().layout_job(job);
    let at = pos2(
        place.right() - galley.size().x,
        place.center().y - galley.size().y / 2.0,
    );
    let rect = Rect::from_min_size(at, galley.size()).expand2(vec2(5.0, 1.0));
    let response = ui.interact(rect, ui.scope_id().with(("headline", headline.name())), Sense::click());
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {text}, why?", headline.name())));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), cx.theme.card);
    }
    ui.painter().galley(at, galley, cx.theme.text);
    copies(&response, cx, &text);
}
