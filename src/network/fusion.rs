//! The fused view: what an accelerator runs as one layer is one layer (rulings.md 2).
//!
//! Two passes. First reshapes and the like vanish: their result is the tensor they read. Then every remaining layer, its
//! **head**, takes in what follows it and reads nothing else: bias, batch normalisation and other arithmetic with
//! constants, then one activation, be it a single node or several that together make one (Sigmoid × itself, GELU
//! from Erf). A member other than the head reads only members of its own group, so groups cannot form a cycle and the order of
//! the heads is one in which the groups can run.

use super::{Layer, LayerId, Network, OpKind, Tensor, TensorId, each_once};
use std::collections::BTreeSet;

/// Most nodes that together may make one activation; GELU by tanh has eight.
const ACTIVATION_NODES: usize = 10;

/// The fused view of a network (itself if it is fused already). Totals of MACs and parameters are those of the raw view.
pub fn fuse(network: &Network) -> Network {
    if network.fused {
        return network.clone();
    }
    let vanished = Vanished::of(network);
    let groups = Groups::of(network, &vanished);
    groups.assemble(network, &vanished)
}

/// Which layers vanish, and which tensor stands for which.
struct Vanished {
    /// Towards the tensor that stands for this one; roots stand for themselves.
    stand_in: Vec<TensorId>,
    is_gone: Vec<bool>,
    /// Remaining readers of every root tensor, ascending.
    readers: Vec<Vec<LayerId>>,
    /// Whether a root or one it stands for is a network output.
    is_output: Vec<bool>,
}

impl Vanished {
    fn of(network: &Network) -> Self {
        let mut this = Self {
            stand_in: (0..network.tensors.len()).collect(),
            is_gone: vec![false; network.layers.len()],
            readers: vec![Vec::new(); network.tensors.len()],
            is_output: vec![false; network.tensors.len()],
        };
        for (id, layer) in network.layers.iter().enumerate() {
            let (&[from], &[to]) = (layer.inputs.as_slice(), layer.outputs.as_slice()) else {
                continue;
            };
            if !vanishes(layer) {
                continue;
            }
            let root = this.root(from);
            let (source, result) = (&network.tensors[from], &network.tensors[to]);
            if network.tensors[root].producer.is_none() {
                // It goes to its reader, because a network input has no layer to go to.
                if result.consumers.len() == 1 && !result.is_output {
                    this.stand_in[to] = root;
                    this.is_gone[id] = true;
                }
                continue;
            }
            // Of a plain chain the last tensor is shown, otherwise the one all readers share.
            if root == from && source.consumers.len() == 1 && !source.is_output {
                this.stand_in[from] = to;
            } else {
                this.stand_in[to] = root;
            }
            this.is_gone[id] = true;
        }
        for (id, layer) in network.layers.iter().enumerate().filter(|(id, _)| !this.is_gone[*id]) {
            for &input in &layer.inputs {
                let root = this.root(input);
                if this.readers[root].last() != Some(&id) {
                    this.readers[root].push(id);
                }
            }
        }
        for &output in &network.outputs {
            let root = this.root(output);
            this.is_output[root] = true;
        }
        this
    }

    fn root(&self, mut tensor: TensorId) -> TensorId {
        while self.stand_in[tensor] != tensor {
            tensor = self.stand_in[tensor];
        }
        tensor
    }

    /// Root tensors a layer reads, each once.
    fn inputs(&self, layer: &Layer) -> Vec<TensorId> {
        each_once(layer.inputs.iter().map(|&input| self.root(input)))
    }
}

/// Whether a layer only gives its operand another shape.
fn vanishes(layer: &Layer) -> bool {
    let ops = ["Reshape", "Flatten", "Identity", "Dropout", "Squeeze", "Unsqueeze"];
    layer.domain.is_empty() && ops.contains(&layer.op.as_str())
}

/// The head of every layer's group.
struct Groups {
    head: Vec<LayerId>,
}

impl Groups {
    fn of(network: &Network, vanished: &Vanished) -> Self {
        let mut head: Vec<LayerId> = (0..network.layers.len()).collect();
        for id in 0..network.layers.len() {
            if head[id] == id && !vanished.is_gone[id] {
                for member in followers(network, vanished, id) {
                    head[member] = id;
                }
            }
        }
        // What vanished belongs to the layer before it, or behind it at a network input, which is known when going backwards.
        for id in (0..network.layers.len()).rev().filter(|&id| vanished.is_gone[id]) {
            let layer = &network.layers[id];
            if layer
                .inputs
                .iter()
                .all(|&input| network.tensors[vanished.root(input)].producer.is_none())
            {
                let reader = layer
                    .outputs
                    .iter()
                    .find_map(|&output| network.tensors[output].consumers.first());
                head[id] = reader.map_or(id, |&reader| head[reader]);
            }
        }
        for id in (0..network.layers.len()).filter(|&id| vanished.is_gone[id]) {
            let producer = network.layers[id]
                .inputs
                .iter()
                .find_map(|&input| network.tensors[input].producer);
            if let Some(producer) = producer.filter(|_| head[id] == id) {
                head[id] = head[producer];
            }
        }
        Self { head }
    }

    fn assemble(&self, network: &Network, vanished: &Vanished) -> Network {
        let mut members = vec![Vec::new(); network.layers.len()];
        for (id, &head) in self.head.iter().enumerate() {
            members[head].push(id);
        }
        let mut tensors = Kept::default();
        let inputs = network
            .inputs
            .iter()
            .map(|&t| tensors.place(network, vanished.root(t)))
            .collect();
        let mut layers = Vec::new();
        for (head, members) in members.iter().enumerate().filter(|(_, members)| !members.is_empty()) {
            let reads = vanished.inputs(&network.layers[head]);
            let mut outputs = Vec::new();
            for &member in members.iter().filter(|&&m| !vanished.is_gone[m]) {
                for &output in &network.layers[member].outputs {
                    let root = vanished.root(output);
                    let leaves = vanished.readers[root].iter().any(|&reader| self.head[reader] != head);
                    if leaves || vanished.is_output[root] {
                        outputs.push(tensors.place(network, root));
                    }
                }
            }
            let inputs = reads.into_iter().map(|root| tensors.place(network, root)).collect();
            layers.push(merged(network, head, members, inputs, outputs));
        }
        let outputs = each_once(
            network
                .outputs
                .iter()
                .map(|&output| tensors.place(network, vanished.root(output))),
        );
        let fused = Network {
            name: network.name.clone(),
            layers,
            tensors: tensors.list,
            inputs,
            outputs,
            symbols: network.symbols.clone(),
            hash: network.hash.clone(),
            fused: true,
        };
        fused.linked()
    }
}

/// One layer for all members.
fn merged(
    network: &Network,
    head: LayerId,
    members: &[LayerId],
    inputs: Vec<TensorId>,
    outputs: Vec<TensorId>,
) -> Layer {
    let all = || members.iter().map(|&m| &network.layers[m]);
    Layer {
        inputs,
        outputs,
        constants: all().flat_map(|l| l.constants.iter().cloned()).collect(),
        macs: all().try_fold(0_u64, |sum, l| sum.checked_add(l.macs?)),
        params: all().fold(0, |sum, l| sum.saturating_add(l.params)),
        unknown: all().find_map(|l| l.unknown.clone()),
        members: all().flat_map(|l| l.members.iter().cloned()).collect(),
        ..network.layers[head].clone()
    }
}

/// Tensors of the fused view, by the raw tensor they are.
#[derive(Default)]
struct Kept {
    list: Vec<Tensor>,
    ids: std::collections::BTreeMap<TensorId, TensorId>,
}

impl Kept {
    fn place(&mut self, network: &Network, raw: TensorId) -> TensorId {
        let next = self.list.len();
        let id = *self.ids.entry(raw).or_insert(next);
        if id == next {
            self.list.push(network.tensors[raw].clone());
        }
        id
    }
}

/// The layers a head takes in.
fn followers(network: &Network, vanished: &Vanished, head: LayerId) -> Vec<LayerId> {
    let mut taken = Vec::new();
    let layer = &network.layers[head];
    let &[output] = layer.outputs.as_slice() else {
        return taken;
    };
    let mut tail = vanished.root(output);
    if takes_arithmetic(layer.kind) {
        while let Some(next) = only_reader(vanished, tail).filter(|&next| is_arithmetic(network, next)) {
            let &[output] = network.layers[next].outputs.as_slice() else {
                break;
            };
            taken.push(next);
            tail = vanished.root(output);
        }
    }
    if takes_activation(layer.kind) {
        taken.extend(activation(network, vanished, tail));
    }
    taken
}

/// Whether bias and normalisation can be worked into the operator's own arithmetic.
fn takes_arithmetic(kind: OpKind) -> bool {
    matches!(
        kind,
        OpKind::Linear | OpKind::Depthwise | OpKind::Attention | OpKind::Norm
    )
}

/// Whether an activation can be applied to the results as they come.
fn takes_activation(kind: OpKind) -> bool {
    takes_arithmetic(kind) || matches!(kind, OpKind::Elementwise | OpKind::Pool | OpKind::Recurrent)
}

/// The one layer that reads a tensor nobody else wants.
fn only_reader(vanished: &Vanished, tensor: TensorId) -> Option<LayerId> {
    match vanished.readers[tensor].as_slice() {
        &[reader] if !vanished.is_output[tensor] => Some(reader),
        _ => None,
    }
}

/// Batch normalisation, or element-wise arithmetic with constants.
fn is_arithmetic(network: &Network, layer: LayerId) -> bool {
    let layer = &network.layers[layer];
    let ops = ["BatchNormalization", "Add", "Sub", "Mul", "Div", "BiasAdd"];
    layer.inputs.len() == 1 && ops.contains(&layer.op.as_str())
}

/// Operators an activation may be made of.
fn is_pointwise(layer: &Layer) -> bool {
    let arithmetic = [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Pow",
        "Neg",
        "Exp",
        "Log",
        "Sqrt",
        "Reciprocal",
        "Min",
        "Max",
    ];
    layer.kind == OpKind::Activation || arithmetic.contains(&layer.op.as_str())
}

/// The smallest set of point-wise layers behind `tail` that contains an activation function and hands on one tensor.
fn activation(network: &Network, vanished: &Vanished, tail: TensorId) -> Vec<LayerId> {
    if vanished.is_output[tail] {
        return Vec::new();
    }
    let mut taken = Vec::new();
    let mut inside = vec![tail];
    let mut candidates: BTreeSet<LayerId> = vanished.readers[tail].iter().copied().collect();
    while let Some(next) = candidates.pop_first() {
        let layer = &network.layers[next];
        let &[output] = layer.outputs.as_slice() else { break };
        let closed_inputs = vanished.inputs(layer).iter().all(|input| inside.contains(input));
        if !is_pointwise(layer) || !closed_inputs || taken.len() == ACTIVATION_NODES {
            break;
        }
        taken.push(next);
        let output = vanished.root(output);
        inside.push(output);
        candidates.extend(vanished.readers[output].iter().copied());
        let leaves = |&&t: &&TensorId| {
            t == output || vanished.is_output[t] || vanished.readers[t].iter().any(|reader| !taken.contains(reader))
        };
        let is_one = inside.iter().filter(leaves).count() == 1;
        if is_one && taken.iter().any(|&l| network.layers[l].kind == OpKind::Activation) {
            scale(network, vanished, output, &mut taken);
            return taken;
        }
    }
    Vec::new()
}

/// Takes in the multiplication with a lone number that ends an activation made of several nodes (the ½ of GELU).
fn scale(network: &Network, vanished: &Vanished, tail: TensorId, taken: &mut Vec<LayerId>) {
    let Some(next) = only_reader(vanished, tail).filter(|_| taken.len() > 1) else {
        return;
    };
    let layer = &network.layers[next];
    if layer.inputs.len() == 1 && layer.constants.is_empty() && matches!(layer.op.as_str(), "Mul" | "Div") {
        taken.push(next);
    }
}
