//! Two numbers: a map of the best designs, and the designs in words beside it.

use super::{SweepTab, Swept, Wish, chart, grid, knobs, pointed, readout};
use crate::app::Cx;
use crate::explore::sweep::{Knob, Map};
use egui::{Rect, Tooltip, Ui, UiBuilder, vec2};
use std::sync::Arc;

impl SweepTab {
    /// Two numbers; the plot's frame.
    pub(super) fn two(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        area: Rect,
        wish: &Wish,
        swept: &Arc<Swept>,
        map: &Map,
    ) -> Rect {
        let fitted = self.fitted(cx, swept, || grid::view(cx, map));
        let (plot_area, legend) = area.split_left_right_at_x(area.right() - grid::legend_width(area.width()));
        let (canvas, response) = self.plot(ui, cx, plot_area, fitted, wish);
        let frame = canvas.frame();
        if map.regions.is_empty() {
            chart::message(
                ui,
                cx,
                frame,
                "These ranges cannot be walked: choose others at the titles of the axes.",
            );
            return frame;
        }
        grid::draw(&canvas, cx, map);
        let value = |knob: &Knob| {
            let parameter = knob.parameter(&cx.document.system, &cx.document.constraints);
            parameter.map_or(f64::NAN, |parameter| parameter.value)
        };
        grid::present(&canvas, value(&map.question.knob), value(&map.knob));
        let mut meant = None;
        if let Some(at) = response.hover_pos().filter(|at| frame.contains(*at)) {
            let [first, second] = canvas.values(at);
            meant = map.design_at(first, second);
            let words = match meant.and_then(|index| map.designs.get(index)) {
                Some(design) => format!("{}\nclick loads it", readout::design(cx, design)),
                None => readout::NOTHING.to_owned(),
            };
            let text = format!(
                "{} {}, {} {}\nbest in {}: {words}",
                knobs::name(&cx.document.system, &map.question.knob),
                readout::unit(cx, &map.question.knob).format(first),
                knobs::name(&cx.document.system, &map.knob),
                readout::unit(cx, &map.knob).format(second),
                map.question.objective.name(),
            );
            Tooltip::for_widget(&response).at_pointer().gap(14.0).show(|ui| {
                ui.set_max_width(360.0);
                ui.label(text);
            });
        }
        let mut clicked = meant.filter(|_| response.clicked());
        if legend.width() > 0.0 {
            let inner = legend.shrink2(vec2(8.0, 2.0));
            let [chosen, hovered] = ui
                .scope_builder(UiBuilder::new().max_rect(inner), |ui| grid::legend(ui, cx, map))
                .inner;
            clicked = clicked.or(chosen);
            meant = meant.or(hovered);
        }
        let design = |index: usize| map.designs.get(index);
        pointed::act(cx, meant.and_then(design), clicked.and_then(design));
        self.frame = Some(frame);
        frame
    }
}
