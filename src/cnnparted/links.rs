//! What moving everything alive after each layer costs on the links of a description.

use super::description::LinkDescription;
use super::{Crossing, Graph, Rules};
use crate::link::{Direction, Duplex, LinkModel};

/// Per layer the cost of a cut right after it. Every element takes whole bytes on the wire; a message that needs more than the
/// link carries at its frame rate costs infinitely much.
pub fn crossings(graph: &Graph, link: &LinkDescription, rules: Rules) -> Vec<Crossing> {
    let model = link.model_under(rules);
    let bytes_each = u64::from(link.data_bits.div_ceil(8));
    let cost = |&elements: &u64| crossing(elements.saturating_mul(bytes_each), &model, link.frame_rate_hz, rules);
    graph.live_elements.iter().map(cost).collect()
}

fn crossing(bytes: u64, model: &LinkModel, frame_rate_hz: f64, rules: Rules) -> Crossing {
    // The original knows no shortage of Bluetooth.
    let is_limited = !(rules.ble_published && matches!(model, LinkModel::BluetoothLe(_)));
    let message = [(bytes, Direction::Forward)];
    if is_limited && model.shortage(Duplex::Half, &message, frame_rate_hz).is_some() {
        return Crossing {
            bytes,
            latency_ms: f64::INFINITY,
            energy_mj: f64::INFINITY,
        };
    }
    let transfer = model.transfer(bytes, Direction::Forward, Some(frame_rate_hz));
    Crossing {
        bytes,
        latency_ms: transfer.latency_s * 1e3,
        energy_mj: transfer.energy_j() * 1e3,
    }
}
