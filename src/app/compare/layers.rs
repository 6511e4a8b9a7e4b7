//! The layers of the network in every design.

use super::subject::{Numbers, Subject};
use crate::app::Cx;
use crate::network::LayerId;
use crate::project::comparison::layers::sums;
use crate::project::comparison::{ComparedLayer, LayerCost, Measure};

/// Layers as they are shown.
pub struct Layers {
    /// Those the threshold lets through, in the order they are shown.
    pub shown: Vec<ComparedLayer>,
    /// Number of layers of the network.
    pub count: usize,
    /// Sums over all layers by design.
    pub sums: Vec<Option<f64>>,
}

/// Compares layer by layer what can be compared so.
pub fn compared(cx: &Cx<'_>, subjects: &[Subject<'_>], base: usize) -> Layers {
    let settings = &cx.session.compare;
    let mut layers = all(cx, subjects);
    let (count, sums) = (layers.len(), sums(&layers, subjects.len()));
    let metrics = subjects.get(base).and_then(|subject| subject.metrics);
    let whole = metrics.map(|metrics| match settings.measure {
        Measure::Latency => metrics.latency_s,
        Measure::Energy => metrics.energy_j,
    });
    layers.retain(|layer| layer.passes(settings.threshold, base, whole));
    if settings.largest_first {
        // Stable: layers of equal differences stay in the order of the schedule.
        layers.sort_by(|a, b| b.difference(base).total_cmp(&a.difference(base)));
    }
    Layers {
        shown: layers,
        count,
        sums,
    }
}

/// All layers in the order of the schedule.
fn all(cx: &Cx<'_>, subjects: &[Subject<'_>]) -> Vec<ComparedLayer> {
    let network = cx.network;
    let count = network.layers.len();
    let schedule = cx.derived.schedule.as_deref().filter(|s| s.order().len() == count);
    let order: Vec<LayerId> = match schedule {
        Some(schedule) => schedule.order().to_vec(),
        None => (0..count).collect(),
    };
    let measure = cx.session.compare.measure;
    let costed: Vec<_> = subjects
        .iter()
        .map(|subject| match &subject.numbers {
            Numbers::Ready { table, .. } if subject.view == cx.document.view => {
                Some((table, subject.design.assignment(count)))
            }
            _ => None,
        })
        .collect();
    let cost = |layer: LayerId| {
        let of = |costed: &Option<(&std::sync::Arc<crate::cost::table::CostTable>, Vec<usize>)>| {
            let (table, assignment) = costed.as_ref()?;
            let device = *assignment.get(layer)?;
            let value = match table.layer(device, layer) {
                Ok(cost) => Ok(match measure {
                    Measure::Latency => cost.latency_s,
                    Measure::Energy => cost.energy_j,
                }),
                Err(infeasible) => Err(infeasible.reason.clone()),
            };
            Some(LayerCost { device, value })
        };
        costed.iter().map(of).collect()
    };
    let places = order.into_iter().enumerate();
    places
        .filter_map(|(place, layer)| {
            Some(ComparedLayer {
                layer,
                number: place + 1,
                name: network.layers.get(layer)?.name.clone(),
                costs: cost(layer),
            })
        })
        .collect()
}
