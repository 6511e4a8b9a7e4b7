//! What the ribbon shows of one design, ready to be painted.

use super::axis::Scale;
use super::crossing::{Crossing, crossings};
use crate::app::Cx;
use crate::app::session::RibbonQuantity;
use crate::network::{LayerId, Schedule};
use crate::units::Unit;
use std::sync::Arc;

/// Values of every column.
pub struct Columns {
    /// The order of columns.
    pub schedule: Arc<Schedule>,
    /// The device of every layer, by layer.
    pub device_of: Vec<usize>,
    /// The upper bars in order; `None` = the device cannot run the layer. Empty until the costs are there.
    pub costs: Vec<Option<f64>>,
    /// The lower bars: what a cut at each position would send.
    pub crossings: Vec<Crossing>,
    /// Scale of the upper bars.
    pub cost_scale: Scale,
    /// Scale of the lower bars.
    pub byte_scale: Scale,
}

impl Columns {
    /// Gathers the values; `None` while there is no schedule of the network shown.
    pub fn new(cx: &Cx) -> Option<Self> {
        let schedule = Arc::clone(cx.derived.schedule.as_ref()?);
        let order = schedule.order();
        if order.len() != cx.network.layers.len() {
            return None;
        }
        let device_of = cx.document.design.assignment(order.len());
        let costs: Vec<_> = match &cx.derived.table {
            Some(table) if table.covers(cx.network, &cx.document.system) => {
                let cost = |&layer: &LayerId| {
                    let cost = cx.cost(device_of[layer], layer)?.ok()?;
                    Some(match cx.session.ribbon {
                        RibbonQuantity::Latency => cost.latency_s,
                        RibbonQuantity::Energy => cost.energy_j,
                    })
                };
                order.iter().map(cost).collect()
            }
            _ => Vec::new(),
        };
        let crossings = crossings(cx.network, &schedule, &cx.document.system, &cx.document.design);
        Some(Self {
            cost_scale: Scale::new(costs.iter().flatten().copied()),
            byte_scale: Scale::new(crossings.iter().map(|c| c.bytes as f64)),
            schedule,
            device_of,
            costs,
            crossings,
        })
    }
}

/// The unit of the upper bars.
pub fn unit(quantity: RibbonQuantity) -> Unit {
    match quantity {
        RibbonQuantity::Latency => Unit::Seconds,
        RibbonQuantity::Energy => Unit::Joules,
    }
}
