//! The rows of the layer table: everything it knows of a layer, and the totals.

use super::columns::{Cell, Column};
use crate::app::{Cx, Theme, words};
use crate::cost::{Infeasible, LayerCost};
use crate::network::statistics::{self, CountedAt};
use crate::network::{LayerId, Network, Tensor, TensorId};
use crate::system::Device;
use crate::units::Unit;

/// What the table knows of one layer. Numbers are SI; `None` = not known, or not yet.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The layer.
    pub layer: LayerId,
    /// Place in the schedule, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its operator type.
    pub operator: String,
    /// Index of its device.
    pub device: usize,
    /// Shape of the first output.
    pub shape: Option<String>,
    /// Elements of the first output.
    pub elements: Option<f64>,
    /// Multiply-accumulates.
    pub macs: Option<f64>,
    /// Parameters.
    pub params: f64,
    /// Bytes of weights.
    pub weight_bytes: f64,
    /// Bytes of all outputs.
    pub output_bytes: Option<f64>,
    /// Multiply-accumulates per byte moved.
    pub intensity: Option<f64>,
    /// Seconds on the device.
    pub latency_s: Option<f64>,
    /// Joules on the device.
    pub energy_j: Option<f64>,
    /// Share of the design's latency.
    pub share: Option<f64>,
    /// What bounds the latency.
    pub limited_by: Option<&'static str>,
    /// Why the device cannot run it.
    pub impossible: Option<String>,
    /// What the importer could not find out.
    pub unknown: Option<String>,
    /// What its cost assumes.
    pub assumption: Option<String>,
}

/// All rows in the order of the schedule.
pub fn rows(cx: &Cx<'_>) -> Vec<Row> {
    let network = cx.network;
    let assignment = cx.document.design.assignment(network.layers.len());
    let schedule = cx.derived.schedule.as_deref();
    let order: Vec<LayerId> = match schedule.filter(|schedule| schedule.order().len() == network.layers.len()) {
        Some(schedule) => schedule.order().to_vec(),
        None => (0..network.layers.len()).collect(),
    };
    let total = cx.derived.evaluation.as_ref().map(|evaluation| evaluation.latency_s);
    let places = order.into_iter().enumerate();
    places
        .filter_map(|(place, layer)| {
            let device = *assignment.get(layer)?;
            let mut row = Row::of_network(network, layer, cx.document.built(device)?)?;
            row.number = place + 1;
            row.device = device;
            if let Some(cost) = cx.cost(device, layer) {
                row.add_cost(cost, total);
            }
            Some(row)
        })
        .collect()
}

impl Row {
    fn of_network(network: &Network, id: LayerId, device: &Device) -> Option<Self> {
        let layer = network.layers.get(id)?;
        let at = CountedAt {
            weight_bits: device.weight_bits(),
            activation_bits: device.bits,
        };
        let counted = statistics::layer(network, layer, at);
        // A tensor of unknown shape makes every sum over it unknown, not smaller.
        let elements = |id: &TensorId| network.tensors.get(*id).and_then(Tensor::elements);
        let outputs_known = layer.outputs.iter().all(|id| elements(id).is_some());
        let all_known = outputs_known && layer.inputs.iter().all(|id| elements(id).is_some());
        Some(Self {
            layer: id,
            name: layer.name.clone(),
            operator: layer.op.clone(),
            shape: network.output_shape(id).map(|shape| words::shape(Some(shape))),
            elements: layer.outputs.first().and_then(elements).map(|count| count as f64),
            macs: layer.macs.map(|macs| macs as f64),
            params: counted.params as f64,
            weight_bytes: counted.weight_bytes as f64,
            output_bytes: outputs_known.then_some(counted.output_bytes as f64),
            intensity: layer.macs.filter(|_| all_known).map(|_| counted.intensity()),
            unknown: layer.unknown.clone(),
            ..Self::default()
        })
    }

    fn add_cost(&mut self, cost: Result<&LayerCost, &Infeasible>, design_latency_s: Option<f64>) {
        match cost {
            Ok(cost) => {
                self.latency_s = Some(cost.latency_s);
                self.energy_j = Some(cost.energy_j);
                self.share = design_latency_s
                    .filter(|&all| all > 0.0)
                    .map(|all| cost.latency_s / all);
                self.limited_by = Some(cost.limited_by.word());
                self.assumption.clone_from(&cost.assumption);
            }
            Err(infeasible) => self.impossible = Some(infeasible.reason.clone()),
        }
    }

    /// What a screen reader says of the row.
    pub fn spoken(&self) -> String {
        let device = Theme::letter(self.device);
        let latency = self.latency_s.map_or_else(String::new, |latency| {
            format!(", latency {}", Unit::Seconds.format(latency))
        });
        format!("{}, {} on {device}{latency}", self.name, self.operator)
    }
}

/// Sums over the rows that are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Totals {
    macs: f64,
    params: f64,
    weight_bytes: f64,
    output_bytes: f64,
    latency_s: Option<f64>,
    energy_j: Option<f64>,
    share: Option<f64>,
    /// Rows some of whose numbers are not known and therefore missing from the sums.
    unknown: usize,
}

impl Totals {
    /// Adds rows up.
    pub fn of<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Self {
        let known = |pick: fn(&Row) -> Option<f64>| rows.clone().filter_map(pick).sum::<f64>();
        let costed = |pick: fn(&Row) -> Option<f64>| {
            let mut values = rows.clone().filter_map(pick).peekable();
            values.peek().is_some().then(|| values.sum())
        };
        Self {
            macs: known(|row| row.macs),
            params: known(|row| Some(row.params)),
            weight_bytes: known(|row| Some(row.weight_bytes)),
            output_bytes: known(|row| row.output_bytes),
            latency_s: costed(|row| row.latency_s),
            energy_j: costed(|row| row.energy_j),
            share: costed(|row| row.share),
            unknown: rows
                .clone()
                .filter(|row| row.macs.is_none() || row.output_bytes.is_none() || row.impossible.is_some())
                .count(),
        }
    }

    /// What the footer shows below a column; `None` = nothing.
    pub fn cell(&self, column: Column) -> Option<Cell> {
        let print = |unit: Unit, value: f64| Some(Cell::Number(unit.print(value)));
        match column {
            Column::Latency => print(Unit::Seconds, self.latency_s?),
            Column::Share => print(Unit::Percent, self.share?),
            Column::Energy => print(Unit::Joules, self.energy_j?),
            Column::Macs => print(Unit::Macs, self.macs),
            Column::Params => print(Unit::Count, self.params),
            Column::WeightBytes => print(Unit::Bytes, self.weight_bytes),
            Column::OutputBytes => print(Unit::Bytes, self.output_bytes),
            _ => None,
        }
    }

    /// A warning for the footer where something is missing from the sums.
    pub fn warning(&self) -> Option<String> {
        match self.unknown {
            0 => None,
            1 => Some("One layer has unknown numbers, which the sums leave out.".into()),
            count => Some(format!(
                "{count} layers have unknown numbers, which the sums leave out."
            )),
        }
    }
}
