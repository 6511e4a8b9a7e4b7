//! Explanations of a layer's cost on a device, and of the sizes of tensors and constants.

use super::spatial::Array;
use super::{Node, letter, source};
use crate::cost::layer_table::{LayerRow, LayerTable};
use crate::cost::roofline::{Arithmetic, Roofline, Work};
use crate::cost::{Infeasible, LimitedBy};
use crate::design::{Explanation, Problem};
use crate::network::{Constant, LayerId, TensorId};
use crate::system::{Device, DeviceModel};
use crate::units::Unit;

const FILE: &str = "network file";
const NO_MAPPING: &str = "its mapping is not known";

/// A size: elements at a width, rounded up to whole bytes.
pub(super) fn size(
    symbol: String,
    meaning: String,
    value: u64,
    elements: Option<u64>,
    bits: u32,
    why_bits: String,
) -> Explanation {
    let node = Node::new(symbol, meaning, Unit::Bytes, value as f64);
    let Some(elements) = elements else {
        return node.given("unknown shape: counted as 0 bytes");
    };
    let parts = vec![
        Node::new("n", "elements", Unit::Count, elements as f64).given(FILE),
        Node::new("w", "width of an element", Unit::Bits, f64::from(bits)).given(why_bits),
    ];
    node.formula("ceil(n × w / 8)", parts)
}

/// The size of a tensor at a width, unless it has one of its own.
pub(super) fn tensor_size(problem: &Problem, tensor: TensorId, bits: u32, why_bits: String) -> Explanation {
    let description = &problem.network.tensors[tensor];
    let own = description.dtype.own_bits();
    let why_bits = own.map_or(why_bits, |_| own_width());
    let meaning = format!("tensor {}", description.name);
    let bytes = problem.table.flat().bytes(tensor, bits);
    size(
        format!("b_{tensor}"),
        meaning,
        bytes,
        description.elements(),
        own.unwrap_or(bits),
        why_bits,
    )
}

fn own_width() -> String {
    format!("{FILE}: its integer type")
}

/// The bytes of a layer's weights on a device.
pub(super) fn weights(problem: &Problem, layer: LayerId, device: usize) -> Explanation {
    let description = &problem.network.layers[layer];
    let device = &problem.system.devices[device];
    let bits = device.weight_bits();
    let parameter = if device.weight_bits.is_some() {
        "weight_bits"
    } else {
        "bits"
    };
    let constant = |(index, constant): (usize, &Constant)| {
        let own = constant.dtype.own_bits();
        let why_bits = own.map_or_else(|| source(&device.sources, parameter), |_| own_width());
        let meaning = format!("constant {}", constant.name);
        let bits = own.unwrap_or(bits);
        size(
            format!("b_{index}"),
            meaning,
            constant.bytes(bits),
            Some(constant.elements()),
            bits,
            why_bits,
        )
    };
    let parts = description.constants.iter().enumerate().map(constant).collect();
    let meaning = format!("weights of {}", description.name);
    Node::new(
        format!("w_{layer}"),
        meaning,
        Unit::Bytes,
        description.weight_bytes(bits) as f64,
    )
    .sum(parts)
}

/// Seconds of a layer on a device.
pub(super) fn latency(problem: &Problem, layer: LayerId, device: usize) -> Explanation {
    let value = problem.table.row(device).latency_s[layer];
    let (symbol, meaning) = (format!("t_{layer}"), on(problem, "latency", layer, device));
    let cost = match problem.table.layer(device, layer) {
        Ok(cost) => cost,
        Err(why) => return Node::new(symbol, meaning, Unit::Seconds, value).given(cannot(problem, device, why)),
    };
    let is_profile = matches!(problem.system.devices[device].model, DeviceModel::Profile(_));
    let bound = match cost.limited_by {
        LimitedBy::Table if is_profile => "from a profile of measured bundles",
        LimitedBy::Compute => "limited by arithmetic",
        LimitedBy::Memory => "limited by memory traffic",
        LimitedBy::Overhead => "limited by the fixed time per layer",
        LimitedBy::Table => "from a table of layer costs",
    };
    let node = Node::new(symbol, format!("{meaning}, {bound}"), Unit::Seconds, value);
    let model = match &problem.system.devices[device].model {
        DeviceModel::Roofline(model) => model,
        DeviceModel::Table(table) => {
            return rows(problem, layer, table, node, |row| (row.latency_s, Unit::Seconds));
        }
        DeviceModel::Profile(_) => return node.given(cost.assumption.clone().unwrap_or_default()),
        DeviceModel::Spatial(model) => {
            return match Array::of(&problem.system.devices[device], model, cost) {
                Some(array) => array.latency(node),
                None => node.given(NO_MAPPING),
            };
        }
    };
    let roof = Roof::of(problem, layer, device, model);
    let parts = vec![roof.mac_time(), roof.memory_time(), roof.overhead()];
    node.formula("max(t_mac, t_mem) + t_0", parts)
}

/// Joules of a layer on a device.
pub(super) fn energy(problem: &Problem, layer: LayerId, device: usize) -> Explanation {
    let value = problem.table.row(device).energy_j[layer];
    let node = Node::new(
        format!("e_{layer}"),
        on(problem, "energy", layer, device),
        Unit::Joules,
        value,
    );
    let cost = match problem.table.layer(device, layer) {
        Ok(cost) => cost,
        Err(why) => return node.given(cannot(problem, device, why)),
    };
    let model = match &problem.system.devices[device].model {
        DeviceModel::Roofline(model) => model,
        DeviceModel::Table(table) => return rows(problem, layer, table, node, |row| (row.energy_j, Unit::Joules)),
        DeviceModel::Profile(_) => return node.given(cost.assumption.clone().unwrap_or_default()),
        DeviceModel::Spatial(model) => {
            return match Array::of(&problem.system.devices[device], model, cost) {
                Some(array) => array.energy(node),
                None => node.given(NO_MAPPING),
            };
        }
    };
    let roof = Roof::of(problem, layer, device, model);
    let mut time = latency(problem, layer, device);
    time.symbol = "t".to_owned();
    let (byte_j, static_w) = (model.energy_per_byte_j, model.static_power_w);
    let parts = vec![
        roof.macs(),
        roof.mac_energy(),
        roof.bytes(),
        roof.parameter(
            "e_byte",
            "energy of moving a byte",
            Unit::JoulesPerByte,
            byte_j,
            "energy_per_byte_j",
        ),
        roof.parameter(
            "P_0",
            "static power while a layer runs",
            Unit::Watts,
            static_w,
            "static_power_w",
        ),
        time,
    ];
    node.formula("n_mac × e_mac + b × e_byte + P_0 × t", parts)
}

/// A layer's cost from a table: one row for each raw layer it stands for.
fn rows(
    problem: &Problem,
    layer: LayerId,
    table: &LayerTable,
    node: Node,
    pick: fn(LayerRow) -> (f64, Unit),
) -> Explanation {
    let rows = table.rows(&problem.network.layers[layer].members);
    let part = |(index, (name, row)): (usize, (&str, LayerRow))| {
        let (value, unit) = pick(row);
        Node::new(format!("r_{index}"), format!("row of {name}"), unit, value).given(table.source.as_str())
    };
    let parts: Vec<_> = rows.enumerate().map(part).collect();
    if parts.is_empty() {
        return node.given(format!("no row in the table, counted as free ({})", table.source));
    }
    node.sum(parts)
}

fn on(problem: &Problem, what: &str, layer: LayerId, device: usize) -> String {
    format!(
        "{what} of {} on {}",
        problem.network.layers[layer].name, problem.system.devices[device].name
    )
}

fn cannot(problem: &Problem, device: usize, why: &Infeasible) -> String {
    format!("{} cannot run it: {why}", problem.system.devices[device].name)
}

/// The numbers of the roofline formula for one layer.
struct Roof<'a> {
    problem: &'a Problem<'a>,
    layer: LayerId,
    index: usize,
    device: &'a Device,
    model: &'a Roofline,
    work: Work,
}

impl<'a> Roof<'a> {
    fn of(problem: &'a Problem<'a>, layer: LayerId, index: usize, model: &'a Roofline) -> Self {
        let device = &problem.system.devices[index];
        Self {
            problem,
            layer,
            index,
            device,
            model,
            work: Work::of(problem.network, &problem.network.layers[layer], device.widths()),
        }
    }

    fn parameter(&self, symbol: &str, meaning: &str, unit: Unit, value: f64, name: &str) -> Explanation {
        Node::new(symbol, meaning, unit, value).given(source(&self.device.sources, name))
    }

    fn macs(&self) -> Explanation {
        let layer = &self.problem.network.layers[self.layer];
        let from = match layer.macs {
            Some(_) => FILE.to_owned(),
            None => format!("{} is not modelled: counted as 0 MAC", layer.op),
        };
        Node::new("n_mac", "multiply-accumulates", Unit::Macs, self.work.macs as f64).given(from)
    }

    fn mac_energy(&self) -> Explanation {
        let (width, entry) = self.arithmetic();
        let name = format!("arithmetic.{width}.energy_per_mac_j");
        let meaning = format!("energy of a multiply-accumulate at {width} bit");
        self.parameter("e_mac", &meaning, Unit::JoulesPerMac, entry.energy_per_mac_j, &name)
    }

    fn mac_time(&self) -> Explanation {
        let (width, entry) = self.arithmetic();
        let time_s = if self.work.macs == 0 {
            0.0
        } else {
            self.work.macs as f64 / entry.macs_per_s
        };
        let node = Node::new("t_mac", "time of the arithmetic", Unit::Seconds, time_s);
        if self.work.macs == 0 {
            return node.given("it has no multiply-accumulates");
        }
        let name = format!("arithmetic.{width}.macs_per_s");
        let meaning = format!("rate of the arithmetic at {width} bit");
        let rate = self.parameter("R_mac", &meaning, Unit::MacsPerSecond, entry.macs_per_s, &name);
        node.formula("n_mac / R_mac", vec![self.macs(), rate])
    }

    fn memory_time(&self) -> Explanation {
        let bytes = self.work.bytes();
        let bandwidth = self.model.bandwidth_bytes_per_s;
        let time_s = if bytes == 0 { 0.0 } else { bytes as f64 / bandwidth };
        let node = Node::new("t_mem", "time of moving data", Unit::Seconds, time_s);
        if bytes == 0 {
            return node.given("it moves nothing");
        }
        let name = "bandwidth_bytes_per_s";
        let rate = self.parameter(
            "R_mem",
            "bandwidth of the memory",
            Unit::BytesPerSecond,
            bandwidth,
            name,
        );
        node.formula("b / R_mem", vec![self.bytes(), rate])
    }

    fn overhead(&self) -> Explanation {
        self.parameter(
            "t_0",
            "fixed time per layer",
            Unit::Seconds,
            self.model.overhead_s,
            "overhead_s",
        )
    }

    /// Bytes moved: weights, inputs and outputs.
    fn bytes(&self) -> Explanation {
        let layer = &self.problem.network.layers[self.layer];
        let mut weights = weights(self.problem, self.layer, self.index);
        weights.symbol = "b_w".to_owned();
        let moved = |tensors: &[TensorId], symbol: &str, meaning: &str, bytes: u64| {
            let bits = self.device.bits;
            let size = |&t: &TensorId| tensor_size(self.problem, t, bits, source(&self.device.sources, "bits"));
            Node::new(symbol, meaning, Unit::Bytes, bytes as f64).sum(tensors.iter().map(size).collect())
        };
        let parts = vec![
            weights,
            moved(&layer.inputs, "b_in", "inputs", self.work.input_bytes),
            moved(&layer.outputs, "b_out", "outputs", self.work.output_bytes),
        ];
        let meaning = format!("bytes moved on {}", letter(self.index));
        Node::new("b", meaning, Unit::Bytes, self.work.bytes() as f64).sum(parts)
    }

    /// The entry that serves the layer, which the device can run.
    fn arithmetic(&self) -> (u32, Arithmetic) {
        let none = Arithmetic {
            macs_per_s: 0.0,
            energy_per_mac_j: 0.0,
        };
        self.model.arithmetic_for(self.work.operand_bits).unwrap_or((0, none))
    }
}
