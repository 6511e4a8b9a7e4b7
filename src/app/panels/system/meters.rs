//! How full a device is: memory and power, against their limits where there are any, and what breaks them.

use crate::app::input::small;
use crate::app::theme::{SMALL, Theme};
use crate::app::{Cx, icon, widgets};
use crate::design::{DeviceLoad, Limit};
use crate::units::Unit;
use egui::{Align2, FontId, Rect, RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// Draws the meters of device `index`.
pub fn ui(ui: &mut Ui, cx: &Cx, index: usize, load: &DeviceLoad) {
    let Some(device) = cx.document.built(index) else { return };
    let memory = Meter {
        name: "memory",
        used: load.memory_bytes() as f64,
        limit: device.memory_limit_bytes,
        unit: Unit::Bytes,
        broken: Limit::Memory(index),
    };
    let power = Meter {
        name: "power",
        used: load.power_w,
        limit: device.power_limit_w,
        unit: Unit::Watts,
        broken: Limit::Power(index),
    };
    let parts = format!(
        "weights {}, live activations {}",
        Unit::Bytes.format(load.weight_bytes as f64),
        Unit::Bytes.format(load.activation_bytes as f64)
    );
    memory.show(ui, cx, index, &parts);
    power.show(
        ui,
        cx,
        index,
        "on average, idle power and its ends of the links included",
    );
    if let Some(text) = violation(cx, Limit::Unsupported(index)) {
        let text = format!("{} {text}", icon::WARNING);
        ui.label(RichText::new(text).size(SMALL).color(cx.theme.worse));
    }
}

/// The words for a broken limit.
fn violation<'a>(cx: &Cx<'a>, limit: Limit) -> Option<&'a str> {
    let evaluation = cx.derived.evaluation.as_ref()?;
    let found = evaluation
        .violations
        .iter()
        .find(|violation| violation.limit == limit)?;
    Some(&found.text)
}

/// Width of the names before the meters in points.
const NAME_WIDTH: f32 = 52.0;

/// A quantity used of a limit.
struct Meter {
    name: &'static str,
    used: f64,
    limit: Option<f64>,
    unit: Unit,
    broken: Limit,
}

impl Meter {
    fn show(&self, ui: &mut Ui, cx: &Cx, index: usize, parts: &str) {
        let theme = cx.theme;
        let broken = violation(cx, self.broken);
        let size = vec2(ui.available_width() - 4.0, 15.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let painter = ui.painter();
        let font = FontId::proportional(SMALL);
        painter.text(
            rect.left_center(),
            Align2::LEFT_CENTER,
            self.name,
            font.clone(),
            theme.weak,
        );
        let (text, colour) = match broken {
            Some(_) => (format!("{} {}", icon::WARNING, self.text()), theme.worse),
            None => (self.text(), theme.text),
        };
        let text = painter.text(rect.right_center(), Align2::RIGHT_CENTER, text, font, colour);
        if let Some(limit) = self.limit {
            let range = rect.left() + NAME_WIDTH..=text.left() - 8.0;
            let bar = Rect::from_x_y_ranges(range, rect.center().y - 3.5..=rect.center().y + 3.5);
            let share = (self.used / limit) as f32;
            widgets::paint_meter(painter, theme, bar, share, theme.device(index));
        }
        let words = format!("{} of {}: {}", self.name, Theme::letter(index), self.text());
        response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &words));
        response.on_hover_ui(|ui| {
            ui.label(broken.unwrap_or(parts));
            if broken.is_some() {
                ui.label(small(theme, parts));
            }
        });
    }

    /// `1.42 / 2.00 MB`, or the use alone where there is no limit.
    fn text(&self) -> String {
        let used = self.unit.print(self.used);
        match self.limit.map(|limit| self.unit.print(limit)) {
            None => used.to_string(),
            Some(limit) if limit.unit == used.unit => format!("{} / {limit}", used.number),
            Some(limit) => format!("{used} / {limit}"),
        }
    }
}
