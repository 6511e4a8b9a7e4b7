//! Small networks and systems for this module's tests.

use super::{Document, OpenNetwork, Origin};
use crate::cost::roofline::{Arithmetic, Roofline};
use crate::cost::spatial::architecture::{
    Architecture, DramKind, Keep, Level, Loops, Mac, Rule, Spread, Storage, StorageClass,
};
use crate::cost::spatial::dim::Dim;
use crate::cost::spatial::rules::{Objective, Rules};
use crate::cost::spatial::{Spatial, VectorUnit};
use crate::link::{Duplex, LinkModel, PlainLink};
use crate::network::{Constant, ContentHash, DataType, Layer, LayerId, Network, OpKind, Tensor};
use crate::system::{Device, DeviceModel, Link, System, Topology};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A network whose layer `i` reads the outputs of the layers `readers[i]`; layers without any read the input.
pub fn network(reads: &[&[LayerId]]) -> Network {
    let tensor = |name: String, producer: Option<LayerId>| Tensor {
        name,
        dtype: DataType::Float32,
        shape: Some(vec![1, 8, 4, 4]),
        producer,
        consumers: Vec::new(),
        is_output: false,
    };
    let mut tensors = vec![tensor("in".into(), None)];
    let mut layers = Vec::new();
    for (index, reads) in reads.iter().enumerate() {
        let inputs = if reads.is_empty() {
            vec![0]
        } else {
            reads.iter().map(|r| r + 1).collect()
        };
        for &input in &inputs {
            tensors[input].consumers.push(index);
        }
        tensors.push(tensor(format!("t{index}"), Some(index)));
        layers.push(Layer {
            name: format!("layer{index}"),
            op: "Conv".into(),
            domain: String::new(),
            kind: OpKind::Linear,
            attributes: Vec::new(),
            inputs,
            outputs: vec![index + 1],
            constants: Vec::new(),
            macs: Some(1000 * (index as u64 + 1)),
            params: 0,
            unknown: None,
            members: vec![format!("layer{index}")],
        });
    }
    let mut outputs = Vec::new();
    for (index, tensor) in tensors.iter_mut().enumerate().skip(1) {
        if tensor.consumers.is_empty() {
            tensor.is_output = true;
            outputs.push(index);
        }
    }
    Network {
        name: "sample".into(),
        layers,
        tensors,
        inputs: vec![0],
        outputs,
        symbols: BTreeMap::new(),
        hash: ContentHash("5a".repeat(32)),
        fused: false,
    }
}

/// Two branches that join, between a stem and a head.
pub fn branches() -> Network {
    network(&[&[], &[0], &[1], &[0], &[3], &[2, 4], &[5]])
}

/// A device.
pub fn device(name: &str) -> Device {
    Device {
        name: name.into(),
        preset: None,
        sources: BTreeMap::new(),
        bits: 8,
        weight_bits: None,
        memory_limit_bytes: Some(2e6),
        power_limit_w: None,
        idle_power_w: 0.1,
        area_m2: None,
        alternatives: Vec::new(),
        model: DeviceModel::Roofline(Roofline {
            arithmetic: BTreeMap::from([(
                8,
                Arithmetic {
                    macs_per_s: 1.1e9,
                    energy_per_mac_j: 1e-12 / 3.0,
                },
            )]),
            bandwidth_bytes_per_s: 4e9,
            energy_per_byte_j: 8e-11,
            static_power_w: 0.3,
            overhead_s: 1e-6,
        }),
    }
}

/// A convolution of 4 by 4 to 8 channels, a pooling layer and another convolution.
pub fn convolutions() -> Network {
    let mut network = network(&[&[], &[0], &[1]]);
    let shapes: [[u64; 4]; 4] = [[1, 4, 8, 8], [1, 8, 8, 8], [1, 8, 8, 8], [1, 16, 8, 8]];
    for (tensor, shape) in network.tensors.iter_mut().zip(shapes) {
        tensor.shape = Some(shape.to_vec());
    }
    for (layer, channels) in network.layers.iter_mut().zip([[8, 4], [8, 8], [16, 8]]) {
        let [outputs, inputs] = channels;
        layer.constants = vec![Constant {
            name: format!("{}.weight", layer.name),
            dtype: DataType::Float32,
            shape: vec![outputs, inputs, 3, 3],
        }];
        layer.params = outputs * inputs * 9;
        layer.macs = Some(layer.params * 64);
    }
    let pool = &mut network.layers[1];
    (pool.op, pool.kind, pool.macs) = ("MaxPool".into(), OpKind::Pool, Some(0));
    (pool.constants, pool.params) = (Vec::new(), 0);
    network
}

/// A spatial accelerator of 4 × 4 MAC units that spreads input channels along rows and output channels along columns.
pub fn spatial(name: &str) -> Device {
    let level = |name: &str, words: Option<u64>, side: u32, keep: [Keep; 3]| Level {
        name: name.into(),
        storage: Storage {
            class: match words {
                None => StorageClass::Dram(DramKind::Lpddr4),
                Some(_) => StorageClass::Sram,
            },
            width_bits: None,
            banks: 1,
            address_generators: false,
        },
        capacity_words: words,
        word_bits: 8,
        block_words: 1,
        cluster: 1,
        mesh_x: side,
        mesh_y: side,
        read_words_per_cycle: None,
        write_words_per_cycle: None,
        shared_words_per_cycle: None,
        read_energy_j: if words.is_none() { 64e-12 } else { 1e-12 },
        write_energy_j: if words.is_none() { 64e-12 } else { 1.5e-12 },
        area_m2: if words.is_none() { 0.0 } else { 1e-9 },
        keep,
        temporal: Loops::default(),
        spatial: Spread::default(),
    };
    let mut buffer = level("Buffer", Some(4096), 1, [Keep::No, Keep::Yes, Keep::Yes]);
    buffer.spatial = Spread {
        rules: BTreeMap::from([(Dim::C, Rule::Free), (Dim::M, Rule::Free)]),
        others: Rule::One,
        along_x: vec![Dim::C],
    };
    let levels = vec![
        level("DRAM", None, 1, [Keep::Yes; 3]),
        buffer,
        level("Scratchpad", Some(64), 4, [Keep::Yes, Keep::No, Keep::Yes]),
    ];
    let mac = Mac {
        bits: 8,
        mesh_x: 4,
        mesh_y: 4,
        energy_j: 0.5e-12,
        area_m2: 3e-10,
    };
    Device {
        model: DeviceModel::Spatial(Box::new(Spatial {
            architecture: Architecture {
                clock_hz: 2e8,
                levels,
                mac,
                energy_per_hop_j: 0.0,
                leakage_w: 0.0,
            },
            rules: Rules::default(),
            objective: Objective::Edp,
            budget: 100_000,
            vector: VectorUnit {
                lanes: 4,
                energy_per_op_j: 1e-13,
            },
        })),
        memory_limit_bytes: None,
        ..device(name)
    }
}

/// A link.
pub fn link(name: &str) -> Link {
    Link {
        name: name.into(),
        preset: None,
        sources: BTreeMap::new(),
        bits: None,
        duplex: Duplex::Half,
        model: LinkModel::Plain(PlainLink {
            rate_bytes_per_s: 2.5e6,
            latency_s: 1e-3,
            transmit_j_per_byte: 1e-7,
            receive_j_per_byte: 0.0,
        }),
    }
}

/// A chain of devices named A, B, C …
pub fn system(devices: usize) -> System {
    let name = |index: usize| char::from(b'A' + u8::try_from(index).unwrap_or(25)).to_string();
    System {
        name: "sample".into(),
        devices: (0..devices).map(|index| device(&name(index))).collect(),
        links: (1..devices).map(|index| link(&format!("link {index}"))).collect(),
        input_at: 0,
        output_at: devices - 1,
        input_bits: 8,
        frame_rate_hz: None,
        topology: Topology::Chain,
        direct: Vec::new(),
    }
}

/// The branchy network on a chain of devices.
pub fn document(devices: usize) -> Document {
    let network = OpenNetwork::new(Origin::Example("sample".into()), branches(), Vec::new());
    Document::new(Arc::new(network), system(devices)).unwrap()
}
