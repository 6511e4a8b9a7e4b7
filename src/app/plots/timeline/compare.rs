//! A kept design laid out below the one in the window.

use super::readout;
use crate::app::Cx;
use crate::design::evaluate::evaluate;
use crate::design::{Design, Evaluation, Timeline};
use crate::project::Pin;

/// A pin with its numbers on the system in the window.
pub struct Compared<'a> {
    pub name: &'a str,
    pub design: &'a Design,
    pub evaluation: Evaluation,
    pub timeline: Timeline,
}

/// Lays a pin out, or says why that cannot be.
pub fn laid_out<'a>(cx: &Cx<'a>, pin: &'a Pin, frames: usize) -> Result<Compared<'a>, String> {
    let (document, name) = (cx.document, &pin.name);
    let fits = pin.view == document.view && pin.design.fits(cx.network, &document.system);
    if !fits {
        return Err(format!(
            "{name} was made for another network, view or number of devices"
        ));
    }
    let ready = cx.derived.schedule.as_deref().zip(cx.derived.table.as_deref());
    let ready = ready.filter(|(_, table)| table.covers(cx.network, &document.system));
    let (schedule, table) = ready.ok_or_else(|| format!("{name}: the layer costs are being computed…"))?;
    let evaluation = evaluate(&document.problem(schedule, table), &pin.design);
    let timeline = Timeline::new(&document.system, &evaluation, frames);
    let timeline = timeline.ok_or_else(|| format!("{name}: {}", readout::no_timeline(&evaluation)))?;
    Ok(Compared {
        name,
        design: &pin.design,
        evaluation,
        timeline,
    })
}
