//! Numbers that tell on a click how they came about.

mod tree;

use super::inspector::copies;
use crate::app::{Command, Cx, icon, theme};
use crate::design::{Evaluation, Explanation, Problem, Quantity, explain};
use crate::project::Metrics;
use crate::units::Unit;
use egui::{
    Align, CornerRadius, CursorIcon, FontId, Galley, Layout, Popup, PopupCloseBehavior, Rect, Response, RichText, Role,
    ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

/// Width of the popover.
const WIDTH: f32 = 420.0;
/// Height from which on it scrolls.
const HEIGHT: f32 = 420.0;

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

    /// What explains it on a design with this evaluation; the memory is that of the device that needs the most.
    fn quantity(self, evaluation: &Evaluation) -> Quantity {
        match self {
            Self::Latency => Quantity::Latency,
            Self::Energy => Quantity::Energy,
            Self::Throughput => Quantity::Throughput,
            Self::LinkBytes => Quantity::LinkBytes,
            Self::PeakMemory => {
                let memory = |&device: &usize| evaluation.devices[device].memory_bytes();
                Quantity::DeviceMemory((0..evaluation.devices.len()).max_by_key(memory).unwrap_or(0))
            }
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
    if let Some(evaluation) = &cx.derived.evaluation {
        let quantity = headline.quantity(evaluation);
        popover(&response, cx, quantity);
    }
}

/// Opens the explanation of a number when the widget that shows it is clicked.
pub fn popover(response: &Response, cx: &mut Cx, quantity: Quantity) {
    let popup = Popup::from_toggle_button_response(response)
        .id(response.id.with("why"))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(WIDTH);
    popup.show(|ui| {
        ui.set_width(WIDTH);
        ui.add_space(2.0);
        let Some(explanation) = explanation(cx, quantity) else {
            ui.label(RichText::new("computing…").color(cx.theme.weak));
            return;
        };
        let copy = |ui: &mut Ui| {
            if ui.button(format!("{} copy", icon::COPY)).clicked() {
                cx.commands.push(Command::Copy(tree::text(&explanation)));
            }
        };
        ui.horizontal(|ui| {
            ui.label(RichText::new("Why this number").font(theme::semibold(theme::TITLE)));
            ui.with_layout(Layout::right_to_left(Align::Center), copy);
        });
        let scroll = ScrollArea::vertical().max_height(HEIGHT).auto_shrink([false, true]);
        scroll.show(ui, |ui| tree::ui(ui, cx.theme, &explanation));
    });
}

/// The explanation of a number of the current design; `None` while its costs are on their way.
fn explanation(cx: &Cx, quantity: Quantity) -> Option<Explanation> {
    let (system, design) = (&cx.document.system, &cx.document.design);
    let (table, schedule) = (cx.derived.table.as_ref()?, cx.derived.schedule.as_ref()?);
    if !table.fits(cx.network, system) || !design.fits(cx.network, system) {
        return None;
    }
    let problem = Problem {
        network: cx.network,
        schedule,
        system,
        table,
        constraints: &cx.document.constraints,
    };
    Some(explain(&problem, design, quantity))
}

/// Distance of a text's first baseline from its top.
fn baseline(galley: &Galley) -> f32 {
    let first = galley
        .rows
        .first()
        .and_then(|row| Some(row.pos.y + row.glyphs.first()?.pos.y));
    first.unwrap_or(0.0)
}
