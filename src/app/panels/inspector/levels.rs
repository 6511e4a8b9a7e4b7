//! What the layers of the selected spatial accelerator need together: energy and accesses by level, stacked by operand, and the layers it
//! cannot run.

use super::rows::{note, title};
use crate::app::hatch::{self, Hatch};
use crate::app::{Command, Cx, Theme, icon, theme, words};
use crate::cost::spatial::Spatial;
use crate::cost::spatial::dim::{Operand, PerOperand};
use crate::cost::spatial::usage::Usage;
use crate::network::LayerId;
use crate::system::{Device, DeviceModel};
use crate::units::Unit;
use egui::{Align2, Color32, CornerRadius, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of a row.
const ROW: f32 = 18.0;
/// Height of a bar.
const BAR: f32 = 11.0;
/// Room for the value at the right.
const VALUE: f32 = 62.0;
/// Layers that cannot run shown by name.
const NAMED: usize = 8;

/// One bar.
struct Bar {
    name: String,
    /// By operand, or one part that belongs to none.
    parts: PerOperand<f64>,
    whole: f64,
}

impl Bar {
    fn total(&self) -> f64 {
        self.parts.iter().sum::<f64>() + self.whole
    }
}

/// Draws the sections of device `index`.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize, device: &Device) {
    unmappable(ui, cx, index);
    let DeviceModel::Spatial(model) = &device.model else {
        return;
    };
    let Some(usage) = usage(cx, index, model) else { return };
    let energies = energies(model, &usage);
    let accesses = usage
        .levels
        .iter()
        .zip(&model.architecture.levels)
        .map(|(level, memory)| Bar {
            name: memory.name.clone(),
            parts: level.words,
            whole: 0.0,
        });
    let accesses: Vec<Bar> = accesses.collect();
    section(ui, cx, index, "Energy by level", Unit::Joules, &energies);
    section(ui, cx, index, "Words accessed by level", Unit::Count, &accesses);
    let state = cx.derived.mappings;
    if state.are_first() {
        note(ui, state.words(), cx.theme.warning);
    }
}

/// Sums over the layers the design gives the device; `None` while costs are on their way or nothing runs there.
fn usage(cx: &Cx, index: usize, model: &Spatial) -> Option<Usage> {
    let layers = 0..cx.network.layers.len();
    let here = layers.filter(|&layer| cx.document.design.device_of(layer) == index);
    let costs: Vec<_> = here.filter_map(|layer| cx.cost(index, layer)?.ok()).collect();
    let details: Vec<_> = costs.iter().filter_map(|cost| cost.detail.as_deref()).collect();
    // While a table of an earlier architecture is shown, its levels may be others.
    let fits = details.iter().all(|detail| match detail {
        crate::cost::spatial::model::Detail::Array { found, .. } => {
            found.counted.levels.len() == model.architecture.levels.len()
        }
        _ => true,
    });
    (fits && !details.is_empty()).then(|| Usage::of(&model.architecture, details))
}

fn energies(model: &Spatial, usage: &Usage) -> Vec<Bar> {
    let levels = usage
        .levels
        .iter()
        .zip(&model.architecture.levels)
        .map(|(level, memory)| Bar {
            name: memory.name.clone(),
            parts: level.energy_j,
            whole: 0.0,
        });
    let others = [
        ("MAC units", usage.mac_energy_j),
        ("vector unit", usage.vector_energy_j),
        ("on-chip network", usage.network_energy_j),
        ("leakage", usage.leakage_j),
    ];
    let others = others
        .into_iter()
        .filter(|(_, energy)| *energy > 0.0)
        .map(|(name, energy)| Bar {
            name: name.to_owned(),
            parts: [0.0; 3],
            whole: energy,
        });
    levels.chain(others).collect()
}

/// What tells the operands apart: a shade and a pattern.
fn look(cx: &Cx, index: usize, operand: usize) -> (Color32, Hatch) {
    const HATCHES: [Hatch; 3] = [Hatch::None, Hatch::Rising, Hatch::Dots];
    (cx.theme.of_frame(cx.theme.device(index), operand), HATCHES[operand % 3])
}

fn section(ui: &mut Ui, cx: &mut Cx, index: usize, heading: &str, unit: Unit, bars: &[Bar]) {
    let most = bars.iter().map(Bar::total).fold(0.0, f64::max);
    if most <= 0.0 || !most.is_finite() {
        return;
    }
    title(ui, heading);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        legend(ui, cx, index);
        let font = FontId::proportional(theme::SMALL);
        let names = bars.iter().map(|bar| {
            let galley = ui
                .painter()
                .layout_no_wrap(bar.name.clone(), font.clone(), cx.theme.text);
            galley.size().x
        });
        let names = names.fold(0.0, f32::max).min(ui.available_width() * 0.36);
        let total: f64 = bars.iter().map(Bar::total).sum();
        for bar in bars {
            row(ui, cx, index, unit, bar, names, (most, total));
        }
    });
}

fn row(ui: &mut Ui, cx: &mut Cx, index: usize, unit: Unit, bar: &Bar, names: f32, (most, total): (f64, f64)) {
    let font = FontId::proportional(theme::SMALL);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let painter = ui.painter();
    let name = words::elide(ui, &bar.name, &font, names);
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        font.clone(),
        cx.theme.weak,
    );
    let value = unit.format(bar.total());
    painter.text(rect.right_center(), Align2::RIGHT_CENTER, &value, font, cx.theme.text);
    let (left, right) = (rect.left() + names + 8.0, rect.right() - VALUE);
    let scale = f64::from(right - left) / most;
    let mut at = left;
    let parts = bar
        .parts
        .iter()
        .enumerate()
        .map(|(operand, part)| (Some(operand), *part));
    for (operand, part) in parts.chain([(None, bar.whole)]) {
        let width = (part * scale) as f32;
        if width <= 0.0 {
            continue;
        }
        let part = Rect::from_min_max(
            pos2(at, rect.center().y - BAR / 2.0),
            pos2(at + width.max(1.0), rect.center().y + BAR / 2.0),
        );
        at += width;
        let (fill, hatch) = match operand {
            Some(operand) => look(cx, index, operand),
            None => (cx.theme.link, Hatch::None),
        };
        painter.rect_filled(part, CornerRadius::ZERO, fill);
        hatch.paint(&painter.with_clip_rect(part), part, 4.0, hatch::over(fill));
        if let Some(operand) = operand.filter(|_| width >= 14.0) {
            let letter = Operand::ALL[operand].letter();
            let font = theme::semibold(9.5);
            let back = Rect::from_center_size(part.center(), vec2(10.0, BAR));
            painter.rect_filled(back, CornerRadius::ZERO, fill);
            painter.text(part.center(), Align2::CENTER_CENTER, letter, font, Theme::on(fill));
        }
    }
    let operands = Operand::ALL.into_iter().zip(bar.parts).filter(|(_, part)| *part > 0.0);
    let operands: Vec<String> = operands
        .map(|(o, part)| format!("{} {}", o.word(), unit.format(part)))
        .collect();
    let share = Unit::Percent.format(bar.total() / total);
    let hover = match operands.is_empty() {
        true => format!("{}: {value}, {share}", bar.name),
        false => format!("{}: {value}, {share}; {}", bar.name, operands.join(", ")),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &hover));
    super::rows::copies(&response, cx, &value);
    response.on_hover_text(hover);
}

/// What shades, patterns and letters mean.
fn legend(ui: &mut Ui, cx: &Cx, index: usize) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let font = FontId::proportional(theme::SMALL);
    let mut at = rect.left();
    for operand in Operand::ALL {
        let (fill, hatch) = look(cx, index, operand.index());
        let swatch = Rect::from_center_size(pos2(at + 5.5, rect.center().y), vec2(11.0, 11.0));
        let painter = ui.painter();
        painter.rect_filled(swatch, CornerRadius::ZERO, fill);
        hatch.paint(&painter.with_clip_rect(swatch), swatch, 4.0, hatch::over(fill));
        let text = format!("{} {}", operand.letter(), operand.word());
        let place = pos2(at + 16.0, rect.center().y);
        let drawn = painter.text(place, Align2::LEFT_CENTER, text, font.clone(), cx.theme.weak);
        at = drawn.right() + 12.0;
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "W weights, I inputs, O outputs"));
}

/// Layers of the network that the device cannot run, with the reason; a click selects one.
fn unmappable(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let layers = 0..cx.network.layers.len();
    let failed = layers.filter_map(|layer| Some((layer, cx.cost(index, layer)?.err()?.reason.clone())));
    let failed: Vec<(LayerId, String)> = failed.collect();
    if failed.is_empty() {
        return;
    }
    let all = cx.network.layers.len();
    title(ui, &format!("Cannot run {} of {all} layers", failed.len()));
    for (layer, reason) in failed.iter().take(NAMED) {
        let here = cx.document.design.device_of(*layer) == index;
        let colour = if here { cx.theme.worse } else { cx.theme.weak };
        let text = egui::RichText::new(format!("{} {reason}", icon::WARNING))
            .size(theme::SMALL)
            .color(colour);
        let label = egui::Label::new(text)
            .wrap_mode(egui::TextWrapMode::Wrap)
            .sense(Sense::click());
        let response = ui.add(label).on_hover_text("Select the layer");
        if response.clicked() {
            cx.push(Command::FocusLayer(*layer));
        }
    }
    if let Some(more) = failed.len().checked_sub(NAMED).filter(|&more| more > 0) {
        note(ui, &format!("and {more} more"), cx.theme.weak);
    }
}
