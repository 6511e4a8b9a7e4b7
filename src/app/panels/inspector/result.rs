//! The headline numbers of the design, what they were before or on a pinned design, and the limits it breaks.

use super::front;
use super::rows::{card, note, sentence, title};
use crate::app::panels::why::{self, Headline};
use crate::app::{Cx, icon, picker, theme};
use crate::project::{Action, Metrics, Pin};
use crate::units::Unit;
use egui::{Align, Align2, Button, FontId, Layout, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of a headline row.
const ROW: f32 = 29.0;
/// Room for the changes behind the numbers.
const CHANGE: f32 = 78.0;
/// Below this width numbers and changes are set smaller.
const NARROW: f32 = 240.0;

/// What the numbers are compared with.
struct Against {
    /// `P1`, or when it was.
    name: String,
    metrics: Metrics,
}

/// Draws the section.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    let against = against(cx);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Result").font(theme::semibold(theme::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            pins(ui, cx, against.as_ref());
        });
    });
    let Some(evaluation) = &cx.derived.evaluation else {
        ui.label(RichText::new("computing…").color(cx.theme.weak));
        return;
    };
    let now = Metrics::from(evaluation);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for headline in Headline::ALL {
            row(ui, cx, headline, &now, against.as_ref());
        }
        front_row(ui, cx);
    });
    let mappings = cx.derived.mappings;
    if mappings.are_first() {
        note(ui, &format!("{} {}", icon::WARNING, mappings.words()), cx.theme.warning);
    }
    if !evaluation.violations.is_empty() {
        title(ui, "Broken limits");
    }
    for violation in &evaluation.violations {
        card(ui, cx.theme.worse, |ui| {
            let text = format!("{} {}", icon::WARNING, violation.text);
            sentence(ui, &text, cx.theme.worse);
        });
    }
}

/// The design before the drag while a cut is held, else the chosen pin (the newest, if none was chosen).
fn against(cx: &Cx) -> Option<Against> {
    if let Some(hand) = &cx.derived.hand {
        return Some(Against {
            name: "before the drag".to_owned(),
            metrics: Metrics::from(hand.before_evaluation.as_ref()?),
        });
    }
    let pins = &cx.document.pins;
    let chosen = pins.iter().find(|pin| cx.session.against.as_ref() == Some(&pin.name));
    let pin = chosen.or(pins.last())?;
    Some(Against {
        name: format!("against {}", pin.name),
        metrics: pin.metrics,
    })
}

/// The button that pins, and the menu of pins.
fn pins(ui: &mut Ui, cx: &mut Cx, against: Option<&Against>) {
    let document = cx.document;
    if let Some(against) = against {
        picker::menu(ui, cx.theme, "compare", &against.name, false, |ui| {
            for (index, pin) in document.pins.iter().enumerate() {
                pin_row(ui, cx, index, pin, against);
            }
        });
    }
    let text = match document.pins.is_empty() && against.is_none() {
        true => format!("{} pin this design", icon::PIN),
        false => icon::PIN.to_owned(),
    };
    let text = RichText::new(text).color(cx.theme.weak);
    let pin = ui.add(Button::new(text).frame_when_inactive(false));
    pin.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Pin this design"));
    if pin
        .on_hover_text("Pin this design: compare the next ones with it")
        .clicked()
    {
        cx.edit(Action::Pin);
        cx.session.against = None;
    }
}

/// A pin to compare with or to forget.
fn pin_row(ui: &mut Ui, cx: &mut Cx, index: usize, pin: &Pin, against: &Against) {
    ui.horizontal(|ui| {
        let latency = Unit::Seconds.format(pin.metrics.latency_s);
        let energy = Unit::Joules.format(pin.metrics.energy_j);
        let is_chosen = against.name.ends_with(&format!(" {}", pin.name));
        let text = format!("{}   {latency}   {energy}", pin.name);
        if ui.selectable_label(is_chosen, text).clicked() {
            cx.session.against = Some(pin.name.clone());
            ui.close();
        }
        let forget = ui.small_button(icon::UNPIN);
        let name = format!("Forget {}", pin.name);
        forget.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if forget.on_hover_text(&name).clicked() {
            cx.edit(Action::Unpin(index));
            ui.close();
        }
    });
}

/// One headline: name, number (a button that tells why) and change.
fn row(ui: &mut Ui, cx: &mut Cx, headline: Headline, now: &Metrics, against: Option<&Against>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let (name, unit, value) = (headline.name(), headline.unit(), headline.value(now));
    let start = paint_name(ui, cx, rect, name);
    let end = rect.right() - change_width(rect);
    let place = Rect::from_min_max(pos2(start, rect.top()), pos2(end, rect.bottom()));
    let size = if rect.width() < NARROW {
        theme::TITLE + 1.0
    } else {
        theme::HEADLINE
    };
    why::number(ui, cx, place, headline, value, size);
    let Some(against) = against else { return };
    let before = headline.value(&against.metrics);
    let font = change_font(rect);
    let text = change(unit, value, before);
    ui.painter()
        .text(rect.right_center(), Align2::RIGHT_CENTER, text, font, cx.theme.text);
    let place = Rect::from_min_max(pos2(end, rect.top()), rect.max);
    let response = ui.interact(place, ui.scope_id().with((name, "change")), Sense::hover());
    let share = value / before - 1.0;
    let sign = if share < 0.0 { "−" } else { "+" };
    let (before, share) = (unit.format(before), Unit::Percent.format(share.abs()));
    response.on_hover_text(format!("{name} {}: {before} ({sign}{share})", against.name));
}

fn change_width(rect: Rect) -> f32 {
    if rect.width() < NARROW { CHANGE - 10.0 } else { CHANGE }
}

fn change_font(rect: Rect) -> FontId {
    let is_narrow = rect.width() < NARROW;
    FontId::proportional(if is_narrow { theme::SMALL } else { theme::SMALL + 1.0 })
}

/// A change with arrow and sign.
fn change(unit: Unit, now: f64, before: f64) -> String {
    let delta = now - before;
    // What differs by rounding alone has not changed.
    if now == before || delta.abs() <= 1e-12 * before.abs() {
        return "= 0".to_owned();
    }
    let (arrow, sign) = if delta > 0.0 { ("▲", "+") } else { ("▼", "−") };
    format!("{arrow} {sign}{}", unit.format(delta.abs()))
}

/// Paints a row's name and returns where it ends.
fn paint_name(ui: &Ui, cx: &Cx, rect: Rect, name: &str) -> f32 {
    let font = FontId::proportional(theme::BODY);
    let drawn = ui
        .painter()
        .text(rect.left_center(), Align2::LEFT_CENTER, name, font, cx.theme.weak);
    drawn.right()
}

/// Whether the design is on the front, else how far from it.
fn front_row(ui: &mut Ui, cx: &Cx) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    paint_name(ui, cx, rect, "on the front");
    let verdict = front::verdict(cx);
    let spoken = format!(
        "on the front: {}, {}. {}",
        verdict.answer, verdict.aside, verdict.sentence
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let end = pos2(rect.right() - change_width(rect), rect.center().y);
    let painter = ui.painter();
    let font = theme::semibold(theme::TITLE);
    painter.text(end, Align2::RIGHT_CENTER, verdict.answer, font, cx.theme.text);
    let font = change_font(rect);
    painter.text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        verdict.aside,
        font,
        cx.theme.weak,
    );
    if !verdict.sentence.is_empty() {
        response.on_hover_text(verdict.sentence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_carry_arrow_and_sign() {
        assert_eq!(change(Unit::Seconds, 0.025, 0.027), "▼ −2.00 ms");
        assert_eq!(change(Unit::Joules, 0.003, 0.002), "▲ +1.00 mJ");
        assert_eq!(change(Unit::Bytes, 5.0, 5.0), "= 0");
        assert_eq!(change(Unit::PerSecond, f64::INFINITY, f64::INFINITY), "= 0");
    }
}
