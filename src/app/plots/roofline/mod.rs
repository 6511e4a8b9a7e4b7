//! The Roofline tab: a roof for each device, a dot for each layer, and the links as further slopes.
//!
//! Both axes are logarithmic. A layer stands at its MACs per byte moved and its MACs per second; its area is its time. A partition that waits
//! for a message is a letter in a ring at its MACs per byte sent ([`crate::design::feeds`]); a bar marks what the message brings data for, so
//! that a ring above its bar says that sending takes longer than computing. Dots are those of the design in the window, and so follow the hand,
//! or those of all layers on one device.

mod draw;
mod paint;
mod readout;
mod scene;
mod view;

use crate::app::plots::canvas::{Canvas, message};
use crate::app::plots::frame;
use crate::app::plots::titles::{self, Title};
use crate::app::session::{Part, Selection};
use crate::app::{Command, Cx, Theme, icon, picker, theme, widgets};
use crate::network::{ContentHash, LayerId};
use crate::project;
use draw::Placed;
use egui::{
    Align2, CursorIcon, EventFilter, FontId, Key, PointerButton, Pos2, Rect, Response, Role, Sense, StrokeKind,
    Tooltip, Ui, WidgetInfo, pos2, vec2,
};
use scene::{Meant, Scene};
use view::View;

/// Height of the line below the plot.
const CAPTION: f32 = 18.0;
/// Room at the right for the half of the last tick's text that reaches beyond the frame.
const END: f32 = 24.0;
/// Room for the title of the horizontal axis.
const ROOM_FOR_AXIS: f32 = 146.0;
/// Room in the bar, the tabs included, from which on names of devices are told.
const ROOM_FOR_NAMES: f32 = 300.0;

/// State of the Roofline tab between frames.
#[derive(Default)]
pub struct RooflineTab {
    /// What the plot was fitted to.
    fitted: Option<View>,
    /// Whether the user looks at another part since then.
    moved: bool,
    /// Network, view, system and number of devices that the plot was about.
    about: Option<(ContentHash, project::View, String, usize)>,
    /// The mark the arrow keys stand on.
    cursor: Option<usize>,
    dots: Vec<(LayerId, Pos2)>,
    rings: Vec<(usize, Pos2)>,
}

impl RooflineTab {
    /// Layers with their places on the screen in the last frame.
    pub fn dots(&self) -> &[(LayerId, Pos2)] {
        &self.dots
    }

    /// Placements that a message feeds with their places on the screen.
    pub fn rings(&self) -> &[(usize, Pos2)] {
        &self.rings
    }

    /// The choices of the tab's bar, right to left.
    pub fn bar(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if widgets::icon_button(ui, cx.theme, icon::FIT, "Show all layers (or double-click)").clicked() {
            self.moved = false;
            self.fitted = None;
        }
        let has_room = ui.available_width() > ROOM_FOR_NAMES;
        let devices = cx.document.system.devices.iter().enumerate();
        let names: Vec<(Option<usize>, String)> = std::iter::once((None, "this design".to_owned()))
            .chain(devices.map(|(index, device)| {
                let letter = Theme::letter(index);
                let name = format!("all on {letter} {}", device.name);
                let is_chosen = cx.session.all_on == Some(index);
                let short = is_chosen && !has_room;
                (Some(index), if short { format!("all on {letter}") } else { name })
            }))
            .collect();
        let choices: Vec<(Option<usize>, &str)> = names.iter().map(|(choice, name)| (*choice, name.as_str())).collect();
        if let Some(chosen) = picker::choose(ui, cx.theme, "layers of", scene::all_on(cx), &choices) {
            cx.session.all_on = chosen;
            self.moved = false;
        }
    }

    /// The tab's contents.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.dots.clear();
        self.rings.clear();
        let area = ui.available_rect_before_wrap();
        let Some(scene) = Scene::new(cx) else {
            return message(ui, cx, area, "The costs of the layers are being computed…");
        };
        let (rest, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let (strip, plot_area) = rest.split_left_right_at_x(area.left() + titles::STRIP);
        let plot_area = plot_area.with_max_x(plot_area.right() - END);
        let (canvas, response) = self.plot(ui, cx, plot_area, &scene);
        let frame = canvas.frame();
        let placed = Placed::new(&canvas, &scene);
        draw::draw(ui, &canvas, cx, &scene, &placed);
        if let Some(text) = readout::empty(cx, &scene) {
            message(ui, cx, frame, &text);
        }
        self.remember(&scene, &placed);
        self.meant(ui, cx, &canvas, &scene, &placed, &response);
        titles(ui, cx, &canvas, Rect::from_x_y_ranges(strip.x_range(), frame.y_range()));
        caption_line(ui, cx, caption, &canvas, &scene);
    }

    /// The frame with its axes. The view follows what there is to show until the user moves it; while a cut is in the hand it only grows, so that
    /// places can be compared.
    fn plot<'a>(&mut self, ui: &mut Ui, cx: &Cx<'a>, area: Rect, scene: &Scene) -> (Canvas<'a>, Response) {
        let (document, system) = (cx.document, &cx.document.system);
        let about = (
            cx.network.hash.clone(),
            document.view,
            system.name.clone(),
            system.devices.len(),
        );
        let about = Some(about);
        if self.about != about {
            self.about = about;
            self.moved = false;
        }
        let all = View::of(scene);
        let wanted = match (&self.fitted, cx.derived.hand.is_some()) {
            (Some(fitted), _) if self.moved => fitted.clone(),
            (Some(fitted), true) => fitted.union(&all),
            _ => all,
        };
        let refit = self.fitted.as_ref() != Some(&wanted);
        let bounds = refit.then(|| wanted.bounds());
        let plot = frame::show(ui, "roofline plot", area, &wanted.axes, bounds, cx.theme);
        let response = plot.response;
        let wheel = ui.input(|input| input.smooth_scroll_delta().y != 0.0 || input.zoom_delta() != 1.0);
        if response.dragged_by(PointerButton::Secondary) || response.contains_pointer() && wheel {
            self.moved = true;
        }
        let axes = wanted.axes.clone();
        self.fitted = Some(wanted);
        if response.double_clicked() {
            self.moved = false;
            self.fitted = None;
            ui.request_repaint();
        }
        let canvas = Canvas {
            painter: ui.painter_at(*plot.transform.frame()),
            transform: plot.transform,
            axes,
            theme: cx.theme,
        };
        (canvas, response)
    }

    fn remember(&mut self, scene: &Scene, placed: &Placed) {
        for (meant, at, _) in placed.all() {
            match meant {
                Meant::Dot(index) => self.dots.extend(scene.dots.get(index).map(|dot| (dot.layer, at))),
                Meant::Feed(index) => self
                    .rings
                    .extend(scene.feeds.get(index).map(|feed| (feed.placement, at))),
            }
        }
    }

    /// What the pointer or the keyboard means: tooltip, emphasis in every view, selection by a click.
    fn meant(
        &mut self,
        ui: &Ui,
        cx: &mut Cx<'_>,
        canvas: &Canvas<'_>,
        scene: &Scene,
        placed: &Placed,
        response: &Response,
    ) {
        let pointer = response.hover_pos().filter(|at| canvas.frame().contains(*at));
        let pointed = pointer.and_then(|at| placed.pick(at));
        let stepped = self.step(ui, response, scene);
        let meant = pointed.or(stepped);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Roofline plot");
            info.current_text_value = Some(readout::spoken(cx, scene, meant));
            info
        });
        if response.has_focus() {
            ui.painter()
                .rect_stroke(response.rect, 2, cx.theme.selection(), StrokeKind::Inside);
        }
        let Some(meant) = meant else { return };
        let Some((at, radius)) = placed.of(meant) else { return };
        draw_emphasis(canvas, at, radius);
        let here = placed.here(meant);
        let mut tooltip = Tooltip::for_widget(response);
        match pointed {
            Some(_) => {
                ui.set_cursor_icon(CursorIcon::PointingHand);
                tooltip = tooltip.at_pointer().gap(14.0);
            }
            None => tooltip.popup = tooltip.popup.at_position(at + vec2(14.0, 14.0)),
        }
        tooltip.show(|ui| readout::tooltip(ui, cx, scene, meant, &here));
        match meant {
            Meant::Dot(index) => cx.session.hovered_layer = scene.dots.get(index).map(|dot| dot.layer),
            Meant::Feed(index) => {
                let feed = scene.feeds.get(index);
                cx.session.hovered_part = feed.map(|feed| Part::Partition(feed.placement));
            }
        }
        if response.clicked() {
            let next = next_here(cx, scene, &here).map(Meant::Dot);
            let selection = scene.selects(cx, next.filter(|_| pointed.is_some()).unwrap_or(meant));
            cx.push(Command::Select(selection));
        }
    }

    /// Walks layers and then partitions with the arrow keys while the plot has the keyboard.
    fn step(&mut self, ui: &Ui, response: &Response, scene: &Scene) -> Option<Meant> {
        let marks: Vec<Meant> = scene.marks().collect();
        if !response.has_focus() || marks.is_empty() {
            self.cursor = None;
            return None;
        }
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let (left, right) = ui.input(|i| (i.num_presses(Key::ArrowLeft), i.num_presses(Key::ArrowRight)));
        let cursor = match self.cursor {
            Some(cursor) => (cursor + right).saturating_sub(left).min(marks.len() - 1),
            None => 0,
        };
        self.cursor = Some(cursor);
        marks.get(cursor).copied()
    }
}

/// Of several dots at one place, the one after the selected.
fn next_here(cx: &Cx<'_>, scene: &Scene, here: &[usize]) -> Option<usize> {
    let is_selected = |index: &usize| {
        let dot = scene.dots.get(*index);
        dot.is_some_and(|dot| cx.session.selection == Some(Selection::Layer(dot.layer)))
    };
    let at = here.iter().position(is_selected)?;
    here.get((at + 1) % here.len()).copied()
}

fn draw_emphasis(canvas: &Canvas<'_>, at: Pos2, radius: f32) {
    paint::ring(canvas, at, radius + 1.5, false);
}

/// The titles of both axes.
fn titles(ui: &Ui, cx: &Cx<'_>, canvas: &Canvas<'_>, strip: Rect) {
    let axis = &canvas.axes[1];
    let title = Title {
        spoken: format!("vertical axis: {}", axis.title()),
        texts: vec![axis.title(), axis.name().to_owned()],
    };
    if let Some(response) = titles::vertical_label(ui, cx.theme, &title, strip) {
        response.on_hover_text(readout::RATE);
    }
}

/// The line below the plot: the horizontal axis at the left, what is not shown at the right.
fn caption_line(ui: &Ui, cx: &Cx<'_>, rect: Rect, canvas: &Canvas<'_>, scene: &Scene) {
    let y = rect.center().y + 2.0;
    let left = canvas.frame().left();
    let notes = readout::notes(cx, scene);
    let room = rect.right() - left - ROOM_FOR_AXIS;
    let words = |text: &String| {
        let font = FontId::proportional(theme::SMALL);
        ui.painter().layout_no_wrap(text.clone(), font, cx.theme.weak)
    };
    let texts = readout::caption(cx, scene);
    let mut galleys = texts.iter().map(words).skip_while(|galley| galley.size().x > room);
    let galley = galleys.next().unwrap_or_else(|| words(&String::new()));
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), y), galley.size());
    if !notes.is_empty() {
        let response = ui.interact(place, ui.scope_id().with("notes"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, notes.join(" · ")));
        ui.painter().galley(place.min, galley, cx.theme.weak);
        response.on_hover_text(notes.join("\n"));
    }
    let axis = &canvas.axes[0];
    let title = Title {
        spoken: format!("horizontal axis: {}", axis.title()),
        texts: vec![axis.title(), axis.name().to_owned()],
    };
    if let Some(response) = titles::horizontal_label(ui, cx.theme, &title, pos2(left, y), place.left() - 12.0) {
        response.on_hover_text(readout::INTENSITY);
    }
}
