//! What the front is explored for, in order of priority, and the one objective that curve and Optimise look at.

use super::{heading, is_narrow, search};
use crate::app::input::{chip, dropdown, small};
use crate::app::{Command, Cx, MenuCommand};
use crate::explore::{Objective, Search};
use crate::project::Action;
use egui::{Align, Button, Layout, Popup, Role, Stroke, Ui, WidgetInfo, vec2};

/// What a chip does.
const HELP: &str = "A click puts it in or takes it out. The number is its rank: the first two are the axes of the Pareto \
                    plot, the third the area of its dots. A right click changes the rank.";

/// Draws the section, with how the search goes about it folded into its head.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    let mut unfolded = false;
    ui.horizontal(|ui| {
        heading(ui, "Objectives");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            unfolded = search::head(ui, cx);
        });
    });
    let gap = 4.0;
    let in_a_row = if is_narrow(ui) { 2 } else { 3 };
    let width = (ui.available_width() - gap * (in_a_row - 1) as f32) / in_a_row as f32;
    for some in Objective::ALL.chunks(in_a_row) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            ui.spacing_mut().button_padding.x = 1.0;
            for &objective in some {
                objective_chip(ui, cx, objective, width);
            }
        });
    }
    if unfolded {
        search::ui(ui, cx);
    }
}

/// What stands on a chip; its tooltip and screen readers say the whole name.
fn short(objective: Objective) -> &'static str {
    match objective {
        Objective::Memory => "memory",
        Objective::LinkBytes => "traffic",
        _ => objective.name(),
    }
}

/// One objective: in the search with its rank, or not.
fn objective_chip(ui: &mut Ui, cx: &mut Cx, objective: Objective, width: f32) {
    let search = &cx.document.search;
    let rank = search.objectives.iter().position(|&o| o == objective);
    let name = objective.name();
    let text = match rank {
        Some(rank) => format!("{} {}", rank + 1, short(objective)),
        None => short(objective).to_owned(),
    };
    let chip = chip(ui, cx.theme, &text, rank.is_some(), width);
    chip.widget_info(|| WidgetInfo::selected(Role::Switch, true, rank.is_some(), format!("Objective: {name}")));
    if chip.clicked() {
        let toggled = toggled(search, objective);
        cx.edit(Action::SetSearch(toggled));
    }
    if let Some(rank) = rank {
        chip.context_menu(|ui| {
            let last = search.objectives.len() - 1;
            for (text, to) in [
                ("make it first", 0),
                ("one rank up", rank.saturating_sub(1)),
                ("one rank down", rank + 1),
            ] {
                let possible = to != rank && to <= last;
                if ui.add_enabled(possible, Button::new(text)).clicked() {
                    let moved = moved(search, rank, to);
                    cx.edit(Action::SetSearch(moved));
                    ui.close();
                }
            }
        });
    }
    let only = rank.is_some() && search.objectives.len() == 1;
    chip.on_hover_text(if only {
        "A search needs one objective at least."
    } else {
        HELP
    });
}

/// The search with an objective put in at the end or taken out; the last one stays.
fn toggled(search: &Search, objective: Objective) -> Search {
    let mut search = search.clone();
    match search.objectives.iter().position(|&o| o == objective) {
        None => search.objectives.push(objective),
        Some(_) if search.objectives.len() == 1 => {}
        Some(rank) => drop(search.objectives.remove(rank)),
    }
    search
}

/// The search with an objective at another rank.
fn moved(search: &Search, from: usize, to: usize) -> Search {
    let mut search = search.clone();
    let objective = search.objectives.remove(from);
    search.objectives.insert(to, objective);
    search
}

/// The button that loads the best design, and which one objective it and the curve look at.
pub fn optimise(ui: &mut Ui, cx: &mut Cx) {
    let theme = cx.theme;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let button = Button::new("Optimise")
            .fill(theme.card)
            .stroke(Stroke::new(1.0, theme.grid));
        let button = ui.add_sized(vec2(84.0, 24.0), button);
        let words = "load the best design for this one objective that keeps every limit";
        if button.on_hover_text(words).clicked() {
            cx.push(Command::Menu(MenuCommand::Optimise));
        }
        ui.label(small(theme, "for"));
        let chosen = cx.session.objective;
        let width = ui.available_width();
        let choice = dropdown(ui, theme, "Objective of curve and Optimise", chosen.name(), width);
        Popup::menu(&choice).show(|ui| {
            for objective in Objective::ALL {
                if ui.selectable_label(objective == chosen, objective.name()).clicked() {
                    cx.push(Command::Objective(objective));
                }
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use Objective::{Area, Energy, Latency};

    #[test]
    fn objectives_keep_their_order_and_one_always_stays() {
        let both = Search::default();
        let three = toggled(&both, Area);
        assert_eq!(three.objectives, [Latency, Energy, Area]);
        assert_eq!(moved(&three, 2, 0).objectives, [Area, Latency, Energy]);
        let one = toggled(&toggled(&three, Latency), Energy);
        assert_eq!(one.objectives, [Area]);
        assert_eq!(toggled(&one, Area), one);
    }
}
