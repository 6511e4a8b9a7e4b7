//! The plot of the front: every dot is a schedule; baselines are named diamonds, the best within the budgets has a square, the one looked at
//! a ring.

use super::chart::{Chart, Shown, Side, extent};
use super::settings::{Chosen, key, subject};
use super::{budgets, keys, others, readout};
use crate::app::Cx;
use crate::app::plots::canvas::{Canvas, message};
use crate::app::plots::labels::Labels;
use crate::app::plots::pareto::paint::staircase;
use crate::app::theme;
use crate::app::workers::BundlesAnswer;
use crate::explore::schedule::{Engine, Plan};
use crate::project::bundling::Solved;
use crate::units::Unit;
use egui::epaint::PathShape;
use egui::{CursorIcon, FontId, Pos2, Rect, Response, Role, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

/// Distance in points within which a mark is meant by the pointer.
const REACH: f32 = 10.0;
/// Radius of a schedule.
const DOT: f32 = 3.5;
/// Baselines farther from the front than this many times its extent do not stretch the view.
const NEAR: f64 = 0.5;

/// A mark of the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Index into the front.
    Front(usize),
    /// Index into the baselines.
    Baseline(usize),
}

/// State of the plot between frames.
#[derive(Default)]
pub struct FrontPlot {
    chart: Chart,
    held: bool,
    /// The schedule the arrow keys stand on.
    cursor: Option<usize>,
    dots: Vec<(usize, Pos2)>,
    frame: Option<Rect>,
}

fn plan(solved: &Solved, mark: Mark) -> Option<&Plan> {
    match mark {
        Mark::Front(index) => solved.front.plans.get(index),
        Mark::Baseline(index) => solved.baselines.get(index)?.plan.as_ref(),
    }
}

impl FrontPlot {
    /// Schedules with their places on the screen in the last frame.
    pub fn dots(&self) -> &[(usize, Pos2)] {
        &self.dots
    }

    /// The plot's frame on the screen in the last frame.
    pub fn frame(&self) -> Option<Rect> {
        self.frame
    }

    /// Forgets where things were in the last frame.
    pub fn forget(&mut self) {
        self.dots.clear();
        self.frame = None;
    }

    /// Draws the plot.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, answer: &BundlesAnswer, solved: &Solved) {
        if !solved.stated.problem.knows_energy() {
            let text = "The edge's energies were not measured, so there is nothing to trade latency for. A power log read with its \
                        profile, or a profile with run energies, brings them.";
            return message(ui, cx, area, text);
        }
        let Some(sides) = sides(solved) else {
            return message(ui, cx, area, &readout::nothing(solved));
        };
        let wish = Shown {
            id: "bundles front",
            sides,
            hold: self.held,
            aims_left: true,
            notes: &notes(cx, answer, solved),
        };
        let (canvas, response) = self.chart.show(ui, cx, area, &wish);
        self.frame = Some(canvas.frame());
        budgets::shade(cx, &canvas);
        let marks = self.marks(&canvas, solved);
        draw(cx, &canvas, solved, &marks);
        self.held = budgets::show(ui, cx, &canvas);
        if !self.held {
            self.meant(ui, cx, &canvas, solved, &marks, &response);
        }
    }

    fn marks(&mut self, canvas: &Canvas<'_>, solved: &Solved) -> Vec<(Mark, Pos2)> {
        let baselines = (0..solved.baselines.len()).map(Mark::Baseline);
        let all = (0..solved.front.plans.len()).map(Mark::Front).chain(baselines);
        let placed = all.filter_map(|mark| {
            let plan = plan(solved, mark)?;
            Some((mark, canvas.at(plan.latency_s(), plan.energy_j())?))
        });
        let marks: Vec<(Mark, Pos2)> = placed.collect();
        self.dots.extend(marks.iter().filter_map(|(mark, at)| match mark {
            Mark::Front(index) => Some((*index, *at)),
            Mark::Baseline(_) => None,
        }));
        marks
    }

    /// What the pointer or the keyboard means: tooltip, and the choice by a click.
    fn meant(
        &mut self,
        ui: &Ui,
        cx: &mut Cx<'_>,
        canvas: &Canvas<'_>,
        solved: &Solved,
        marks: &[(Mark, Pos2)],
        response: &Response,
    ) {
        let pointer = response.hover_pos().filter(|at| canvas.frame().contains(*at));
        let near = |at: Pos2| {
            let within = marks.iter().filter(move |(_, place)| place.distance(at) <= REACH);
            within
                .min_by(|a, b| a.1.distance(at).total_cmp(&b.1.distance(at)))
                .copied()
        };
        let pointed = pointer.and_then(near);
        let stepped = keys::step(ui, response, &mut self.cursor, solved.front.plans.len());
        let stepped = stepped.and_then(|index| marks.iter().find(|(mark, _)| *mark == Mark::Front(index)).copied());
        let meant = pointed.or(stepped);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Front of schedules");
            let words = meant
                .and_then(|(mark, _)| plan(solved, mark))
                .map(|plan| readout::words(solved, plan));
            info.current_text_value = Some(words.unwrap_or_else(|| format!("{} schedules", solved.front.plans.len())));
            info
        });
        keys::outline(ui, cx, response);
        let Some((mark, at)) = meant else { return };
        let Some(plan) = plan(solved, mark) else { return };
        canvas
            .painter
            .circle_stroke(at, DOT + 2.5, Stroke::new(1.5, cx.theme.text));
        if pointed.is_some() {
            ui.set_cursor_icon(CursorIcon::PointingHand);
        }
        keys::tooltip(response, pointed.is_none().then_some(at), |ui| {
            if let Mark::Baseline(index) = mark {
                let name = solved
                    .baselines
                    .get(index)
                    .map_or("", |baseline| baseline.name.as_str());
                ui.label(egui::RichText::new(name).font(theme::semibold(theme::BODY)));
            }
            ui.label(readout::words(solved, plan));
            let parts = |unit, compute, transfer| readout::parts(unit, compute, transfer).join(" ");
            let latency = Unit::Seconds.format(plan.latency_s());
            let of_latency = parts(Unit::Seconds, plan.compute.latency_s, plan.transfer.latency_s);
            ui.label(format!("{latency}: {of_latency}"));
            let energy = Unit::Joules.format(plan.energy_j());
            let of_energy = parts(Unit::Joules, plan.compute.energy_j, plan.transfer.energy_j);
            ui.label(format!("{energy}: {of_energy}"));
        });
        if response.clicked() {
            cx.session.bundles.chosen = match mark {
                Mark::Front(_) => Chosen::Front(key(plan)),
                Mark::Baseline(index) => {
                    let name = solved.baselines.get(index).map(|baseline| baseline.name.clone());
                    name.map_or(Chosen::Best, Chosen::Baseline)
                }
            };
        }
    }
}

/// What both axes show: the front, and baselines as far as they lie near; `None` = there is no schedule at all.
fn sides(solved: &Solved) -> Option<[Side; 2]> {
    let side = |value: fn(&Plan) -> f64| {
        let others = || {
            solved
                .baselines
                .iter()
                .filter_map(|baseline| baseline.plan.as_ref())
                .map(value)
        };
        let [low, high] = extent(solved.front.plans.iter().map(value)).or_else(|| extent(others()))?;
        let reach = if high > low { (high - low) * NEAR } else { high };
        let near = others().filter(|value| *value <= high + reach);
        extent(near.chain([low, high]))
    };
    Some([
        ("latency", Unit::Seconds, side(Plan::latency_s)?),
        ("edge energy", Unit::Joules, side(Plan::energy_j)?),
    ])
}

fn notes(cx: &Cx<'_>, answer: &BundlesAnswer, solved: &Solved) -> [String; 3] {
    let count = solved.front.plans.len();
    let took = answer
        .took_s
        .map_or(String::new(), |took| format!(", {}", Unit::Seconds.format(took)));
    let plural = if count == 1 { "" } else { "s" };
    let age = cx.derived.bundles_age.few_words();
    match solved.front.engine {
        Engine::Labels => [
            format!("exact, {count} schedule{plural}{took}{age}"),
            format!("exact, {count} schedule{plural}"),
            format!("exact, {count}"),
        ],
        Engine::Programme => [
            format!("exact ends alone, too many schedules lie between{took}{age}"),
            format!("exact ends alone{age}"),
            "ends alone".to_owned(),
        ],
        Engine::Stopped => [
            format!("stopped: no schedules{age}"),
            "stopped".to_owned(),
            String::new(),
        ],
    }
}

fn draw(cx: &Cx<'_>, canvas: &Canvas<'_>, solved: &Solved, marks: &[(Mark, Pos2)]) {
    let (theme, painter) = (cx.theme, &canvas.painter);
    let dots: Vec<(usize, Pos2)> = marks
        .iter()
        .filter_map(|(mark, at)| match mark {
            Mark::Front(index) => Some((*index, *at)),
            Mark::Baseline(_) => None,
        })
        .collect();
    let line: Vec<Pos2> = dots.iter().map(|(_, at)| *at).collect();
    let stroke = Stroke::new(1.5, theme.accent.gamma_multiply(0.8));
    let steps = staircase(&line);
    painter.add(PathShape::line(steps.clone(), stroke));
    let mut labels = Labels::new(canvas.frame(), marks.iter().map(|(_, at)| *at).collect()).of_own_dots(&steps);
    for (mark, at) in marks {
        if let Mark::Baseline(_) = mark {
            diamond(canvas, *at);
        }
    }
    for (_, at) in &dots {
        painter.circle_filled(*at, DOT, theme.accent);
    }
    let best = solved.best(&cx.document.bundling);
    if let Some(at) = best.and_then(|best| line.get(best)) {
        let square = Rect::from_center_size(*at, Vec2::splat(15.0));
        painter.rect_stroke(square, 3, Stroke::new(2.0, theme.text), StrokeKind::Middle);
        label(canvas, &mut labels, *at, 8.0, "best", theme.text);
    }
    if let Some((knee, at)) = solved.knee().and_then(|knee| Some((knee, line.get(knee)?))) {
        for radius in [DOT + 2.5, DOT + 5.5] {
            painter.circle_stroke(*at, radius, Stroke::new(1.2, theme.accent));
        }
        if best != Some(knee) {
            label(canvas, &mut labels, *at, 9.0, "knee", theme.text);
        }
    }
    if cx.session.bundles.chosen != Chosen::Best
        && let Some((_, plan)) = subject(cx, solved)
        && let Some(at) = canvas.at(plan.latency_s(), plan.energy_j())
    {
        painter.circle_stroke(at, 8.0, Stroke::new(2.0, theme.text));
    }
    for (mark, at) in marks {
        if let Mark::Baseline(index) = mark
            && let Some(baseline) = solved.baselines.get(*index)
            && canvas.frame().contains(*at)
            // One for every clock: more than there is room for.
            && others::at_clock(baseline).is_none()
        {
            label(canvas, &mut labels, *at, 5.0, &baseline.name, theme.weak);
        }
    }
}

fn diamond(canvas: &Canvas<'_>, at: Pos2) {
    let corners = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|d| at + d);
    let stroke = Stroke::new(1.5, canvas.theme.text);
    let shape = PathShape::convex_polygon(corners.to_vec(), canvas.theme.link, stroke);
    canvas.painter.add(shape);
}

fn label(canvas: &Canvas<'_>, labels: &mut Labels, at: Pos2, radius: f32, text: &str, colour: egui::Color32) {
    let font = FontId::proportional(theme::SMALL);
    let galley = canvas.painter.layout_no_wrap(text.to_owned(), font, colour);
    if let Some(place) = labels.place(at, radius, galley.size()) {
        let ground = canvas.theme.background.gamma_multiply(0.75);
        canvas.painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2, ground);
        canvas.painter.galley(place.min, galley, colour);
    }
}
