//! From analysed values and drafts to the [`Network`]: tensors on the data path, outputs, unique names.

use super::analyse::{Analysis, analyse};
use super::error::{Fault, Place};
use super::model::Model;
use super::notes::NoteWeight;
use super::order::ValueId;
use super::{ImportOptions, Imported, hash};
use crate::network::{Layer, Network, Tensor, TensorId, each_once};
use std::collections::{HashMap, HashSet};

/// The raw view of a model.
pub fn network(model: &Model, title: &str, options: &ImportOptions) -> Result<Imported, Fault> {
    let mut analysis = analyse(model, options)?;
    drop_nodes_without_results(model, &mut analysis);
    if analysis.drafts.is_empty() {
        let remedy =
            "Open a model whose result is computed from its inputs; a file of weights alone has no layers to cut";
        return Err(Fault::new(Place::Graph, "no node depends on an input", remedy));
    }
    let wanted = wanted_values(model, &mut analysis);
    let mut tensors = Tensors::default();
    let read: HashSet<ValueId> = analysis
        .drafts
        .iter()
        .flat_map(|d| &d.inputs)
        .copied()
        .chain(wanted.iter().copied())
        .collect();
    let mut inputs = Vec::new();
    for &id in &analysis.inputs {
        if read.contains(&id) {
            inputs.push(tensors.of(id, &analysis));
        } else {
            let text = format!("nothing reads the input “{}”", analysis.values.names[id]);
            analysis.notes.add("inputs nobody reads", NoteWeight::Info, None, text);
        }
    }
    let mut names = HashSet::new();
    let mut layers = Vec::with_capacity(analysis.drafts.len());
    for draft in std::mem::take(&mut analysis.drafts) {
        let node = &model.graph.nodes[draft.node];
        let name = unique(node.label(), &mut names);
        if name != node.label() {
            let text = format!(
                "another node is called “{}” too; this one is shown as “{name}”",
                node.label()
            );
            analysis
                .notes
                .add("names used twice", NoteWeight::Info, Some(&name), text);
        }
        let outputs = draft.outputs.iter().filter(|id| read.contains(id));
        layers.push(Layer {
            members: vec![name.clone()],
            name,
            op: node.op.clone(),
            domain: node.domain.clone(),
            kind: draft.kind,
            attributes: node
                .attributes
                .iter()
                .map(|(name, value)| (name.clone(), value.shown()))
                .collect(),
            inputs: draft.inputs.iter().map(|&id| tensors.of(id, &analysis)).collect(),
            outputs: outputs.map(|&id| tensors.of(id, &analysis)).collect(),
            constants: draft.constants,
            macs: draft.macs,
            params: draft.params,
            unknown: draft.unknown,
        });
    }
    report_unknown(&layers, &mut analysis);
    let outputs = wanted.iter().map(|&id| tensors.of(id, &analysis)).collect();
    let network = Network {
        name: title.to_owned(),
        layers,
        tensors: tensors.list,
        inputs,
        outputs,
        symbols: analysis.symbols,
        hash: hash::of(model),
        fused: false,
    };
    Ok(Imported {
        network: network.linked(),
        notes: analysis.notes.finish(),
    })
}

fn drop_nodes_without_results(model: &Model, analysis: &mut Analysis) {
    let Analysis { drafts, notes, .. } = analysis;
    drafts.retain(|draft| {
        let keeps = !draft.outputs.is_empty();
        if !keeps {
            let label = model.graph.nodes[draft.node].label();
            let text = "it has no outputs and is left out".to_owned();
            notes.add("nodes without outputs", NoteWeight::Warning, Some(label), text);
        }
        keeps
    });
}

/// The values the outside wants: the graph's outputs, then the result of every layer nothing else depends on.
fn wanted_values(model: &Model, analysis: &mut Analysis) -> Vec<ValueId> {
    let mut wanted = Vec::new();
    for output in &model.graph.outputs {
        let id = analysis.values.find(&output.name).map(|id| analysis.same_as[id]);
        match id {
            Some(id) if !analysis.facts[id].constant => wanted.push(id),
            Some(_) => {
                let text = format!(
                    "the output “{}” does not depend on an input and is left out",
                    output.name
                );
                analysis.notes.add("constant outputs", NoteWeight::Info, None, text);
            }
            None => {
                let text = format!("the file wants the output “{}”, which no node computes", output.name);
                analysis
                    .notes
                    .add("outputs from nowhere", NoteWeight::Warning, None, text);
            }
        }
    }
    let mut wanted = each_once(wanted.into_iter());
    let read: HashSet<ValueId> = analysis
        .drafts
        .iter()
        .flat_map(|d| &d.inputs)
        .copied()
        .chain(wanted.iter().copied())
        .collect();
    for draft in &analysis.drafts {
        let Some(&first) = draft.outputs.first() else { continue };
        if draft.outputs.iter().any(|id| read.contains(id)) {
            continue;
        }
        let label = model.graph.nodes[draft.node].label();
        let text = "nothing reads its result and the file does not ask for it; it counts as an output".to_owned();
        analysis
            .notes
            .add("results nobody reads", NoteWeight::Info, Some(label), text);
        wanted.push(first);
    }
    wanted
}

/// `name`, or with a number behind it where that is taken.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 1;
    while !taken.insert(candidate.clone()) {
        number += 1;
        candidate = format!("{name}#{number}");
    }
    candidate
}

/// One sentence about all layers with gaps; each carries its own words.
fn report_unknown(layers: &[Layer], analysis: &mut Analysis) {
    let unknown: Vec<&Layer> = layers.iter().filter(|l| l.unknown.is_some()).collect();
    let Some(first) = unknown.first() else { return };
    let reason = first.unknown.as_deref().unwrap_or_default();
    let text = format!(
        "{} of {} layers are not fully known, the first because {reason}; they count nothing where a number is missing",
        unknown.len(),
        layers.len()
    );
    analysis.notes.add("gaps", NoteWeight::Warning, Some(&first.name), text);
}

/// Tensors by value.
#[derive(Default)]
struct Tensors {
    list: Vec<Tensor>,
    ids: HashMap<ValueId, TensorId>,
}

impl Tensors {
    fn of(&mut self, value: ValueId, analysis: &Analysis) -> TensorId {
        let next = self.list.len();
        let id = *self.ids.entry(value).or_insert(next);
        if id == next {
            let fact = &analysis.facts[value];
            self.list.push(Tensor {
                name: analysis.values.names[value].to_owned(),
                dtype: fact.dtype,
                shape: fact.shape(),
                producer: None,
                consumers: Vec::new(),
                is_output: false,
            });
        }
        id
    }
}
