//! The Sweep tab: what becomes of the best design and of the one in the window while any number of the system is varied, or a map of the best
//! design over two numbers.
//!
//! The titles of the axes are the menus that choose. A strip above the plot names the best design of every region; hovering previews it in every
//! view, a click loads it. The present value is an upright line that can be dragged, which sets the number itself. Regions come from a worker and
//! do not depend on the present value, so that nothing is searched while it is dragged.

mod canvas;
mod caption;
mod chart;
mod grid;
mod knobs;
mod marker;
mod menus;
mod one;
mod pointed;
pub mod readout;
mod settings;
#[cfg(test)]
mod tests;
mod two;

use crate::app::command::{Command, MenuCommand};
use crate::app::plots::{frame, titles};
use crate::app::{Cx, icon, picker, widgets};
use crate::explore::sweep::{Map, Sweep};
use crate::project::export_sweep;
use canvas::Canvas;
use chart::View;
use egui::{Rect, Response, Role, Ui, WidgetInfo};
pub use settings::{SweepSettings, Wish};
use std::sync::Arc;
use titles::Title;

/// Height of the line below the plot.
const CAPTION: f32 = 18.0;
/// Room at the right for the half of the last tick's text that reaches beyond the frame.
const END: f32 = 24.0;
/// Room in the bar, that of the tabs included, from which on it tells what is best; else only a menu of the axis does.
const ROOM_FOR_BEST: f32 = 260.0;

/// What a sweep found.
#[derive(Debug, Clone, PartialEq)]
pub enum Swept {
    /// Over one number.
    One(Sweep),
    /// Over two.
    Two(Map),
}

/// What a view was fitted to.
struct Fitted {
    swept: Arc<Swept>,
    settings: SweepSettings,
    with_design: bool,
}

impl Fitted {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.swept, &other.swept)
            && self.settings == other.settings
            && self.with_design == other.with_design
    }
}

/// State of the Sweep tab between frames.
#[derive(Default)]
pub struct SweepTab {
    /// What the view was fitted to, and the view.
    view: Option<(Fitted, View)>,
    /// Whether the present value is in the hand.
    held: bool,
    places: Vec<(usize, Rect)>,
    frame: Option<Rect>,
}

impl SweepTab {
    /// Places on the screen of the regions in the strip, by index.
    pub fn places(&self) -> &[(usize, Rect)] {
        &self.places
    }

    /// The plot's frame on the screen in the last frame, if there was one.
    pub fn frame(&self) -> Option<Rect> {
        self.frame
    }

    /// The buttons of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export the sweep as CSV").clicked() {
            cx.push(Command::Menu(MenuCommand::ExportSweep));
        }
        let copy = "Copy the regions in words";
        if widgets::icon_button(ui, cx.theme, icon::COPY, copy).clicked()
            && let Some(Swept::One(sweep)) = cx.derived.sweep.as_deref()
        {
            let text = readout::regions(cx, sweep).join("\n");
            cx.push(Command::Copy(text));
        }
        if widgets::icon_button(ui, cx.theme, icon::FIT, "Show the whole range").clicked() {
            self.view = None;
        }
        if ui.available_width() > ROOM_FOR_BEST {
            let best_in = cx.session.sweep.best_in();
            let text = format!("best in {}", best_in.name());
            picker::menu(ui, cx.theme, "designs shown", &text, false, |ui| menus::best_in(ui, cx));
        }
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.places.clear();
        self.frame = None;
        let area = ui.available_rect_before_wrap();
        let Some(wish) = cx.session.sweep.wish(cx) else {
            return chart::message(ui, cx, area, "This system has no number that could be varied.");
        };
        cx.session.sweep_wish = Some(wish.clone());
        let swept = cx.derived.sweep.clone().filter(|swept| is_about(swept, &wish));
        let (rest, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let Some(swept) = swept else {
            chart::message(ui, cx, rest, &cx.derived.sweep_age.missing("the sweep"));
            return caption::line(ui, cx, caption, area.left() + 60.0, &wish, "", String::new());
        };
        let (frame, proof, objective, count) = match &*swept {
            Swept::One(sweep) => {
                let frame = self.one(ui, cx, rest, &wish, &swept, sweep);
                (frame, &sweep.proof, sweep.question.objective, sweep.regions.len())
            }
            Swept::Two(map) => {
                let frame = self.two(ui, cx, rest, &wish, &swept, map);
                (frame, &map.proof, map.question.objective, map.designs.len())
            }
        };
        let known = readout::proof(cx, proof, count);
        let hint = readout::proof_hint(cx, proof, objective);
        caption::line(ui, cx, caption, frame.left(), &wish, &known, hint);
    }

    /// The view of what is shown, fitted anew where that is something else than before, or where the design in the window has only now come
    /// into it; whether it was.
    fn fitted(&mut self, cx: &Cx<'_>, swept: &Arc<Swept>, fit: impl FnOnce() -> View) -> (View, bool) {
        let of = Fitted {
            swept: Arc::clone(swept),
            settings: cx.session.sweep.clone(),
            with_design: !cx.derived.along.is_empty(),
        };
        if let Some((known, view)) = &self.view
            && known.is_same(&of)
        {
            return (view.clone(), false);
        }
        let view = fit();
        self.view = Some((of, view.clone()));
        (view, true)
    }

    /// The frame with its axes, and the title of the vertical one.
    fn plot<'a>(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'a>,
        area: Rect,
        fitted: (View, bool),
        wish: &Wish,
    ) -> (Canvas<'a>, Response) {
        let (strip, plot_area) = area.split_left_right_at_x(area.left() + titles::STRIP);
        let plot_area = plot_area.with_max_x(plot_area.right() - END);
        let (View { axes, bounds }, refit) = fitted;
        let plot = frame::show(ui, "sweep plot", plot_area, &axes, refit.then_some(bounds), cx.theme);
        let frame = *plot.transform.frame();
        plot.response
            .widget_info(|| WidgetInfo::labeled(Role::Figure, true, "Sweep plot"));
        if plot.response.double_clicked() {
            self.view = None;
        }
        let strip = Rect::from_x_y_ranges(strip.x_range(), frame.y_range());
        let (name, text) = match &wish.second {
            Some((knob, range)) => {
                let name = knobs::name(&cx.document.system, knob);
                let log = if range.log { ", log" } else { "" };
                let text = format!("{name} ({}{log})", axes[1].symbol());
                (name, text)
            }
            None => (axes[1].name().to_owned(), axes[1].title()),
        };
        let caret = icon::CARET_DOWN;
        let title = Title {
            spoken: format!("vertical axis: {text}"),
            texts: vec![format!("{text} {caret}"), format!("{name} {caret}"), caret.to_owned()],
        };
        if let Some(response) = titles::vertical(ui, cx.theme, &title, strip) {
            menus::vertical(&response, cx, wish);
        }
        let canvas = Canvas {
            painter: ui.painter_at(frame),
            transform: plot.transform,
            axes,
            theme: cx.theme,
        };
        (canvas, plot.response)
    }
}

/// The sweep as a table, for a file, with the numbers of the design in the window if they are known; `None` while there is none.
pub fn csv(cx: &Cx<'_>, with_design: bool) -> Option<std::io::Result<String>> {
    let (network, view) = (&cx.document.network, cx.document.view);
    let table = match cx.derived.sweep.as_deref()? {
        Swept::One(sweep) => {
            let along = &cx.derived.along;
            let present = with_design.then_some((&cx.document.design, along.as_slice()));
            export_sweep::sweep(network, view, sweep, present)
        }
        Swept::Two(map) => export_sweep::map(network, view, map),
    };
    Some(table.csv())
}

/// Whether an answer is about the numbers and ranges of a wish; it may be one of an earlier system.
fn is_about(swept: &Swept, wish: &Wish) -> bool {
    match swept {
        Swept::One(sweep) => sweep.question == wish.question && wish.second.is_none(),
        Swept::Two(map) => {
            map.question == wish.question && wish.second.as_ref() == Some(&(map.knob.clone(), map.range))
        }
    }
}
