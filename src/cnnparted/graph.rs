//! A network as CNNParted evaluates it: layers in level order between the pseudo layers `input` and `output`.

use super::Rules;
use crate::network::cnnparted::{conv_params, gemm_params, with_pseudo_layers};
use crate::network::{LayerId, Network, ScheduleKind};

/// Layers in running order. A cut is the index of the last layer before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// The network's name.
    pub network: String,
    /// Layer names; the first is `input`, the last `output`.
    pub layers: Vec<String>,
    /// Elements of each layer's outputs.
    pub elements: Vec<u64>,
    /// Weights of each layer, in elements.
    pub weights: Vec<u64>,
    /// Indices of the layers that read each layer, ascending.
    pub successors: Vec<Vec<usize>>,
    /// Elements alive after each layer: outputs, so far, of layers that are read later.
    pub live_elements: Vec<u64>,
}

/// Why a network cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("network “{network}”, {place}: {problem}. {remedy}")]
pub struct GraphError {
    /// The network's name.
    pub network: String,
    /// Where in the network.
    pub place: String,
    /// What is wrong.
    pub problem: &'static str,
    /// What the user can do.
    pub remedy: &'static str,
}

impl Graph {
    /// Level order, sizes and weights of a network in its raw view.
    pub fn new(network: &Network, rules: Rules) -> Result<Self, GraphError> {
        let fault = |place: String, problem, remedy| GraphError {
            network: network.name.clone(),
            place,
            problem,
            remedy,
        };
        if network.inputs.is_empty() || network.outputs.is_empty() {
            return Err(fault(
                "graph".to_owned(),
                "it has no input or no output to attach CNNParted's pseudo layers to",
                "Export it again with its inputs and outputs declared",
            ));
        }
        let with = with_pseudo_layers(network);
        let schedule = with.schedule(ScheduleKind::LevelOrder);
        let order = schedule.order();
        let elements = order.iter().map(|&layer| {
            output_elements(&with, layer).ok_or_else(|| {
                fault(
                    format!("layer “{}”", with.layers[layer].name),
                    "the size of its output is not known",
                    "Export it again with fixed shapes, or give sizes to its symbolic dimensions",
                )
            })
        });
        let elements: Vec<u64> = elements.collect::<Result<_, _>>()?;
        let successors = order.iter().map(|&layer| {
            let mut places: Vec<usize> = with.successors(layer).into_iter().map(|l| schedule.place(l)).collect();
            places.sort_unstable();
            places
        });
        let successors: Vec<Vec<usize>> = successors.collect();
        Ok(Self {
            network: network.name.clone(),
            layers: order.iter().map(|&layer| with.layers[layer].name.clone()).collect(),
            weights: order.iter().map(|&layer| weights(&with, layer, rules)).collect(),
            live_elements: live_elements(&elements, &successors),
            elements,
            successors,
        })
    }

    /// Index of the last layer, the pseudo layer `output`.
    pub fn last(&self) -> usize {
        self.layers.len().saturating_sub(1)
    }
}

fn output_elements(network: &Network, layer: LayerId) -> Option<u64> {
    let outputs = network.layers[layer].outputs.iter();
    outputs
        .map(|&t| network.tensors[t].elements())
        .try_fold(0_u64, |sum, elements| sum.checked_add(elements?))
}

fn weights(network: &Network, layer: LayerId, rules: Rules) -> u64 {
    let convolution = conv_params(network, layer).map(|conv| {
        let shared_by = if rules.grouped_weights_whole { 1 } else { conv.groups };
        conv.weights.checked_div(shared_by).unwrap_or(0)
    });
    convolution
        .or_else(|| gemm_params(network, layer).map(|gemm| gemm.weights))
        .unwrap_or(0)
}

fn live_elements(elements: &[u64], successors: &[Vec<usize>]) -> Vec<u64> {
    // What comes and goes after each layer; a wider sum than a cut's can be, so that it never saturates midway.
    let mut change = vec![0_i128; elements.len() + 1];
    for (place, (&size, readers)) in elements.iter().zip(successors).enumerate() {
        if let Some(&last_reader) = readers.last() {
            change[place] += i128::from(size);
            change[last_reader] -= i128::from(size);
        }
    }
    let sums = change.iter().scan(0_i128, |sum, change| {
        *sum += change;
        Some(u64::try_from(*sum).unwrap_or(u64::MAX))
    });
    sums.take(elements.len()).collect()
}
