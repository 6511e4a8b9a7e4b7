//! Who writes and who reads every value, and an order in which all nodes can run.

use super::error::{Fault, Place};
use super::model::{Graph, Node};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Index of a value.
pub type ValueId = usize;

/// The values of a graph.
pub struct Values<'m> {
    ids: HashMap<&'m str, ValueId>,
    /// Names by id.
    pub names: Vec<&'m str>,
    /// The node that writes each; `None` for constants, inputs and what nobody writes.
    pub writer: Vec<Option<usize>>,
}

/// A node's operands (empty names = left out) and the values its bodies read.
pub fn reads(node: &Node) -> impl Iterator<Item = &str> {
    let all = node.inputs.iter().chain(&node.captured);
    all.map(String::as_str).filter(|name| !name.is_empty())
}

impl<'m> Values<'m> {
    /// Collects all values; a value written twice is an error.
    pub fn of(graph: &'m Graph) -> Result<Self, Fault> {
        let mut values = Self {
            ids: HashMap::new(),
            names: Vec::new(),
            writer: Vec::new(),
        };
        for constant in &graph.constants {
            values.id(&constant.name);
        }
        for input in &graph.inputs {
            values.id(&input.name);
        }
        let given = values.names.len();
        for (index, node) in graph.nodes.iter().enumerate() {
            for output in node.outputs.iter().filter(|o| !o.is_empty()) {
                let id = values.id(output);
                let other = match values.writer[id] {
                    Some(other) => graph.nodes[other].label(),
                    None if id < given => "the graph's inputs and constants",
                    None => {
                        values.writer[id] = Some(index);
                        continue;
                    }
                };
                let problem = format!("it writes “{output}”, which comes from “{other}” already");
                return Err(Fault::graph(Place::Node(node.label().to_owned()), problem));
            }
        }
        for name in graph.nodes.iter().flat_map(reads) {
            values.id(name);
        }
        Ok(values)
    }

    fn id(&mut self, name: &'m str) -> ValueId {
        let next = self.names.len();
        let id = *self.ids.entry(name).or_insert(next);
        if id == next {
            self.names.push(name);
            self.writer.push(None);
        }
        id
    }

    /// The id of a name.
    pub fn find(&self, name: &str) -> Option<ValueId> {
        self.ids.get(name).copied()
    }

    /// Nodes whose results a node reads.
    fn before<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = usize> + 'a {
        reads(node).filter_map(|name| self.writer[*self.ids.get(name)?])
    }
}

/// An order with every writer before its readers: the file's own if it is one, else the nearest to it.
pub fn order(graph: &Graph, values: &Values) -> Result<Vec<usize>, Fault> {
    let nodes = &graph.nodes;
    let is_ordered = |(index, node): (usize, &Node)| values.before(node).all(|other| other < index);
    if nodes.iter().enumerate().all(is_ordered) {
        return Ok((0..nodes.len()).collect());
    }
    let mut waiting = vec![0_usize; nodes.len()];
    let mut readers = vec![Vec::new(); nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        for other in values.before(node) {
            waiting[index] += 1;
            readers[other].push(index);
        }
    }
    let mut ready: BinaryHeap<_> = (0..nodes.len()).filter(|&i| waiting[i] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(Reverse(index)) = ready.pop() {
        order.push(index);
        for &reader in &readers[index] {
            waiting[reader] -= 1;
            if waiting[reader] == 0 {
                ready.push(Reverse(reader));
            }
        }
    }
    if order.len() == nodes.len() {
        Ok(order)
    } else {
        Err(cycle(graph, values))
    }
}

/// Names the nodes of the cycle that comes first in the file; there must be one.
fn cycle(graph: &Graph, values: &Values) -> Fault {
    let nodes = &graph.nodes;
    let before = |(index, node)| values.before(node).map(move |other| (other, index)).collect::<Vec<_>>();
    let edges = nodes.iter().enumerate().flat_map(before);
    let edges = DiGraph::<(), (), usize>::from_edges(edges);
    // Kosaraju's algorithm, because petgraph's runs without recursion: a file may chain 200 000 nodes.
    let components = kosaraju_scc(&edges).into_iter();
    let cyclic = components.filter(|members| members.len() > 1 || members.iter().any(|&m| edges.contains_edge(m, m)));
    let sorted = cyclic.map(|mut members| {
        members.sort_unstable();
        members
    });
    let members = sorted.min().unwrap_or_default();
    let names: Vec<&str> = members
        .iter()
        .take(5)
        .map(|member| nodes[member.index()].label())
        .collect();
    let more = if members.len() > names.len() { " …" } else { "" };
    let problem = format!(
        "it takes part in a cycle of {} nodes ({}{more})",
        members.len(),
        names.join(", ")
    );
    Fault::graph(
        Place::Node(names.first().copied().unwrap_or_default().to_owned()),
        problem,
    )
}
