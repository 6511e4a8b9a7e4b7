//! Functions a file defines for its own use (PyTorch's newer exporter writes such files): every call is replaced by the nodes of
//! the body, so that their operators count as if they had been written out.

use super::error::{Fault, Place};
use super::limits;
use super::model::{Attribute, Function, Model, Node};
use std::collections::HashMap;

/// Calls inside calls; functions must not call themselves.
const DEPTH: usize = 16;

/// Replaces all calls in the main graph.
pub fn functions(model: &mut Model) -> Result<(), Fault> {
    if model.functions.is_empty() {
        return Ok(());
    }
    let functions = model
        .functions
        .iter()
        .map(|f| ((f.domain.as_str(), f.name.as_str()), f))
        .collect();
    let mut inliner = Inliner {
        functions,
        nodes: Vec::new(),
        calls: 0,
        bytes: 0,
    };
    for node in std::mem::take(&mut model.graph.nodes) {
        inliner.add(node, 0)?;
    }
    model.graph.nodes = inliner.nodes;
    Ok(())
}

struct Inliner<'m> {
    functions: HashMap<(&'m str, &'m str), &'m Function>,
    nodes: Vec<Node>,
    calls: usize,
    /// Bytes of names written so far.
    bytes: u64,
}

impl Inliner<'_> {
    fn add(&mut self, node: Node, depth: usize) -> Result<(), Fault> {
        let function = self.functions.get(&(node.domain.as_str(), node.op.as_str())).copied();
        let texts = node
            .inputs
            .iter()
            .chain(&node.outputs)
            .chain(&node.captured)
            .chain([&node.name]);
        self.bytes += texts.map(|t| t.len() as u64).sum::<u64>();
        if self.nodes.len() >= limits::NODES || self.bytes > limits::KEPT_BYTES || depth > DEPTH {
            let problem = format!(
                "its functions unfold to more than {} nodes or {DEPTH} levels",
                limits::NODES
            );
            return Err(Fault::graph(Place::Node(node.label().to_owned()), problem));
        }
        let Some(function) = function else {
            self.nodes.push(node);
            return Ok(());
        };
        self.calls += 1;
        let names = self.renamed(function, &node);
        for inner in &function.nodes {
            let inner = instance(inner, &node, function, &names, self.calls);
            self.add(inner, depth + 1)?;
        }
        Ok(())
    }

    /// What the function's own names for its operands and results are at a call.
    fn renamed<'a>(&self, function: &'a Function, call: &'a Node) -> HashMap<&'a str, &'a str> {
        let pairs = |ours: &'a [String], theirs: &'a [String]| {
            let theirs = theirs.iter().map(String::as_str).chain(std::iter::repeat(""));
            ours.iter().map(String::as_str).zip(theirs).collect::<Vec<_>>()
        };
        let inputs = pairs(&function.inputs, &call.inputs);
        // A result the caller does not take keeps a name of its own.
        let outputs = pairs(&function.outputs, &call.outputs)
            .into_iter()
            .filter(|(_, theirs)| !theirs.is_empty());
        inputs.into_iter().chain(outputs).collect()
    }
}

/// A node of a function's body at a call.
fn instance(inner: &Node, call: &Node, function: &Function, names: &HashMap<&str, &str>, number: usize) -> Node {
    let rename = |name: &String| match names.get(name.as_str()) {
        Some(&outer) => outer.to_owned(),
        None if name.is_empty() => String::new(),
        None => format!("{}/{name}@{number}", call.label()),
    };
    let attribute = |(name, value): &(String, Attribute)| {
        let value = match value {
            Attribute::Reference(outer) => call.attribute(outer).or_else(|| {
                function
                    .defaults
                    .iter()
                    .find(|(n, _)| n == outer)
                    .map(|(_, value)| value)
            })?,
            value => value,
        };
        Some((name.clone(), value.clone()))
    };
    Node {
        name: format!(
            "{}/{}",
            call.label(),
            if inner.name.is_empty() { &inner.op } else { &inner.name }
        ),
        op: inner.op.clone(),
        domain: inner.domain.clone(),
        inputs: inner.inputs.iter().map(rename).collect(),
        outputs: inner.outputs.iter().map(rename).collect(),
        attributes: inner.attributes.iter().filter_map(attribute).collect(),
        captured: inner.captured.iter().map(rename).collect(),
    }
}
