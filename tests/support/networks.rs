//! Random small networks and systems for property tests: branches, several inputs and outputs, tensors with widths of their own or
//! unknown shapes, ties, devices of different widths and with tables of costs, links of all kinds.
//!
//! Every choice is drawn from a list of numbers, so that proptest can shrink a failing case.

use cutscape::cost::layer_table::{LayerRow, LayerTable, MissingRows};
use cutscape::cost::roofline::{Arithmetic, Roofline};
use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, Placement, Problem};
use cutscape::link::{Duplex, LinkModel, PlainLink};
use cutscape::network::{
    Constant, ContentHash, DataType, Ideal, Layer, Network, OpKind, Schedule, ScheduleKind, Tensor,
};
use cutscape::system::{Device, DeviceModel, Link, System, Topology};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A random problem that owns its parts.
#[derive(Debug, Clone)]
pub struct Case {
    pub network: Network,
    pub schedule: Schedule,
    pub system: System,
    pub constraints: Constraints,
    pub table: CostTable,
}

impl Case {
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            network: &self.network,
            schedule: &self.schedule,
            system: &self.system,
            table: &self.table,
            constraints: &self.constraints,
        }
    }

    /// Every design: every way to give the layers to devices so that no layer runs on an earlier device than its inputs.
    pub fn all_designs(&self) -> Vec<Design> {
        let layers = self.network.layers.len();
        let devices = self.system.devices.len();
        let mut all = vec![Vec::new()];
        for layer in 0..layers {
            let before = self.network.predecessors(layer);
            let longer = |device_of: &Vec<usize>| {
                let first = before.iter().map(|&p| device_of[p]).max().unwrap_or(0);
                let one_more = |device| device_of.iter().copied().chain([device]).collect::<Vec<usize>>();
                (first..devices).map(one_more).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(longer).collect();
        }
        all.iter().map(|device_of| self.design(device_of)).collect()
    }

    /// Every design that cuts the schedule at positions.
    pub fn all_position_designs(&self) -> Vec<Design> {
        let mut all = vec![Vec::new()];
        for _ in 1..self.system.devices.len() {
            let longer = |positions: &Vec<usize>| {
                let from = positions.last().copied().unwrap_or(0);
                let one_more = |p| positions.iter().copied().chain([p]).collect::<Vec<usize>>();
                (from..=self.network.layers.len()).map(one_more).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(longer).collect();
        }
        let designs = all
            .iter()
            .map(|positions| Design::at_positions(&self.schedule, positions));
        designs.collect()
    }

    /// The design of an assignment of layers to devices.
    pub fn design(&self, device_of: &[usize]) -> Design {
        let end = |device: usize| {
            let mut end = Ideal::empty(device_of.len());
            for layer in (0..device_of.len()).filter(|&l| device_of[l] <= device) {
                end.include(&self.network, layer);
            }
            end
        };
        let devices = 0..self.system.devices.len();
        Design {
            placements: devices
                .map(|device| Placement {
                    device,
                    end: end(device),
                })
                .collect(),
            alternatives: vec![0; self.system.devices.len()],
        }
    }
}

/// Numbers to draw choices from.
pub struct Draw<'a>(pub std::slice::Iter<'a, u32>);

impl Draw<'_> {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.next().map_or(0, |&n| n as usize % bound)
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub fn chance(&mut self, of: usize) -> bool {
        self.below(of) == of - 1
    }
}

/// Problems with up to `layers` layers and `devices` devices, without limits.
pub fn cases(
    layers: std::ops::RangeInclusive<usize>,
    devices: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Case> {
    (layers, devices, prop::collection::vec(any::<u32>(), 400)).prop_map(|(layers, devices, numbers)| {
        let mut draw = Draw(numbers.iter());
        let system = system(&mut draw, devices);
        let kind = draw.pick(&[
            ScheduleKind::LeastCrossing,
            ScheduleKind::LevelOrder,
            ScheduleKind::FileOrder,
        ]);
        let network = network(&mut draw, layers);
        Case {
            schedule: network.schedule(kind),
            table: CostTable::new(&network, &system),
            network,
            system,
            constraints: Constraints::default(),
        }
    })
}

fn tensor(draw: &mut Draw, name: String, producer: Option<usize>) -> Tensor {
    let dtypes = [
        DataType::Float32,
        DataType::Float32,
        DataType::Float32,
        DataType::Int8,
        DataType::Int64,
    ];
    Tensor {
        name,
        dtype: draw.pick(&dtypes),
        shape: (!draw.chance(12)).then(|| vec![draw.pick(&[1, 3, 8, 8, 20, 64]), draw.pick(&[1, 2])]),
        producer,
        consumers: Vec::new(),
        is_output: draw.chance(10),
    }
}

fn network(draw: &mut Draw, count: usize) -> Network {
    let mut tensors: Vec<Tensor> = (0..1 + draw.below(2))
        .map(|i| tensor(draw, format!("in{i}"), None))
        .collect();
    let raw = tensors.len();
    let mut layers = Vec::new();
    for id in 0..count {
        let mut inputs: Vec<usize> = Vec::new();
        for _ in 0..draw.pick(&[1, 1, 2, 3]) {
            // Mostly recent tensors, sometimes any: chains with skips and branches.
            let back = if draw.chance(3) {
                tensors.len()
            } else {
                tensors.len().min(3)
            };
            let chosen = tensors.len() - 1 - draw.below(back);
            if !inputs.contains(&chosen) {
                inputs.push(chosen);
                tensors[chosen].consumers.push(id);
            }
        }
        let outputs: Vec<usize> = (0..draw.pick(&[1, 1, 1, 2]))
            .map(|i| {
                tensors.push(tensor(draw, format!("t{id}_{i}"), Some(id)));
                tensors.len() - 1
            })
            .collect();
        let weights = Constant {
            name: format!("w{id}"),
            dtype: DataType::Float32,
            shape: vec![draw.pick(&[1, 4, 30, 100])],
        };
        layers.push(Layer {
            name: format!("layer{id}"),
            op: draw.pick(&["Conv", "Odd", "Gemm"]).to_owned(),
            domain: String::new(),
            kind: OpKind::Linear,
            attributes: Vec::new(),
            inputs,
            outputs,
            constants: if draw.chance(3) { vec![weights] } else { Vec::new() },
            macs: draw.pick(&[None, Some(0), Some(100), Some(100), Some(250), Some(700)]),
            params: 0,
            unknown: None,
            members: vec![format!("layer{id}")],
        });
    }
    for tensor in tensors
        .iter_mut()
        .filter(|t| t.producer.is_some() && t.consumers.is_empty())
    {
        tensor.is_output = true;
    }
    Network {
        name: "random".to_owned(),
        layers,
        inputs: (0..raw).collect(),
        outputs: (0..tensors.len()).filter(|&t| tensors[t].is_output).collect(),
        tensors,
        symbols: BTreeMap::new(),
        hash: ContentHash::default(),
        fused: false,
    }
}

fn system(draw: &mut Draw, devices: usize) -> System {
    System {
        name: "random".to_owned(),
        devices: (0..devices).map(|i| device(draw, i)).collect(),
        links: (1..devices).map(|i| link(draw, i)).collect(),
        input_at: draw.below(devices),
        output_at: draw.below(devices),
        input_bits: draw.pick(&[8, 8, 12]),
        frame_rate_hz: None,
        topology: Topology::Chain,
        direct: Vec::new(),
    }
}

fn device(draw: &mut Draw, index: usize) -> Device {
    let entry = |draw: &mut Draw| Arithmetic {
        macs_per_s: draw.pick(&[1e3, 1e3, 5e3, 2e4]),
        energy_per_mac_j: draw.pick(&[1e-3, 1e-3, 3e-4]),
    };
    let mut arithmetic = BTreeMap::from([(8, entry(draw)), (64, entry(draw))]);
    if draw.chance(4) {
        // A device that cannot run wide operands.
        arithmetic.remove(&64);
    }
    Device {
        name: ["A", "B", "C", "D", "E", "F", "G", "H"][index].to_owned(),
        preset: None,
        sources: BTreeMap::new(),
        bits: draw.pick(&[8, 8, 16, 4, 3]),
        weight_bits: draw.pick(&[None, None, Some(4)]),
        memory_limit_bytes: None,
        power_limit_w: None,
        idle_power_w: draw.pick(&[0.0, 0.1]),
        area_m2: draw.pick(&[None, Some(1e-6), Some(3e-6)]),
        alternatives: Vec::new(),
        model: if draw.chance(6) {
            DeviceModel::Table(layer_table(draw))
        } else {
            DeviceModel::Roofline(Roofline {
                arithmetic,
                bandwidth_bytes_per_s: draw.pick(&[500.0, 2000.0, 1e4]),
                energy_per_byte_j: draw.pick(&[0.0, 1e-3]),
                static_power_w: draw.pick(&[0.0, 0.2]),
                overhead_s: draw.pick(&[0.0, 0.0, 0.02]),
            })
        },
    }
}

/// Costs of most layers of the random networks.
fn layer_table(draw: &mut Draw) -> LayerTable {
    let mut layers = BTreeMap::new();
    for id in 0..8 {
        let row = LayerRow {
            latency_s: draw.pick(&[0.0, 0.05, 0.3, 0.7]),
            energy_j: draw.pick(&[0.01, 0.1, 0.4]),
        };
        if !draw.chance(5) {
            layers.insert(format!("layer{id}"), row);
        }
    }
    LayerTable {
        source: "drawn".to_owned(),
        missing: draw.pick(&[MissingRows::Free, MissingRows::Unsupported]),
        layers: Arc::new(layers),
    }
}

pub fn link(draw: &mut Draw, index: usize) -> Link {
    Link {
        name: format!("link {index}"),
        preset: None,
        sources: BTreeMap::new(),
        bits: draw.pick(&[None, None, Some(2), Some(10)]),
        duplex: draw.pick(&[Duplex::Half, Duplex::Full]),
        model: LinkModel::Plain(PlainLink {
            rate_bytes_per_s: draw.pick(&[100.0, 1000.0, 1e4]),
            latency_s: draw.pick(&[0.0, 0.01, 0.3]),
            transmit_j_per_byte: draw.pick(&[0.0, 1e-3, 5e-3]),
            receive_j_per_byte: draw.pick(&[0.0, 1e-3]),
        }),
    }
}
