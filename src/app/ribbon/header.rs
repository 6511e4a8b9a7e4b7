//! The ribbon's head: what the bars show, what the curve says, the order of layers.

use super::columns::Columns;
use super::curve;
use crate::app::picker::choose;
use crate::app::session::{RibbonQuantity, Selection};
use crate::app::{Command, Cx, words};
use crate::explore::Objective;
use crate::network::ScheduleKind;
use crate::project::Action;
use crate::units::Unit;
use egui::{Align, Label, Layout, RichText, TextStyle, Ui};

/// Width from which on the sentence also says where the cut is now.
const ROOM_FOR_BOTH: f32 = 440.0;

/// Draws the head.
pub fn ui(ui: &mut Ui, cx: &mut Cx, columns: Option<&Columns>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Cut ribbon").text_style(TextStyle::Heading));
        let quantities = [
            (RibbonQuantity::Latency, "latency per layer"),
            (RibbonQuantity::Energy, "energy per layer"),
        ];
        if let Some(chosen) = choose(ui, cx.theme, "bars", cx.session.ribbon, &quantities) {
            cx.session.ribbon = chosen;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let orders = [
                (ScheduleKind::LeastCrossing, "order: least crossing"),
                (ScheduleKind::LevelOrder, "order: by level"),
                (ScheduleKind::FileOrder, "order: as in the file"),
            ];
            if let Some(kind) = choose(ui, cx.theme, "order", cx.document.schedule, &orders) {
                cx.edit(Action::SetSchedule(kind));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let names = Objective::ALL.map(|objective| format!("objective: {}", objective.name()));
                let objectives: Vec<_> = Objective::ALL
                    .into_iter()
                    .zip(names.iter().map(String::as_str))
                    .collect();
                if let Some(objective) = choose(ui, cx.theme, "objective", cx.session.objective, &objectives) {
                    cx.push(Command::Objective(objective));
                }
                if let Some(text) = columns.and_then(|columns| sentence(ui, cx, columns)) {
                    ui.add(Label::new(RichText::new(text).color(cx.theme.weak)).truncate());
                }
            });
        });
    });
}

/// What there is to say about the cut in the hand, else about the selected one.
fn sentence(ui: &Ui, cx: &Cx, columns: &Columns) -> Option<String> {
    let place = |cut: usize| {
        let ideal = &cx.document.design.placements.get(cut)?.end;
        Some(words::boundary(cx.network, Some(&columns.schedule), ideal))
    };
    let Some(hand) = &cx.derived.hand else {
        let Some(Selection::Cut(cut)) = cx.session.selection else {
            return None;
        };
        return Some(format!("cut {} {}", cut + 1, place(cut)?));
    };
    let now = place(hand.cut)?;
    let Some((best, change)) = curve::best(hand, cx.session.objective) else {
        return Some(format!("now {now}"));
    };
    let sign = if change < 0.0 { "−" } else { "+" };
    let percent = Unit::Percent.format(change.abs());
    let best = words::position(cx.network, &columns.schedule, best);
    let scale = if curve::is_logarithmic(&hand.curve) {
        " (log curve)"
    } else {
        ""
    };
    let best = format!("best {sign}{percent} {best}{scale}");
    Some(if ui.available_width() < ROOM_FOR_BOTH {
        best
    } else {
        format!("{best} · now {now}")
    })
}
