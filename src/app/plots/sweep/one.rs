//! One number: the numbers of the best design and of the one in the window along it, below a strip of regions.

use super::chart::{self, View};
use super::{SweepTab, Swept, Wish, marker, pointed, readout};
use crate::app::Cx;
use crate::explore::sweep::Sweep;
use egui::{Rect, Role, Sense, Ui, WidgetInfo};
use std::sync::Arc;

/// Height of the strip of regions.
const STRIP: f32 = 18.0;

impl SweepTab {
    /// One number; the plot's frame.
    pub(super) fn one(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        area: Rect,
        wish: &Wish,
        swept: &Arc<Swept>,
        sweep: &Sweep,
    ) -> Rect {
        let settings = cx.session.sweep.clone();
        let unit = readout::unit(cx, &sweep.question.knob);
        let present = cx.derived.along.clone();
        let fitted = self.fitted(cx, swept, || {
            View::of(sweep, &present, settings.metric, settings.log, unit)
        });
        let (strip, plot_area) = area.split_top_bottom_at_y(area.top() + STRIP);
        let (canvas, response) = self.plot(ui, cx, plot_area, fitted, wish);
        let frame = canvas.frame();
        if sweep.regions.is_empty() {
            chart::message(
                ui,
                cx,
                frame,
                "This range cannot be walked: choose another one at the title of the axis.",
            );
            return frame;
        }
        chart::draw(&canvas, cx, sweep, &present);
        let strip = Rect::from_x_y_ranges(frame.x_range(), strip.top()..=strip.bottom() - 2.0);
        self.places = chart::strip(ui, &canvas, cx, sweep, strip);
        let over_strip = ui.interact(strip, egui::Id::unique("sweep strip"), Sense::click());
        over_strip.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Figure, true, "Best designs");
            info.current_text_value = Some(readout::regions(cx, sweep).join("; "));
            info
        });
        let dragged = marker::show(&mut self.held, ui, cx, &canvas, &sweep.question.knob, &response);
        let pointer = response.hover_pos().or(over_strip.hover_pos()).filter(|_| !dragged);
        if let Some(at) = pointer {
            let clicked = response.clicked() || over_strip.clicked();
            let over = if over_strip.hovered() { &over_strip } else { &response };
            pointed::region(over, cx, &canvas, sweep, &present, at, clicked);
        }
        self.frame = Some(frame);
        frame
    }
}
