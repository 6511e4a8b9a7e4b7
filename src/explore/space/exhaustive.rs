//! Every design of a list.

use super::{Cancelled, Explored, LayerCosts, Progress, evaluate};
use crate::cost::spatial::Spatial;
use crate::cost::spatial::space::{Design, SpaceError};

/// Designs between two reports: few, so that the first are seen soon, and enough layers for several threads.
const AT_ONCE: usize = 4;

/// Evaluates all `designs`, made from `template`, until `cancel` says so; `stream` is told again and again how far it is.
pub fn exhaustive(
    template: &Spatial,
    designs: &[Design],
    costs: &dyn LayerCosts,
    cancel: Cancelled,
    stream: &mut dyn FnMut(Progress),
) -> Result<Explored, SpaceError> {
    let mut explored = Explored::default();
    for some in designs.chunks(AT_ONCE) {
        if cancel() {
            return Ok(explored);
        }
        let Some(evaluated) = evaluate(template, some, costs, cancel)? else {
            return Ok(explored);
        };
        explored.designs.extend(evaluated);
        stream(Progress {
            designs: &explored.designs,
            done: explored.designs.len(),
            of: designs.len(),
        });
    }
    explored.complete = true;
    Ok(explored)
}
