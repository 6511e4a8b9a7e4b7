//! The frame that the plots of the tab share: two linear axes that follow what is shown until the user looks elsewhere.

use crate::app::Cx;
use crate::app::plots::axis::Axis;
use crate::app::plots::canvas::Canvas;
use crate::app::plots::frame;
use crate::app::plots::titles::{self, Title};
use crate::app::theme;
use crate::units::Unit;
use egui::{Align2, FontId, PointerButton, Rect, Response, Sense, Ui, WidgetInfo, pos2};
use egui_plot::PlotBounds;

/// Height of the line below the plot.
const CAPTION: f32 = 18.0;
/// Room for the title of the horizontal axis.
const ROOM_FOR_AXIS: f32 = 84.0;
/// Room at the right for the half of the last tick's text that reaches beyond the frame.
const END: f32 = 22.0;
/// Least distance between ticks in points: horizontal, vertical.
const TICK_POINTS: [f32; 2] = [56.0, 24.0];
/// Margin around what is shown, as a share of it.
const MARGIN: f64 = 0.08;

/// What an axis shows: its name, unit, and from where to where in SI units.
pub type Side = (&'static str, Unit, [f64; 2]);

/// What a plot of the tab is to show.
pub struct Shown<'a> {
    /// Names the plot.
    pub id: &'static str,
    /// Both axes.
    pub sides: [Side; 2],
    /// Whether the view stays as it is, because something is in the hand.
    pub hold: bool,
    /// Whether less is better along the horizontal axis.
    pub aims_left: bool,
    /// What stands at the right below, as long and as short as can be.
    pub notes: &'a [String],
}

/// Which part of the plane is shown.
#[derive(Default)]
pub struct Chart {
    fitted: Option<[Side; 2]>,
    moved: bool,
}

/// From the least to the greatest of some values; `None` = there are none.
pub fn extent(values: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    let finite = values.filter(|value| value.is_finite()).map(|value| [value; 2]);
    finite.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
}

impl Chart {
    /// Shows everything again.
    pub fn fit(&mut self) {
        *self = Self::default();
    }

    /// Shows the frame.
    pub fn show<'a>(&mut self, ui: &mut Ui, cx: &Cx<'a>, area: Rect, wish: &Shown<'_>) -> (Canvas<'a>, Response) {
        let (rest, caption) = area.split_top_bottom_at_y(area.bottom() - CAPTION);
        let (strip, plot_area) = rest.split_left_right_at_x(area.left() + titles::STRIP);
        let plot_area = plot_area.with_max_x(plot_area.right() - END);
        // A view of other quantities says nothing about these.
        let quantities = |sides: [Side; 2]| sides.map(|(name, unit, _)| (name, unit));
        if self.fitted.map(quantities) != Some(quantities(wish.sides)) {
            self.fit();
        }
        let wanted = self.fitted.filter(|_| self.moved || wish.hold).unwrap_or(wish.sides);
        let refit = self.fitted != Some(wanted);
        self.fitted = Some(wanted);
        let axes = [0, 1].map(|side| {
            let (name, unit, range) = wanted[side];
            Axis::new(name, unit, false, range, TICK_POINTS[side])
        });
        let bounds = refit.then(|| bounds(&axes, &wanted));
        let plot = frame::show(ui, wish.id, plot_area, &axes, bounds, cx.theme);
        let response = plot.response;
        let wheel = ui.input(|input| input.smooth_scroll_delta().y != 0.0 || input.zoom_delta() != 1.0);
        if response.dragged_by(PointerButton::Secondary) || response.contains_pointer() && wheel {
            self.moved = true;
        }
        if response.double_clicked() {
            self.fit();
            ui.request_repaint();
        }
        let canvas = Canvas {
            painter: ui.painter_at(*plot.transform.frame()),
            transform: plot.transform,
            axes,
            theme: cx.theme,
        };
        let frame = canvas.frame();
        title(ui, cx, &canvas, Rect::from_x_y_ranges(strip.x_range(), frame.y_range()));
        let place = note(ui, cx, caption, wish.notes);
        let axis = &canvas.axes[0];
        let aim = format!("{}  ← better", axis.title());
        let title = Title {
            spoken: format!("horizontal axis: {}", axis.title()),
            texts: wish
                .aims_left
                .then_some(aim)
                .into_iter()
                .chain([axis.title(), axis.name().to_owned()])
                .collect(),
        };
        let start = pos2(frame.left(), caption.center().y + 2.0);
        titles::horizontal_label(ui, cx.theme, &title, start, place.left() - 12.0);
        (canvas, response)
    }
}

/// The first of the words that fits at the right below the plot; where it is.
fn note(ui: &Ui, cx: &Cx<'_>, caption: Rect, notes: &[String]) -> Rect {
    let font = FontId::proportional(theme::SMALL);
    let room = caption.width() - ROOM_FOR_AXIS;
    let galley = |text: &str| {
        let painter = ui.painter();
        painter.layout_no_wrap(text.to_owned(), font.clone(), cx.theme.weak)
    };
    let fitting = notes
        .iter()
        .map(|text| galley(text))
        .find(|galley| galley.size().x <= room);
    let galley = fitting.unwrap_or_else(|| galley(""));
    let at = pos2(caption.right(), caption.center().y + 2.0);
    let place = Align2::RIGHT_CENTER.anchor_size(at, galley.size());
    ui.painter().galley(place.min, galley, cx.theme.weak);
    if let Some(whole) = notes.first() {
        let response = ui.interact(place, ui.scope_id().with("note"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, whole));
        response.on_hover_text(whole);
    }
    place
}

fn bounds(axes: &[Axis; 2], sides: &[Side; 2]) -> PlotBounds {
    let ends = |side: usize| {
        let [low, high] = sides[side].2.map(|value| axes[side].coordinate(value).unwrap_or(0.0));
        // A single value gets a fifth of itself around it.
        let margin = match (high - low) * MARGIN {
            margin if margin > 0.0 => margin,
            _ => (high.abs() * 0.2).max(0.1),
        };
        [low - margin, high + margin]
    };
    let (x, y) = (ends(0), ends(1));
    PlotBounds::from_min_max([x[0], y[0]], [x[1], y[1]])
}

fn title(ui: &Ui, cx: &Cx<'_>, canvas: &Canvas<'_>, strip: Rect) {
    let axis = &canvas.axes[1];
    let title = Title {
        spoken: format!("vertical axis: {}", axis.title()),
        texts: vec![
            format!("{}  ← better", axis.title()),
            axis.title(),
            axis.name().to_owned(),
        ],
    };
    titles::vertical_label(ui, cx.theme, &title, strip);
}
