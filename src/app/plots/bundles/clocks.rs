//! What clocks trade: latency against energy at every clock, of the whole schedule or of one run of blocks on a device.

use super::chart::{Chart, Shown, extent};
use super::settings::edit;
use super::{message, readout};
use crate::app::plots::canvas::Canvas;
use crate::app::plots::labels::Labels;
use crate::app::workers::BundlesAnswer;
use crate::app::{Cx, picker, theme};
use crate::project::bundling::Solved;
use crate::system::{Device, DeviceModel};
use crate::units::Unit;
use egui::epaint::PathShape;
use egui::{CursorIcon, FontId, Pos2, Rect, Response, Role, Stroke, Ui, UiBuilder, WidgetInfo};

/// Height of the menus above.
const HEAD: f32 = 24.0;
/// Radius of a clock.
const DOT: f32 = 4.5;
/// Distance within which one is meant by the pointer.
const REACH: f32 = 12.0;

/// A clock with its latency, energy and words.
struct Point {
    clock_hz: u64,
    latency_s: f64,
    energy_j: f64,
    words: String,
}

/// State of the plot between frames.
#[derive(Default)]
pub struct ClockPlot {
    chart: Chart,
    dots: Vec<(u64, Pos2)>,
}

impl ClockPlot {
    /// Clocks with their places on the screen in the last frame.
    pub fn dots(&self) -> &[(u64, Pos2)] {
        &self.dots
    }

    /// Forgets where things were in the last frame.
    pub fn forget(&mut self) {
        self.dots.clear();
    }

    /// Draws the view.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, answer: &BundlesAnswer, solved: &Solved) {
        let (head, rest) = area.split_top_bottom_at_y(area.top() + HEAD);
        let devices = &solved.stated.profiled;
        let of_schedule = cx.session.bundles.clocks_of_schedule;
        let last = devices.len().saturating_sub(1);
        let machine = if of_schedule {
            0
        } else {
            cx.session.bundles.machine.min(last)
        };
        ui.scope_builder(UiBuilder::new().id_salt("clock menus").max_rect(head), |ui| {
            ui.horizontal(|ui| menus(ui, cx, solved, machine));
        });
        let points = match of_schedule {
            true => of_schedules(answer, solved),
            false => of_bundle(cx, solved, machine),
        };
        let name = devices.get(machine).map_or("", |device| device.name.as_str());
        if points.is_empty() {
            let text = match of_schedule && answer.by_clock.is_empty() && has_clocks(solved, machine) {
                true => "the clocks are being computed…".to_owned(),
                false if !has_clocks(solved, machine) => {
                    format!("{name} was measured without clocks: there is nothing to choose.")
                }
                false => format!("Nothing that keeps the rules was measured with its energy at any clock of {name}."),
            };
            return message(ui, cx, rest, &text);
        }
        let sides = [
            (
                "latency",
                Unit::Seconds,
                extent(points.iter().map(|p| p.latency_s)).unwrap_or([0.0, 1.0]),
            ),
            (
                "edge energy",
                Unit::Joules,
                extent(points.iter().map(|p| p.energy_j)).unwrap_or([0.0, 1.0]),
            ),
        ];
        let notes = match of_schedule {
            true => [
                format!("a click locks {name} to a clock"),
                "a click locks it".to_owned(),
            ],
            false => [
                format!("a click sets the clock of {name}"),
                "a click sets it".to_owned(),
            ],
        };
        let wish = Shown {
            id: "bundles clocks",
            sides,
            hold: false,
            aims_left: true,
            notes: &notes,
        };
        let (canvas, response) = self.chart.show(ui, cx, rest, &wish);
        let present = match of_schedule {
            true => cx.document.bundling.clock_hz,
            false => present(cx, solved, machine),
        };
        self.draw(cx, &canvas, &points, present);
        let hit = self.pointed(&response, &canvas);
        let hit = hit.and_then(|clock| points.iter().find(|point| point.clock_hz == clock));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Clocks");
            info.current_text_value = hit.map(|point| point.words.clone());
            info
        });
        if let Some(point) = hit {
            ui.set_cursor_icon(CursorIcon::PointingHand);
            if response.clicked() {
                match of_schedule {
                    // A second click gives the clock free again.
                    true => edit(cx, |bundling| {
                        bundling.clock_hz = (present != Some(point.clock_hz)).then_some(point.clock_hz);
                    }),
                    false => set_clock(cx, solved, machine, point.clock_hz),
                }
            }
            let words = point.words.clone();
            response.on_hover_ui_at_pointer(|ui| {
                ui.label(words);
            });
        }
    }

    fn draw(&mut self, cx: &Cx<'_>, canvas: &Canvas<'_>, points: &[Point], present: Option<u64>) {
        let placed = points
            .iter()
            .filter_map(|point| Some((point.clock_hz, canvas.at(point.latency_s, point.energy_j)?)));
        self.dots.extend(placed);
        let line: Vec<Pos2> = self.dots.iter().map(|(_, at)| *at).collect();
        let stroke = Stroke::new(1.5, cx.theme.accent.gamma_multiply(0.5));
        canvas.painter.add(PathShape::line(line.clone(), stroke));
        let mut labels = Labels::new(canvas.frame(), line.clone()).of_own_dots(&line);
        for (clock, at) in &self.dots {
            canvas.painter.circle_filled(*at, DOT, cx.theme.accent);
            if present == Some(*clock) {
                canvas
                    .painter
                    .circle_stroke(*at, DOT + 3.0, Stroke::new(2.0, cx.theme.text));
            }
        }
        for (clock, at) in &self.dots {
            let font = FontId::proportional(theme::SMALL);
            let galley = canvas
                .painter
                .layout_no_wrap(readout::clock(*clock), font, cx.theme.text);
            if let Some(place) = labels.place(*at, DOT + 2.0, galley.size()) {
                let ground = cx.theme.background.gamma_multiply(0.75);
                canvas.painter.rect_filled(place.expand(1.0), 2, ground);
                canvas.painter.galley(place.min, galley, cx.theme.text);
            }
        }
    }

    fn pointed(&self, response: &Response, canvas: &Canvas<'_>) -> Option<u64> {
        let at = response.hover_pos().filter(|at| canvas.frame().contains(*at))?;
        let near = self.dots.iter().filter(|(_, place)| place.distance(at) <= REACH);
        near.min_by(|a, b| a.1.distance(at).total_cmp(&b.1.distance(at)))
            .map(|(clock, _)| *clock)
    }
}

fn has_clocks(solved: &Solved, machine: usize) -> bool {
    let device = solved.stated.profiled.get(machine);
    device.is_some_and(|device| device.clocks.iter().any(Option::is_some))
}

/// The best schedule at every clock of the edge.
fn of_schedules(answer: &BundlesAnswer, solved: &Solved) -> Vec<Point> {
    if !solved.stated.problem.knows_energy() {
        return Vec::new();
    }
    let points = answer.by_clock.iter().filter_map(|(clock_hz, plan)| {
        let plan = plan.as_ref()?;
        Some(Point {
            clock_hz: *clock_hz,
            latency_s: plan.latency_s(),
            energy_j: plan.energy_j(),
            words: format!("{}\n{}", readout::words(solved, plan), readout::numbers(solved, plan)),
        })
    });
    points.collect()
}

/// A run of blocks as one bundle at every clock of a device.
fn of_bundle(cx: &Cx<'_>, solved: &Solved, machine: usize) -> Vec<Point> {
    let Some(device) = solved.stated.profiled.get(machine) else {
        return Vec::new();
    };
    let (first, last) = span(cx, solved);
    let costs = device.table.at(first, last).iter().filter_map(|cost| {
        let (clock_hz, energy_j) = (cost.clock_hz?, cost.energy_j?);
        let bundle = solved.stated.blocks.words(first, last);
        let numbers = format!(
            "{}, {}",
            Unit::Seconds.format(cost.latency_s),
            Unit::Joules.format(energy_j)
        );
        let estimated = if cost.estimated { " (estimated)" } else { "" };
        Some(Point {
            clock_hz,
            latency_s: cost.latency_s,
            energy_j,
            words: format!("{bundle} at {}: {numbers}{estimated}", readout::clock(clock_hz)),
        })
    });
    costs.collect()
}

/// The blocks that are looked at.
fn span(cx: &Cx<'_>, solved: &Solved) -> (usize, usize) {
    let end = solved.stated.blocks.len().saturating_sub(1);
    let (first, last) = cx.session.bundles.span.unwrap_or((0, end));
    (first.min(end), last.clamp(first.min(end), end))
}

fn menus(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved, machine: usize) {
    let whats = [(true, "the best schedule"), (false, "one bundle")];
    let of_schedule = cx.session.bundles.clocks_of_schedule;
    if let Some(what) = picker::choose(ui, cx.theme, "clocks of", of_schedule, &whats) {
        cx.session.bundles.clocks_of_schedule = what;
    }
    if of_schedule {
        return;
    }
    let names = solved.stated.profiled.iter().enumerate();
    let names: Vec<(usize, &str)> = names.map(|(index, device)| (index, device.name.as_str())).collect();
    if let Some(machine) = picker::choose(ui, cx.theme, "device", machine, &names) {
        cx.session.bundles.machine = machine;
    }
    let (first, last) = span(cx, solved);
    let blocks: Vec<(usize, &str)> = solved
        .stated
        .blocks
        .names()
        .iter()
        .map(String::as_str)
        .enumerate()
        .collect();
    let mut ends = (first, last);
    if let Some(chosen) = picker::choose(ui, cx.theme, "from", first, &blocks) {
        ends = (chosen, last.max(chosen));
    }
    if let Some(chosen) = picker::choose(ui, cx.theme, "to", last, &blocks) {
        ends = (first.min(chosen), chosen);
    }
    if ends != (first, last) {
        cx.session.bundles.span = Some(ends);
    }
}

/// The clock the device has in the document.
fn present(cx: &Cx<'_>, solved: &Solved, machine: usize) -> Option<u64> {
    let device = cx.document.built(*solved.stated.devices.get(machine)?)?;
    match &device.model {
        DeviceModel::Profile(profile) => profile.clock_hz,
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Spatial(_) => None,
    }
}

fn set_clock(cx: &mut Cx<'_>, solved: &Solved, machine: usize, clock_hz: u64) {
    let Some(&index) = solved.stated.devices.get(machine) else {
        return;
    };
    let Some(device) = cx.document.built(index) else { return };
    let DeviceModel::Profile(profile) = &device.model else {
        return;
    };
    let mut profile = profile.clone();
    profile.clock_hz = Some(clock_hz);
    let device = Device {
        model: DeviceModel::Profile(profile),
        ..device.clone()
    };
    cx.edit(cx.document.rebuild(index, device));
}
