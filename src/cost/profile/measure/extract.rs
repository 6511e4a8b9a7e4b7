//! The network as tract reads it, and sub-networks of it: what lies between the tensor before a block and that behind another, as a
//! network of its own that is optimised and executed by itself.

use super::{MeasureError, Source, fill};
use crate::network::blocks::Division;
use crate::network::{self, Network};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::Path;
use tract_onnx::Onnx;
use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::multithread::Executor;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::source::TypedSource;
use tract_onnx::tract_core::plan::SimplePlan;
use tract_onnx::tract_hir::infer::{Factoid, InferenceFact, InferenceModelExt};

/// Longest quotation of what tract says.
const QUOTED: usize = 400;

/// A network with weights, and the places between its blocks in it.
#[derive(Debug)]
pub struct Whole {
    file: String,
    model: TypedModel,
    division: Division,
    /// The value before every block but the first.
    between: Vec<OutletId>,
    /// Outputs with the block that makes them.
    outputs: Vec<(OutletId, usize)>,
}

/// A sub-network, ready to be run.
pub type Runner = TypedSimpleState;

impl Whole {
    /// Reads a network with its weights. `seed` starts the noise that stands for weights a file does not have; what was filled is told.
    ///
    /// # Errors
    /// tract does not take the network, or a tensor between blocks is not to be found in it.
    pub fn open(
        source: Source,
        network: &Network,
        division: &Division,
        seed: u64,
    ) -> Result<(Self, Option<String>), MeasureError> {
        let file = source.name();
        let fail = |what| {
            let network = file.clone();
            move |error: TractError| MeasureError::Tract {
                network,
                what,
                why: said(&error),
            }
        };
        let onnx = onnx().with_ignore_value_info(true).with_ignore_output_shapes(true);
        let mut proto = proto(&onnx, source).map_err(fail("read the file"))?;
        let filled = fill::weights(&mut proto, seed);
        let folder = match source {
            Source::File(path) => path.parent().and_then(Path::to_str),
            Source::Bytes(..) => None,
        };
        let mut parsed = onnx.parse(&proto, folder).map_err(fail("read the graph"))?;
        drop(proto);
        let known = &parsed.outlets_by_name;
        let model = &mut parsed.model;
        for &tensor in &network.inputs {
            let tensor = &network.tensors[tensor];
            let (Some(&outlet), Some(shape)) = (known.get(&tensor.name), &tensor.shape) else {
                continue;
            };
            let fact = model.outlet_fact(outlet).map_err(fail("find an input"))?;
            let Some(kind) = fact.datum_type.concretize() else {
                continue;
            };
            let fact = InferenceFact::dt_shape(kind, shape.iter().map(|&dim| dim as i64).collect::<Vec<_>>());
            model
                .set_outlet_fact(outlet, fact)
                .map_err(fail("set the size of an input"))?;
        }
        let mut between = Vec::new();
        for (block, &tensor) in division.between.iter().enumerate() {
            let name = &network.tensors[tensor].name;
            let outlet = known.get(name).copied().ok_or_else(|| MeasureError::Lost {
                network: file.clone(),
                tensor: name.clone(),
                block: division.blocks.words(block + 1, block + 1),
            })?;
            between.push(outlet);
        }
        // Nodes are renamed, merged and moved on the way to a typed model, but its outputs keep their order: so the places become outputs.
        let outputs = model.output_outlets().map_err(fail("find the outputs"))?.to_vec();
        let all = [between.clone(), outputs].concat();
        model
            .select_output_outlets(&all)
            .map_err(fail("keep the tensors between blocks"))?;
        let model = parsed.model.into_typed().map_err(fail("infer all types and shapes"))?;
        let found = model.output_outlets().map_err(fail("find the outputs"))?;
        let (between, outputs) = found.split_at(division.between.len().min(found.len()));
        // An output that only passes another value on has the importer's name for that value, at its place among the outputs.
        let in_order = network.outputs.len() == outputs.len();
        let tensor_of = |name: Option<&str>, index: usize| {
            let named = network.tensors.iter().find(|tensor| Some(tensor.name.as_str()) == name);
            let placed = network.outputs.get(index).filter(|_| in_order);
            named.or_else(|| placed.and_then(|&tensor| network.tensors.get(tensor)))
        };
        let block_of = |tensor: &network::Tensor| {
            // What no layer makes is an input.
            let layer = tensor.producer.unwrap_or(0);
            division
                .starts
                .partition_point(|&start| start <= layer)
                .saturating_sub(1)
        };
        let last_block = division.blocks.len().saturating_sub(1);
        let names: BTreeMap<OutletId, &str> = known.iter().map(|(name, &outlet)| (outlet, name.as_str())).collect();
        let blocks = all[division.between.len()..].iter().enumerate().map(|(index, outlet)| {
            let name = names.get(outlet).copied();
            let tensor = tensor_of(name, index).ok_or_else(|| MeasureError::Lost {
                network: file.clone(),
                tensor: name.unwrap_or("an output").to_owned(),
                block: division.blocks.words(last_block, last_block),
            })?;
            Ok(block_of(tensor))
        });
        let blocks: Vec<usize> = blocks.collect::<Result<_, MeasureError>>()?;
        let outputs: Vec<(OutletId, usize)> = outputs.iter().copied().zip(blocks).collect();
        let whole = Self {
            between: between.to_vec(),
            outputs,
            file,
            model,
            division: division.clone(),
        };
        Ok((whole, filled))
    }

    /// Type and shape of every input of the network.
    pub fn inputs(&self) -> Vec<&TypedFact> {
        let outlets = self.model.inputs.iter();
        outlets
            .filter_map(|&outlet| self.model.outlet_fact(outlet).ok())
            .collect()
    }

    /// The bundle of blocks `first..=last` as a network of its own. Its weights are shared with the whole until it is optimised.
    fn extract(&self, first: usize, last: usize) -> Result<TypedModel, MeasureError> {
        let fail = |what| move |error: TractError| self.failed(what, first, last, &error);
        let begin: Vec<OutletId> = match first.checked_sub(1) {
            None => self.model.inputs.clone(),
            Some(before) => self.between.get(before).copied().into_iter().collect(),
        };
        let own = self.outputs.iter().filter(|(_, block)| (first..=last).contains(block));
        let behind = self.between.get(last).into_iter().chain(own.map(|(outlet, _)| outlet));
        let mut ends: Vec<OutletId> = Vec::new();
        for &end in behind {
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        let mut sub = TypedModel {
            symbols: self.model.symbols.clone(),
            ..TypedModel::default()
        };
        let mut made: BTreeMap<OutletId, OutletId> = BTreeMap::new();
        for &outlet in &begin {
            let fact = self.model.outlet_fact(outlet).map_err(fail("take a bundle out"))?;
            let source = TypedFact::dt_shape(fact.datum_type, fact.shape.clone());
            let name = &self.model.node(outlet.node).name;
            let name = format!("{name}.{}.begin", outlet.slot);
            made.insert(outlet, sub.add_source(name, source).map_err(fail("take a bundle out"))?);
        }
        let needed = self.needed(&begin, &ends);
        // Nodes of a typed model stand in an order in which each comes after what it reads.
        let order = self.model.eval_order().map_err(fail("order the nodes of"))?;
        for id in order.into_iter().filter(|id| needed.contains(id)) {
            let node = self.model.node(id);
            if node.op_is::<TypedSource>() {
                return Err(self.unconnected(first, last, id));
            }
            let facts = node.outputs.iter().map(|output| output.fact.clone()).collect();
            let copy = sub.add_node(node.name.clone(), node.op.clone(), facts);
            let copy = copy.map_err(fail("take a bundle out"))?;
            for (slot, input) in node.inputs.iter().enumerate() {
                let outlet = made.get(input).copied();
                let outlet = outlet.ok_or_else(|| self.unconnected(first, last, input.node))?;
                sub.add_edge(outlet, InletId::new(copy, slot))
                    .map_err(fail("take a bundle out"))?;
            }
            for slot in 0..node.outputs.len() {
                made.entry(OutletId::new(id, slot)).or_insert(OutletId::new(copy, slot));
            }
        }
        let own = |end: &OutletId| {
            made.get(end)
                .copied()
                .ok_or_else(|| self.unconnected(first, last, end.node))
        };
        let ends: Vec<OutletId> = ends.iter().map(own).collect::<Result<_, _>>()?;
        sub.select_output_outlets(&ends).map_err(fail("take a bundle out"))?;
        Ok(sub)
    }

    fn unconnected(&self, first: usize, last: usize, node: usize) -> MeasureError {
        MeasureError::Unconnected {
            network: self.file.clone(),
            bundle: self.division.blocks.words(first, last),
            other: self.model.node(node).name.clone(),
        }
    }

    /// Nodes from which `ends` follow once `begin` is known.
    fn needed(&self, begin: &[OutletId], ends: &[OutletId]) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut open: Vec<OutletId> = ends.iter().filter(|end| !begin.contains(end)).copied().collect();
        while let Some(outlet) = open.pop() {
            if needed.insert(outlet.node) {
                let inputs = &self.model.node(outlet.node).inputs;
                open.extend(inputs.iter().filter(|input| !begin.contains(input)));
            }
        }
        needed
    }

    /// The bundle of blocks `first..=last`, optimised by itself, as it would be executed.
    pub fn runner(&self, first: usize, last: usize, threads: usize) -> Result<Runner, MeasureError> {
        let fail = |what| move |error: TractError| self.failed(what, first, last, &error);
        let model = self
            .extract(first, last)?
            .into_optimized()
            .map_err(fail("optimise a bundle"))?;
        let executor = match threads {
            0 | 1 => Executor::SingleThread,
            _ => Executor::multithread(threads),
        };
        let options = RunOptions {
            executor: Some(executor),
            ..RunOptions::default()
        };
        let plan = SimplePlan::new_with_options(model, &options).map_err(fail("plan a bundle"))?;
        plan.spawn().map_err(fail("begin a bundle"))
    }

    /// tract's failure at a bundle.
    pub fn failed(&self, what: &'static str, first: usize, last: usize, error: &TractError) -> MeasureError {
        let bundle = self.division.blocks.words(first, last);
        MeasureError::Tract {
            network: self.file.clone(),
            what,
            why: format!("{bundle}: {}", said(error)),
        }
    }
}

fn proto(onnx: &Onnx, source: Source) -> TractResult<ModelProto> {
    match source {
        Source::File(path) => onnx.proto_model_for_path(path),
        Source::Bytes(_, mut bytes) => onnx.proto_model_for_read(&mut bytes),
    }
}

/// What tract says, in one line of a length a person reads.
fn said(error: &impl Display) -> String {
    let text = format!("{error:#}");
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, inputs};
    use super::*;
    use crate::network::import::{ImportOptions, open};
    use tract_onnx::tract_core::internal::Approximation;

    fn whole(file: &str) -> (Whole, Option<String>) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(file);
        let network = open(&path, &ImportOptions::default()).unwrap().network;
        let division = Division::of(&network).unwrap();
        Whole::open(Source::File(&path), &network, &division, 1).unwrap()
    }

    fn run(whole: &Whole, first: usize, last: usize, inputs: TVec<TValue>) -> TVec<TValue> {
        whole.runner(first, last, 1).unwrap().run(inputs).unwrap()
    }

    fn inputs_of(whole: &Whole) -> TVec<TValue> {
        inputs::make(&whole.inputs(), &Inputs::Noise { seed: 3 }, 1)
            .unwrap()
            .0
            .remove(0)
    }

    fn assert_close(own: &TVec<TValue>, other: &TVec<TValue>, what: &str) {
        assert_eq!(own.len(), other.len(), "{what}");
        for (own, other) in own.iter().zip(other) {
            let close = own.close_enough(other, Approximation::Approximate);
            assert!(close.is_ok(), "{what}: {close:?}");
        }
    }

    /// Bundles one after another compute what the network computes in one piece, also in threads, and what crosses between them is what
    /// the network holds there.
    fn assert_bundles_make_the_whole(file: &str) -> Option<String> {
        let (whole, filled) = whole(file);
        let count = whole.division.blocks.len();
        assert!(count > 2, "{file}");
        let input = inputs_of(&whole);
        let expected = run(&whole, 0, count - 1, input.clone());
        let spread = expected[0].cast_to::<f32>().unwrap().into_owned();
        let spread = spread.try_as_plain_ram().unwrap();
        let values = spread.as_slice::<f32>().unwrap();
        assert!(values.iter().all(|value| value.is_finite()) && values.iter().any(|&value| value != values[0]));
        let mut crossing = input.clone();
        for block in 0..count {
            crossing = run(&whole, block, block, crossing);
            let up_to = run(&whole, 0, block, input.clone());
            assert_close(&crossing, &up_to, &format!("{file}, behind block {block}"));
            if block + 1 < count {
                assert_close(&run(&whole, block + 1, count - 1, crossing.clone()), &expected, file);
            }
        }
        assert_close(&crossing, &expected, file);
        let threaded = whole.runner(0, count - 1, 2).unwrap().run(input).unwrap();
        assert_close(&threaded, &expected, file);
        filled
    }

    #[test]
    fn bundles_compute_what_the_network_computes() {
        assert_eq!(assert_bundles_make_the_whole("digits_resnet.onnx"), None);
    }

    #[test]
    fn a_network_without_weights_gets_some() {
        let filled = assert_bundles_make_the_whole("squeezenet1_1.onnx");
        assert!(filled.is_some_and(|words| words.contains("the file has no weights")));
    }

    #[test]
    fn every_shipped_network_is_taken_apart() {
        for name in crate::project::example::names() {
            let (whole, _) = whole(&format!("{name}.onnx"));
            let count = whole.division.blocks.len();
            for block in 0..count {
                let sub = whole.extract(block, block).unwrap();
                assert_eq!(sub.outputs.len(), 1, "{name}, block {block}");
            }
        }
    }

    #[test]
    fn a_tensor_that_tract_does_not_know_is_named() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/digits_resnet.onnx");
        let mut network = open(&path, &ImportOptions::default()).unwrap().network;
        let division = Division::of(&network).unwrap();
        network.tensors[division.between[0]].name = "elsewhere".to_owned();
        let lost = Whole::open(Source::File(&path), &network, &division, 1)
            .unwrap_err()
            .to_string();
        assert!(lost.contains("“elsewhere”, which crosses before conv2"), "{lost}");
        let broken = Whole::open(Source::Bytes("x.onnx", b"no"), &network, &division, 1)
            .unwrap_err()
            .to_string();
        assert!(broken.starts_with("x.onnx: tract cannot read the"), "{broken}");
    }
}
