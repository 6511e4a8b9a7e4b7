//! One walk over the nodes in running order: what every value is, and a draft of the layer of every node that depends on an
//! input.

use super::ImportOptions;
use super::error::Fault;
use super::fold;
use super::macs::macs;
use super::model::{Model, Node, ValueInfo};
use super::notes::{NoteWeight, Notes};
use super::operands;
use super::order::{self, ValueId, Values};
use super::shapes::{self, Call, Dims, Fact, Gap, Shaped};
use super::symbols::Symbols;
use crate::network::{Constant, DataType, OpKind, each_once};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What the walk found.
pub struct Analysis<'m> {
    pub values: Values<'m>,
    pub facts: Vec<Fact>,
    /// For the output of an `Identity` on the data path the value it repeats, else the value itself.
    pub same_as: Vec<ValueId>,
    /// Values that arrive from outside, in file order.
    pub inputs: Vec<ValueId>,
    pub drafts: Vec<Draft>,
    pub symbols: BTreeMap<String, u64>,
    pub notes: Notes,
}

/// A layer in the making.
pub struct Draft {
    /// Index of its node.
    pub node: usize,
    /// Operands on the data path, each once.
    pub inputs: Vec<ValueId>,
    pub outputs: Vec<ValueId>,
    pub constants: Vec<Constant>,
    pub kind: OpKind,
    pub macs: Option<u64>,
    pub params: u64,
    pub unknown: Option<String>,
}

/// Analyses a model.
pub fn analyse<'m>(model: &'m Model, options: &ImportOptions) -> Result<Analysis<'m>, Fault> {
    let graph = &model.graph;
    let values = Values::of(graph)?;
    let order = order::order(graph, &values)?;
    let mut notes = Notes::default();
    if !order.is_sorted() {
        let text = "the file lists nodes before what they depend on; they are shown in running order".to_owned();
        notes.add("order", NoteWeight::Info, None, text);
    }
    let mut symbols = Symbols::new(&options.symbols)?;
    let mut facts = vec![Fact::default(); values.names.len()];
    let mut inputs = Vec::new();
    let mut arriving = HashSet::new();
    for constant in &graph.constants {
        let Some(id) = values.find(&constant.name) else {
            continue;
        };
        facts[id] = Fact {
            dtype: constant.dtype,
            stored: constant.dtype,
            dims: Some(constant.dims.iter().map(|&d| Some(d)).collect()),
            constant: true,
            value: constant.value.clone(),
        };
    }
    for input in &graph.inputs {
        let Some(id) = values.find(&input.name) else { continue };
        if facts[id].constant || !arriving.insert(id) {
            continue;
        }
        facts[id].dtype = input.dtype;
        facts[id].dims = symbols.fill_input(input, &mut notes);
        inputs.push(id);
    }
    symbols.report_unused(&mut notes);
    let written = values.writer.iter().enumerate().filter(|(_, writer)| writer.is_none());
    let dangling: Vec<ValueId> = written
        .map(|(id, _)| id)
        .filter(|id| !facts[*id].constant && !arriving.contains(id))
        .collect();
    for id in dangling {
        let text = format!(
            "“{}” comes from nowhere; it is shown as an input of unknown shape",
            values.names[id]
        );
        notes.add("values from nowhere", NoteWeight::Warning, None, text);
        inputs.push(id);
    }
    let claims = graph
        .claims
        .iter()
        .chain(&graph.outputs)
        .map(|c| (c.name.as_str(), c))
        .collect();
    let mut walk = Walk {
        model,
        claims,
        symbols: &symbols,
        effort: fold::Effort::default(),
        found: Analysis {
            same_as: (0..facts.len()).collect(),
            values,
            facts,
            inputs,
            drafts: Vec::new(),
            symbols: BTreeMap::new(),
            notes,
        },
    };
    for node in order {
        walk.visit(node);
    }
    let mut found = walk.found;
    found.symbols = symbols.used;
    Ok(found)
}

struct Walk<'m, 's> {
    model: &'m Model,
    /// Shapes the file claims, by value name.
    claims: HashMap<&'m str, &'m ValueInfo>,
    symbols: &'s Symbols<'s>,
    effort: fold::Effort,
    found: Analysis<'m>,
}

impl Walk<'_, '_> {
    fn visit(&mut self, index: usize) {
        let node = &self.model.graph.nodes[index];
        let found = &mut self.found;
        let operand = |name: &String| found.values.find(name).filter(|_| !name.is_empty());
        let operands: Vec<Option<ValueId>> = node.inputs.iter().map(operand).collect();
        let captured: Vec<ValueId> = node.captured.iter().filter_map(operand).collect();
        let outputs: Vec<Option<ValueId>> = node.outputs.iter().map(operand).collect();
        let call = Call {
            node,
            inputs: operands.iter().map(|id| id.map(|id| &found.facts[id])).collect(),
            opset: self.model.opset,
        };
        let answer = shapes::infer(&call);
        let shaped: &[Shaped] = answer.as_deref().unwrap_or(&[]);
        let read = operands.iter().flatten().chain(&captured);
        let is_constant = read.clone().all(|&id| found.facts[id].constant);
        let is_shape = node.domain.is_empty() && matches!(node.op.as_str(), "Shape" | "Size");
        let values = if is_constant || is_shape {
            fold::evaluate(&call, shaped, &mut self.effort)
        } else {
            Vec::new()
        };
        if is_constant || values.iter().any(Option::is_some) {
            let stored = stored_type(&call, shaped);
            let facts = shaped.iter().zip(values).map(|(shaped, value)| Fact {
                dtype: shaped.dtype,
                dims: shaped.dims.clone(),
                constant: true,
                value: value.map(Arc::from),
                stored,
            });
            let nothing = Fact {
                constant: true,
                ..Fact::default()
            };
            let facts: Vec<Fact> = facts.chain(std::iter::repeat(nothing)).take(outputs.len()).collect();
            for (id, fact) in outputs.into_iter().zip(facts) {
                if let Some(id) = id {
                    found.facts[id] = fact;
                }
            }
            return;
        }
        if let ("Identity", "", &[Some(from)], &[Some(to)]) = (
            node.op.as_str(),
            node.domain.as_str(),
            operands.as_slice(),
            outputs.as_slice(),
        ) {
            found.facts[to] = found.facts[from].clone();
            found.same_as[to] = found.same_as[from];
            return;
        }
        let computed = read
            .map(|&id| found.same_as[id])
            .filter(|&id| !found.facts[id].constant);
        let inputs = each_once(computed);
        let draft = draft(&call, index, &answer, &operands);
        let shaped = shaped.to_vec();
        let is_known = shapes::is_known(node);
        found.drafts.push(Draft {
            inputs,
            outputs: outputs.iter().copied().flatten().collect(),
            ..draft
        });
        for (place, id) in outputs.into_iter().enumerate() {
            let Some(id) = id else { continue };
            let shaped = shaped.get(place).cloned().unwrap_or_default();
            let (dtype, dims) = self.compare(node, id, shaped, is_known);
            let fact = &mut self.found.facts[id];
            (fact.dtype, fact.dims) = (dtype, dims);
        }
    }

    /// Sets an inferred output beside what the file claims: a claim about an operator we know is only compared, one
    /// about an operator we do not know is all there is.
    fn compare(&mut self, node: &Node, id: ValueId, shaped: Shaped, is_known: bool) -> (DataType, Option<Dims>) {
        let name = self.found.values.names[id];
        let Some(claim) = self.claims.get(name) else {
            return (shaped.dtype, shaped.dims);
        };
        let claimed = claim.dims.as_deref().map(|declared| self.symbols.resolve(declared));
        if !is_known {
            let complete = claimed.filter(|dims| !claim.is_container && dims.iter().all(Option::is_some));
            if complete.is_some() {
                let text = format!(
                    "the shape of “{name}” is the file's own claim, because {} is not known",
                    node.op
                );
                let notes = &mut self.found.notes;
                notes.add(
                    "shapes taken from the file",
                    NoteWeight::Warning,
                    Some(node.label()),
                    text,
                );
            }
            return (claim.dtype, complete);
        }
        if let (Some(ours), Some(theirs)) = (&shaped.dims, claimed)
            && contradict(ours, &theirs)
        {
            let text = format!(
                "the file claims “{name}” to be {}, its operators make it {}",
                shown(&theirs),
                shown(ours)
            );
            let notes = &mut self.found.notes;
            notes.add(
                "claims of the file that do not hold",
                NoteWeight::Warning,
                Some(node.label()),
                text,
            );
        }
        (shaped.dtype, shaped.dims)
    }
}

fn contradict(ours: &Dims, theirs: &Dims) -> bool {
    let differ = |(a, b): (&Option<u64>, &Option<u64>)| a.is_some() && b.is_some() && a != b;
    ours.len() != theirs.len() || ours.iter().zip(theirs).any(differ)
}

/// A shape in words: `1×3×?`.
pub(super) fn shown(dims: &[Option<u64>]) -> String {
    let parts: Vec<String> = dims
        .iter()
        .map(|d| d.map_or("?".to_owned(), |d| d.to_string()))
        .collect();
    if parts.is_empty() {
        "a scalar".to_owned()
    } else {
        parts.join("×")
    }
}

/// The type a folded constant is stored in: dequantised weights are kept as the integers they come from.
fn stored_type(call: &Call, shaped: &[Shaped]) -> DataType {
    let own = shaped.first().map_or(DataType::Unknown, |s| s.dtype);
    let source = call.optional(0);
    match (call.node.op.as_str(), source) {
        ("DequantizeLinear", Some(source)) => source.stored,
        ("Identity" | "Reshape" | "Transpose" | "Squeeze" | "Unsqueeze" | "Flatten" | "Expand", Some(source))
            if source.dtype == own =>
        {
            source.stored
        }
        _ => own,
    }
}

/// The layer of a node, inputs and outputs still to be filled in.
fn draft(call: &Call, index: usize, answer: &Result<Vec<Shaped>, Gap>, operands: &[Option<ValueId>]) -> Draft {
    let node = call.node;
    let (mut constants, mut params, mut weighted) = (Vec::new(), 0_u64, false);
    let mut unknown = answer.as_ref().err().map(|gap| gap.0.clone());
    let mut seen = HashSet::new();
    for (operand, fact) in call.inputs.iter().enumerate() {
        let Some(fact) = fact.filter(|fact| fact.constant) else {
            continue;
        };
        let Some(shape) = fact.shape() else {
            unknown.get_or_insert_with(|| format!("the size of the constant “{}” is not known", node.inputs[operand]));
            continue;
        };
        let constant = Constant {
            name: node.inputs[operand].clone(),
            dtype: fact.stored,
            shape,
        };
        let elements = constant.elements();
        let is_repeated = !seen.insert(operands[operand]);
        if operands::is_kept(node, operand, elements) && !is_repeated {
            params = params.saturating_add(operands::parameters(node, operand, fact, elements));
            weighted = true;
            constants.push(constant);
        }
    }
    let output = answer.as_ref().ok().and_then(|shaped| shaped.first()?.dims.as_ref());
    let macs = macs(call, output);
    if macs.is_none() {
        unknown.get_or_insert_with(|| "its operations are too many to count".to_owned());
    }
    if answer.is_ok() && !output.is_some_and(|dims| dims.iter().all(Option::is_some)) {
        unknown.get_or_insert_with(|| "the size of its output depends on the data".to_owned());
    }
    let channels = call.dims(0).ok().and_then(|dims| dims.get(1).copied().flatten());
    let group = node.int("group").and_then(|g| u64::try_from(g).ok());
    let depthwise = channels == group && group.is_some_and(|g| g > 1);
    Draft {
        node: index,
        inputs: Vec::new(),
        outputs: Vec::new(),
        constants,
        kind: operands::kind(node, depthwise, weighted),
        macs,
        params,
        unknown,
    }
}
