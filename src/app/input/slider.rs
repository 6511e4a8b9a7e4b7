//! A slider on a logarithmic scale: a line, decade ticks, marks with words, a round knob.

use super::as_shown;
use crate::app::Command;
use crate::app::theme::Theme;
use crate::project::Action;
use crate::units::Unit;
use egui::accesskit::{self, ActionData};
use egui::{EventFilter, Id, Key, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use std::ops::RangeInclusive;

/// Arrow keys move by this share of a decade.
const STEPS_PER_DECADE: f64 = 20.0;
/// Half the knob's size in points.
const KNOB: f32 = 6.0;

/// A slider over the decades of a positive quantity.
pub struct LogSlider<'a> {
    id: Id,
    label: &'a str,
    unit: Unit,
    range: RangeInclusive<f64>,
    marks: &'a [f64],
}

/// What a hand or a key did to a slider in this frame.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Slid {
    /// A drag begins.
    pub begins: bool,
    /// The new value.
    pub value: Option<f64>,
    /// The drag ends.
    pub ends: bool,
    /// The drag is given up (Esc).
    pub cancelled: bool,
}

impl Slid {
    /// The commands that make a whole drag one undo step. Where a value has no action, nothing is edited.
    pub fn commands<A: Into<Option<Action>>>(self, edit: impl FnOnce(f64) -> A) -> impl Iterator<Item = Command> {
        let begin = self.begins.then_some(Command::BeginGesture);
        let change = self.value.and_then(|value| edit(value).into()).map(Command::Edit);
        let end = self.ends.then_some(Command::EndGesture);
        let cancel = self.cancelled.then_some(Command::CancelGesture);
        begin.into_iter().chain(change).chain(end).chain(cancel)
    }
}

impl<'a> LogSlider<'a> {
    /// A slider with a stable identity, a name for screen readers and a range above zero.
    pub fn new(id: Id, label: &'a str, unit: Unit, range: RangeInclusive<f64>) -> Self {
        Self {
            id,
            label,
            unit,
            range,
            marks: &[],
        }
    }

    /// Values to mark.
    #[must_use]
    pub fn marks(mut self, marks: &'a [f64]) -> Self {
        self.marks = marks;
        self
    }

    /// Shows the slider over the whole width; `explain` gives the words for a mark under the pointer. The range stays what
    /// it was when a drag began until the drag ends.
    pub fn show(self, ui: &mut Ui, theme: &Theme, value: f64, explain: impl Fn(usize) -> String) -> Slid {
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 20.0));
        let response = ui.interact(rect, self.id, Sense::drag());
        let held: Option<Scale> = ui.data(|data| data.get_temp(self.id));
        let scale = held.unwrap_or_else(|| Scale::new(&self.range, rect));
        let over = held.is_some() && !response.dragged();
        // egui ends a drag when Esc is pressed.
        let escaped = ui.input(|input| input.key_down(Key::Escape));
        let mut slid = Slid {
            begins: response.drag_started(),
            value: None,
            ends: over && !escaped,
            cancelled: over && escaped,
        };
        if response.drag_started() {
            response.request_focus();
            ui.data_mut(|data| data.insert_temp(self.id, scale));
        } else if over {
            ui.data_mut(|data| data.remove::<Scale>(self.id));
        }
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            slid.value = Some(scale.value(pointer.x));
        }
        slid.value = slid.value.or_else(|| self.keys(ui, &response, &scale, value));
        slid.value = slid
            .value
            .map(|new| as_shown(self.unit, new))
            .filter(|&new| new != value);
        let shown = slid.value.unwrap_or(value);
        self.describe(ui, &response, shown);
        self.paint(ui, theme, &response, &scale, shown, explain);
        slid
    }

    /// Arrow keys, and what assistive technology asks for.
    fn keys(&self, ui: &Ui, response: &Response, scale: &Scale, value: f64) -> Option<f64> {
        let mut steps = 0.0;
        if response.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(self.id, filter));
            steps +=
                ui.input(|input| input.num_presses(Key::ArrowRight) as f64 - input.num_presses(Key::ArrowLeft) as f64);
        }
        steps += ui.input(|input| {
            input.num_accesskit_action_requests(self.id, accesskit::Action::Increment) as f64
                - input.num_accesskit_action_requests(self.id, accesskit::Action::Decrement) as f64
        });
        let asked = ui.input(|input| {
            let requests = input.accesskit_action_requests(self.id, accesskit::Action::SetValue);
            let values = requests.filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) => Some(value),
                _ => None,
            });
            values.last()
        });
        let stepped = (steps != 0.0).then(|| value * 10_f64.powf(steps / STEPS_PER_DECADE));
        asked.or(stepped).map(|value| scale.clamp(value))
    }

    fn describe(&self, ui: &Ui, response: &Response, value: f64) {
        response.widget_info(|| WidgetInfo {
            value: Some(value),
            ..WidgetInfo::labeled(Role::Slider, ui.is_enabled(), self.label)
        });
        ui.ctx().accesskit_node_builder(self.id, |node| {
            node.set_min_numeric_value(*self.range.start());
            node.set_max_numeric_value(*self.range.end());
            node.set_value(self.unit.format(value));
            node.add_action(accesskit::Action::SetValue);
            node.add_action(accesskit::Action::Increment);
            node.add_action(accesskit::Action::Decrement);
        });
    }

    fn paint(
        &self,
        ui: &Ui,
        theme: &Theme,
        response: &Response,
        scale: &Scale,
        value: f64,
        explain: impl Fn(usize) -> String,
    ) {
        let painter = ui.painter();
        let rect = response.rect;
        let line = rect.center().y;
        let knob = scale.place(value);
        let rail = |from: f32, to: f32, colour| {
            painter.hline(from..=to, line, Stroke::new(3.0, colour));
        };
        rail(scale.left, scale.right, theme.grid);
        rail(scale.left, knob, theme.weak);
        for decade in scale.decades() {
            let x = scale.place(decade);
            painter.vline(x, line + 4.0..=line + 7.0, Stroke::new(1.0, theme.weak));
        }
        for (index, &mark) in self.marks.iter().enumerate() {
            if !scale.contains(mark) {
                continue;
            }
            let x = scale.place(mark);
            painter.vline(x, line - 8.0..=line - 3.0, Stroke::new(2.0, theme.accent));
            let spot = Rect::from_center_size(pos2(x, line - 6.0), vec2(7.0, 9.0));
            let hover = ui.interact(spot, self.id.with(index), Sense::hover());
            hover.on_hover_ui(|ui| {
                ui.label(explain(index));
            });
        }
        let ring = if response.has_focus() || response.dragged() {
            Stroke::new(2.0, theme.accent)
        } else if response.hovered() {
            Stroke::new(1.0, theme.weak)
        } else {
            Stroke::NONE
        };
        painter.circle(pos2(knob, line), KNOB, theme.text, ring);
    }
}

/// The map between values and places on the line.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    left: f32,
    right: f32,
}

impl Scale {
    fn new(range: &RangeInclusive<f64>, rect: Rect) -> Self {
        Self {
            low: range.start().log10(),
            high: range.end().log10(),
            left: rect.left() + KNOB,
            right: rect.right() - KNOB,
        }
    }

    fn place(&self, value: f64) -> f32 {
        let share = (value.log10() - self.low) / (self.high - self.low).max(1e-9);
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0) as f32
    }

    fn value(&self, x: f32) -> f64 {
        let share = f64::from((x - self.left) / (self.right - self.left).max(1.0)).clamp(0.0, 1.0);
        10_f64.powf(self.low + (self.high - self.low) * share)
    }

    fn clamp(&self, value: f64) -> f64 {
        value.max(10_f64.powf(self.low)).min(10_f64.powf(self.high))
    }

    fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value.log10())
    }

    /// Every decade from the lower end; at most as many as can be told apart.
    fn decades(&self) -> impl Iterator<Item = f64> {
        let count = (self.high - self.low + 1e-6).floor().clamp(0.0, 40.0) as i32;
        (0..=count).map(|decade| 10_f64.powf(self.low + f64::from(decade)))
    }
}
