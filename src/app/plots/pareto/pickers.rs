//! The titles of the axes, which are also the menus that choose what the axes show.

use super::shown::Shown;
use crate::app::plots::axis::Axis;
use crate::app::plots::titles::{self, Title};
use crate::app::session::DotArea;
use crate::app::{Cx, theme};
use crate::explore::Objective;
use egui::{Popup, PopupCloseBehavior, Pos2, Rect, Response, RichText, Ui};

/// How the axes are called in words.
const NAMES: [&str; 2] = ["horizontal axis", "vertical axis"];

/// The title of the horizontal axis, from `start` to the right, at most to `end`; with the direction that is better where
/// there is room.
pub fn horizontal(ui: &Ui, cx: &mut Cx<'_>, shown: Shown, axis: &Axis, start: Pos2, end: f32) {
    let title = Title::of(axis, NAMES[0]);
    if let Some(response) = titles::horizontal(ui, cx.theme, &title, start, end) {
        menu(&response, cx, shown, 0);
    }
}

/// The title of the vertical axis, reading upwards in the middle of `strip`.
pub fn vertical(ui: &Ui, cx: &mut Cx<'_>, shown: Shown, axis: &Axis, strip: Rect) {
    let title = Title::of(axis, NAMES[1]);
    if let Some(response) = titles::vertical(ui, cx.theme, &title, strip) {
        menu(&response, cx, shown, 1);
    }
}

/// What an axis can show, and how.
fn menu(button: &Response, cx: &mut Cx<'_>, shown: Shown, side: usize) {
    Popup::menu(button).show(|ui| {
        for objective in Objective::ALL {
            let explored = cx.derived.front.as_ref();
            let explored = explored.is_some_and(|front| front.search.objectives.contains(&objective));
            let name = match explored {
                true => RichText::new(objective.name()),
                false => RichText::new(objective.name()).color(cx.theme.weak),
            };
            let choice = ui.selectable_label(shown.axes[side] == objective, name);
            let choice = choice.on_hover_text(match explored {
                true => "an objective of the search",
                false => "shown only: the search does not make it small",
            });
            if choice.clicked() {
                shown.choose(cx.session, side, objective);
                ui.close();
            }
        }
        ui.separator();
        let mut log = shown.log[side];
        if ui.checkbox(&mut log, "logarithmic").changed() {
            cx.session.log_axes[side] = log;
            ui.close();
        }
        if cx.session.axes != [None; 2] && ui.button("follow the objectives").clicked() {
            cx.session.axes = [None; 2];
            ui.close();
        }
    });
}

/// The menu “What the plot shows”, with more at its end.
pub fn switches(button: &Response, cx: &mut Cx<'_>, shown: Shown, more: impl FnOnce(&mut Ui)) {
    let menu = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| {
        for side in [0, 1] {
            let text = format!("log {}", shown.axes[side].name());
            let hint = format!("Logarithmic {}", NAMES[side]);
            ui.checkbox(&mut cx.session.log_axes[side], text).on_hover_text(hint);
        }
        let mut dominated = !cx.session.hide_dominated;
        let hint = "Show designs that others beat in every objective, and such that break a limit";
        ui.checkbox(&mut dominated, "dominated designs").on_hover_text(hint);
        cx.session.hide_dominated = !dominated;
        ui.separator();
        ui.label(
            RichText::new("area of the dots")
                .size(theme::SMALL)
                .color(cx.theme.weak),
        );
        let next = match shown.size.filter(|_| cx.session.dot_area == DotArea::Next) {
            Some(objective) => format!("next objective ({})", objective.name()),
            None => "next objective".to_owned(),
        };
        ui.radio_value(&mut cx.session.dot_area, DotArea::Next, next);
        ui.radio_value(&mut cx.session.dot_area, DotArea::Equal, "all equal");
        for objective in Objective::ALL.into_iter().filter(|o| !shown.axes.contains(o)) {
            let name = format!("area: {}", objective.name());
            ui.radio_value(&mut cx.session.dot_area, DotArea::Of(objective), name);
        }
        more(ui);
    });
}
