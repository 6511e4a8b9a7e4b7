//! Sweeps of budgets: the least of one quantity under evenly spaced budgets on the other, as steps.

use super::chart::{Chart, Shown, extent};
use super::settings::{Chosen, MOST_BUDGETS, key, shown};
use super::{keys, message, readout};
use crate::app::input::{integer_field, small};
use crate::app::plots::pareto::paint::staircase;
use crate::app::{Cx, picker};
use crate::explore::schedule::{Objective, Step};
use crate::project::bundling::Solved;
use crate::units::Unit;
use egui::epaint::PathShape;
use egui::{CursorIcon, Id, Pos2, Rect, Role, Stroke, Ui, UiBuilder, WidgetInfo, vec2};

/// Height of the menus above.
const HEAD: f32 = 24.0;
/// Radius of a budget.
const DOT: f32 = 3.0;
/// Distance within which one is meant by the pointer.
const REACH: f32 = 10.0;

/// State of the plot between frames.
#[derive(Default)]
pub struct StepPlot {
    chart: Chart,
    /// The budget the arrow keys stand on.
    cursor: Option<usize>,
    dots: Vec<(usize, Pos2)>,
}

impl StepPlot {
    /// Budgets with their places on the screen in the last frame.
    pub fn dots(&self) -> &[(usize, Pos2)] {
        &self.dots
    }

    /// Forgets where things were in the last frame.
    pub fn forget(&mut self) {
        self.dots.clear();
    }

    /// Draws the view.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rest: Rect, solved: &Solved) {
        if !solved.stated.problem.knows_energy() {
            let text = "The edge's energies were not measured, so there is no budget to sweep.";
            return message(ui, cx, rest, text);
        }
        let Some(sweeps) = &solved.sweeps else {
            return message(ui, cx, rest, "the sweep is being computed…");
        };
        let objective = cx.session.bundles.swept();
        let steps = sweeps.of(objective);
        let value = |step: &Step| {
            let plan = step.plan.as_ref()?;
            Some(match objective {
                Objective::Latency => plan.latency_s(),
                Objective::Energy => plan.energy_j(),
            })
        };
        let values = extent(steps.iter().filter_map(value));
        let budgets = extent(steps.iter().map(|step| step.at));
        let (Some(values), Some(budgets)) = (values, budgets) else {
            return message(ui, cx, rest, &readout::nothing(solved));
        };
        let sides = match objective {
            Objective::Latency => [
                ("budget on edge energy", Unit::Joules, budgets),
                ("least latency", Unit::Seconds, values),
            ],
            Objective::Energy => [
                ("budget on latency", Unit::Seconds, budgets),
                ("least edge energy", Unit::Joules, values),
            ],
        };
        let kept = steps.iter().filter(|step| step.plan.is_some()).count();
        let wish = Shown {
            id: "bundles sweep",
            sides,
            hold: false,
            aims_left: false,
            notes: &[
                format!("{kept} of {} budgets can be kept", steps.len()),
                format!("{kept} of {}", steps.len()),
            ],
        };
        let (canvas, response) = self.chart.show(ui, cx, rest, &wish);
        let placed = steps.iter().enumerate().filter_map(|(index, step)| {
            let at = canvas.at(step.at, value(step)?)?;
            Some((index, at))
        });
        self.dots.extend(placed);
        let line: Vec<Pos2> = self.dots.iter().map(|(_, at)| *at).collect();
        let stroke = Stroke::new(1.5, cx.theme.accent.gamma_multiply(0.8));
        canvas.painter.add(PathShape::line(staircase(&line), stroke));
        // The schedule that is told in words stands at one budget or at several.
        let told = shown(cx, solved).map(|(_, plan)| key(plan));
        for (index, at) in &self.dots {
            canvas.painter.circle_filled(*at, DOT, cx.theme.accent);
            let own = steps.get(*index).and_then(|step| step.plan.as_ref()).map(key);
            if own.is_some() && own == told {
                let ring = Stroke::new(1.5, cx.theme.accent);
                canvas.painter.circle_stroke(*at, DOT + 3.0, ring);
            }
        }
        let pointed = response.hover_pos().and_then(|pointer| {
            let near = self.dots.iter().filter(|(_, at)| at.distance(pointer) <= REACH);
            near.min_by(|a, b| a.1.distance(pointer).total_cmp(&b.1.distance(pointer)))
                .copied()
        });
        let stepped = keys::step(ui, &response, &mut self.cursor, self.dots.len());
        let stepped = stepped.and_then(|index| self.dots.get(index)).copied();
        keys::outline(ui, cx, &response);
        let meant = pointed.or(stepped);
        let words = |index: usize| {
            let step = steps.get(index)?;
            let plan = step.plan.as_ref()?;
            let unit = match objective {
                Objective::Latency => Unit::Joules,
                Objective::Energy => Unit::Seconds,
            };
            let numbers = readout::numbers(solved, plan);
            Some(format!(
                "within {}: {numbers}\n{}",
                unit.format(step.at),
                readout::words(solved, plan)
            ))
        };
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Sweep of budgets");
            info.current_text_value = meant.and_then(|(index, _)| words(index));
            info
        });
        let Some((index, at)) = meant else { return };
        canvas
            .painter
            .circle_stroke(at, DOT + 3.0, Stroke::new(1.5, cx.theme.text));
        if response.clicked()
            && let Some(plan) = steps.get(index).and_then(|step| step.plan.as_ref())
        {
            cx.session.bundles.chosen = Chosen::Front(key(plan));
        }
        if let Some(words) = words(index) {
            if pointed.is_some() {
                ui.set_cursor_icon(CursorIcon::PointingHand);
            }
            keys::tooltip(&response, pointed.is_none().then_some(at), |ui| {
                ui.label(words);
            });
        }
    }
}

/// What is swept, in a line above; what is left below.
pub fn head(ui: &mut Ui, cx: &mut Cx<'_>, area: Rect) -> Rect {
    let (head, rest) = area.split_top_bottom_at_y(area.top() + HEAD);
    ui.scope_builder(UiBuilder::new().id_salt("sweep menus").max_rect(head), |ui| {
        ui.horizontal(|ui| menus(ui, cx));
    });
    rest
}

fn menus(ui: &mut Ui, cx: &mut Cx<'_>) {
    let choices = [
        (false, "least latency by energy budget"),
        (true, "least energy by latency budget"),
    ];
    let current = cx.session.bundles.sweep_energy;
    if let Some(chosen) = picker::choose(ui, cx.theme, "sweep", current, &choices) {
        cx.session.bundles.sweep_energy = chosen;
    }
    let id = Id::unique("swept budgets");
    let count = cx.session.bundles.budgets as u64;
    ui.scope(|ui| {
        ui.set_max_size(vec2(56.0, HEAD));
        if let Some(count) = integer_field(ui, cx.theme, id, "Budgets", count, 2) {
            cx.session.bundles.budgets = usize::try_from(count).unwrap_or(MOST_BUDGETS).min(MOST_BUDGETS);
        }
    });
    ui.label(small(cx.theme, "budgets"));
}
