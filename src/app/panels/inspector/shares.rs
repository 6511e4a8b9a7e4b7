//! Where the time and the energy of the design go: a stacked bar and its legend each.

use super::rows::title;
use crate::app::session::Selection;
use crate::app::{Command, Cx, Theme, theme, words};
use crate::design::{DeviceLoad, Evaluation, LinkLoad};
use crate::units::Unit;
use egui::{
    Align2, Color32, CornerRadius, FontId, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Height of the stacked bar.
const BAR: f32 = 16.0;
/// Height of a legend row.
const ROW: f32 = 18.0;
/// Room for the percentage at the right.
const PERCENT: f32 = 52.0;
/// Room for the value before it.
const VALUE: f32 = 62.0;

/// One part of a sum.
struct Share {
    name: String,
    hover: String,
    value: f64,
    hue: Color32,
    letter: Option<char>,
    selects: Selection,
}

/// A sum with its parts.
struct Sum<'a> {
    heading: &'a str,
    unit: Unit,
    total: f64,
    shares: Vec<Share>,
}

/// Draws both sums.
pub fn ui(ui: &mut Ui, cx: &mut Cx, evaluation: &Evaluation) {
    let time = shares(cx, evaluation, |d| d.compute_s, |l| l.transfer_s);
    section(ui, cx, "Where the time goes", Unit::Seconds, time);
    let energy = shares(cx, evaluation, |d| d.compute_j, |l| l.energy_j);
    section(ui, cx, "Where the energy goes", Unit::Joules, energy);
}

/// Devices and links in the order of the system, direct links last; those without a share are left out.
fn shares(
    cx: &Cx,
    evaluation: &Evaluation,
    of_device: impl Fn(&DeviceLoad) -> f64,
    of_link: impl Fn(&LinkLoad) -> f64,
) -> Vec<Share> {
    let system = &cx.document.system;
    let link = |index: usize| {
        let load = evaluation.links.get(index).filter(|_| index < system.link_count())?;
        Some(Share {
            name: words::link(system, index),
            hover: system.link(index).name.clone(),
            value: of_link(load),
            hue: cx.theme.link_hue(index),
            letter: None,
            selects: Selection::Link(index),
        })
    };
    let mut shares = Vec::new();
    let built = (0..).map_while(|device| cx.document.built(device));
    for (index, (load, device)) in evaluation.devices.iter().zip(built).enumerate() {
        let letter = Theme::letter(index);
        shares.push(Share {
            name: format!("{letter} compute"),
            hover: device.name.clone(),
            value: of_device(load),
            hue: cx.theme.device(index),
            letter: Some(letter),
            selects: Selection::Device(index),
        });
        if index < system.links.len() {
            shares.extend(link(index));
        }
    }
    shares.extend((system.links.len()..system.link_count()).filter_map(link));
    shares.retain(|share| share.value > 0.0);
    shares
}

fn section(ui: &mut Ui, cx: &mut Cx, heading: &str, unit: Unit, shares: Vec<Share>) {
    let total: f64 = shares.iter().map(|share| share.value).sum();
    if shares.is_empty() || !total.is_finite() {
        return;
    }
    let sum = Sum {
        heading,
        unit,
        total,
        shares,
    };
    title(ui, heading);
    // What was under the pointer in the last frame is marked in bar and legend alike.
    let id = ui.scope_id().with(heading);
    let marked = ui.data(|data| data.get_temp::<usize>(id));
    let in_bar = bar(ui, cx, &sum, marked);
    ui.add_space(3.0);
    let in_legend = ui.scope(|ui| legend(ui, cx, id, &sum, marked)).inner;
    ui.data_mut(|data| match in_bar.or(in_legend) {
        Some(index) => {
            data.insert_temp(id, index);
        }
        None => {
            data.remove::<usize>(id);
        }
    });
}

/// The stacked bar; returns the part under the pointer.
fn bar(ui: &mut Ui, cx: &mut Cx, sum: &Sum, marked: Option<usize>) -> Option<usize> {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, sum.heading));
    let gap = 1.0;
    let room = rect.width() - gap * (sum.shares.len() - 1) as f32;
    let radius = CornerRadius::same(2);
    let mut left = rect.left();
    let mut pointed = None;
    for (index, share) in sum.shares.iter().enumerate() {
        let width = (share.value / sum.total) as f32 * room;
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(width.max(1.0), rect.height()));
        left += width + gap;
        let painter = ui.painter();
        painter.rect_filled(part, radius, share.hue);
        if let Some(letter) = share.letter.filter(|_| width >= 18.0) {
            let font = theme::semibold(theme::SMALL);
            painter.text(part.center(), Align2::CENTER_CENTER, letter, font, Theme::on(share.hue));
        }
        if marked == Some(index) {
            let stroke = Stroke::new(1.5, cx.theme.text);
            painter.rect_stroke(part, radius, stroke, StrokeKind::Outside);
        }
        if response.hover_pos().is_some_and(|at| part.expand(0.5).contains(at)) {
            pointed = Some(index);
        }
    }
    if let Some(share) = pointed.filter(|_| response.clicked()).map(|i| &sum.shares[i]) {
        cx.push(Command::Select(Some(share.selects)));
    }
    pointed
}

/// The legend; returns the row under the pointer.
fn legend(ui: &mut Ui, cx: &mut Cx, id: Id, sum: &Sum, marked: Option<usize>) -> Option<usize> {
    ui.spacing_mut().item_spacing.y = 0.0;
    let font = FontId::proportional(theme::BODY);
    let mut pointed = None;
    for (index, share) in sum.shares.iter().enumerate() {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let response = ui.interact(rect, id.with(index), Sense::click());
        let painter = ui.painter();
        if marked == Some(index) {
            painter.rect_filled(rect.expand2(vec2(4.0, 0.0)), CornerRadius::same(2), cx.theme.card);
        }
        let swatch = Rect::from_center_size(rect.left_center() + vec2(5.0, 0.0), vec2(9.0, 9.0));
        painter.rect_filled(swatch, CornerRadius::same(2), share.hue);
        let (y, left, right) = (rect.center().y, rect.left() + 17.0, rect.right());
        let name = words::elide(ui, &share.name, &font, right - PERCENT - VALUE - left);
        let value = sum.unit.format(share.value);
        let percent = Unit::Percent.format(share.value / sum.total);
        let texts = [
            (left, Align2::LEFT_CENTER, &name, cx.theme.text),
            (right - PERCENT, Align2::RIGHT_CENTER, &value, cx.theme.text),
            (right, Align2::RIGHT_CENTER, &percent, cx.theme.weak),
        ];
        for (x, align, text, colour) in texts {
            painter.text(pos2(x, y), align, text, font.clone(), colour);
        }
        response.widget_info(|| {
            let text = format!("{}: {value}, {percent}", share.name);
            WidgetInfo::labeled(Role::Button, true, text)
        });
        if response.hovered() {
            pointed = Some(index);
        }
        if response.clicked() {
            cx.push(Command::Select(Some(share.selects)));
        }
        super::rows::copies(&response, cx, &value);
        response.on_hover_text(&share.hover);
    }
    pointed
}
