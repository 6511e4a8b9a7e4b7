//! What the pointer means in the tab: a best design, which is previewed in every view and loaded by a click.

use super::canvas::Canvas;
use super::{chart, readout};
use crate::app::Cx;
use crate::design::Design;
use crate::explore::sweep::{Reading, Sweep};
use crate::project::Action;
use egui::{Pos2, Response, Tooltip};

/// What the pointer means: tooltip, preview and loading of the best design there.
pub fn region(
    response: &Response,
    cx: &mut Cx<'_>,
    canvas: &Canvas<'_>,
    sweep: &Sweep,
    present: &[Reading],
    at: Pos2,
    clicked: bool,
) {
    let [value, _] = canvas.values(at);
    let Some(region) = sweep.region_at(value) else { return };
    chart::crosshair(canvas, at.x);
    let range = sweep.question.range;
    let near = |index: &usize| (range.share(sweep.values[*index]) - range.share(value)).abs();
    let nearest = (0..sweep.values.len()).min_by(|a, b| near(a).total_cmp(&near(b)));
    let reading = |readings: &[Reading]| readings.get(nearest?).copied();
    let best = region.design.and_then(|design| sweep.readings.get(design));
    let hovered = readout::Hovered {
        value,
        region,
        best: best.and_then(|readings| reading(readings)),
        present: reading(present),
    };
    let tooltip = Tooltip::for_widget(response).at_pointer().gap(14.0);
    tooltip.show(|ui| readout::tooltip(ui, cx, sweep, &hovered));
    let design = region.design.and_then(|design| sweep.designs.get(design));
    act(cx, design, design.filter(|_| clicked));
}

/// Previews the design that is meant in the other views and loads the one that was clicked; the design in the window needs neither.
pub fn act(cx: &mut Cx<'_>, meant: Option<&Design>, clicked: Option<&Design>) {
    let other = |design: &&Design| **design != cx.document.design;
    let preview = meant.filter(other).filter(|_| clicked.is_none()).cloned();
    let load = clicked.filter(other).cloned();
    if preview.is_some() {
        cx.session.preview = preview;
    }
    if let Some(design) = load {
        cx.edit(Action::LoadDesign(design));
    }
}
