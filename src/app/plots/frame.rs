//! The frame that plots share: axes with ticks and a grid, zoom by the wheel, pan by the secondary button. egui_plot keeps what
//! part is shown; marks are painted over it, because rings, flags and labels that avoid each other are no items of a chart.

use super::axis::{Axis, GRID_POINTS};
use crate::app::{Theme, theme};
use egui::{FontId, PointerButton, Rect, Ui, UiBuilder, Vec2};
use egui_plot::{AxisHints, Plot, PlotBounds, PlotResponse};

/// Shows the frame in `area`. `id` names the plot, whose view stays the same when its tab moves to another place of the dock; with `bounds` the
/// view is set to them first.
pub fn show(
    ui: &mut Ui,
    id: &'static str,
    area: Rect,
    [x, y]: &[Axis; 2],
    bounds: Option<PlotBounds>,
    theme: &Theme,
) -> PlotResponse<()> {
    let font = FontId::proportional(theme::SMALL);
    let hints = |hints: AxisHints<'static>, axis: &Axis| {
        let axis = axis.clone();
        hints
            .formatter(move |mark, _| axis.tick(&mark))
            .tick_label_color(theme.weak)
            .tick_label_font(font.clone())
            .label_spacing(egui::Rangef::new(1.0, 2.0))
    };
    let (x_marks, y_marks) = (x.clone(), y.clone());
    let plot = Plot::new(id)
        .id(egui::Id::unique(id))
        .custom_x_axes(vec![hints(AxisHints::new_x(), x)])
        .custom_y_axes(vec![hints(AxisHints::new_y(), y)])
        .x_grid_spacer(move |input| x_marks.marks(&input))
        .y_grid_spacer(move |input| y_marks.marks(&input))
        .grid_spacing(egui::Rangef::new(GRID_POINTS, 300.0))
        .grid_fade(0.0)
        .grid_color(theme.grid.gamma_multiply(0.7))
        .show_x(false)
        .show_y(false)
        .auto_bounds(false)
        .allow_scroll(false)
        // The primary button is for what is painted over the frame.
        .pan_pointer_button(PointerButton::Secondary)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false);
    let show = |ui: &mut Ui| {
        plot.show(ui, move |plot| {
            if let Some(bounds) = bounds {
                plot.set_plot_bounds(bounds);
            } else if plot.response().contains_pointer() {
                let wheel = plot.ctx().input(|input| input.smooth_scroll_delta.y);
                if wheel != 0.0 {
                    plot.zoom_bounds_around_hovered(Vec2::splat((wheel / 200.0).exp()));
                }
            }
        })
    };
    ui.scope_builder(UiBuilder::new().max_rect(area), show).inner
}
