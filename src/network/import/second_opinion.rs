//! A second opinion on shapes, by tract's inference. tract may panic, hang or ask for all memory on hostile files, so on
//! foreign files it runs in a child process only (rulings.md 14): the child prints [`second_opinion_json`], the program reads
//! that and [`compare`]s. Tests run it in process on known files.
//!
//! tract is given the graph as [`super::model`] holds it: no big constant is ever read, values calculated before running are
//! handed over as inputs of known type and shape, and what the file claims about shapes is left out.

use super::analyse::shown;
use super::notes::Notes;
use super::{ImportNote, NoteWeight};
use crate::network::Network;
use std::collections::BTreeMap;

/// Shapes by value name; `None` = a dimension tract does not know.
pub type Shapes = BTreeMap<String, Vec<Option<u64>>>;

/// Shapes tract infers for a file, as JSON: what the child process prints.
///
/// # Errors
/// What went wrong, in words; also that the program was built without tract.
#[cfg(feature = "tract")]
pub fn second_opinion_json(path: &std::path::Path, options: &super::ImportOptions) -> Result<String, String> {
    let shapes = with_tract::infer_shapes(path, options)?;
    serde_json::to_string(&shapes).map_err(|e| e.to_string())
}

/// Shapes tract infers for a file, as JSON: what the child process prints.
///
/// # Errors
/// Always: the program was built without tract.
#[cfg(not(feature = "tract"))]
pub fn second_opinion_json(_path: &std::path::Path, _options: &super::ImportOptions) -> Result<String, String> {
    Err("this program was built without tract; build it with the feature `tract`".to_owned())
}

/// Where the raw view of a network and what the child printed disagree, and what only the child knows.
///
/// # Errors
/// The text is not what [`second_opinion_json`] prints.
pub fn compare(network: &Network, json: &str) -> Result<Vec<ImportNote>, String> {
    let shapes: Shapes = serde_json::from_str(json).map_err(|e| format!("the second opinion cannot be read: {e}"))?;
    let mut notes = Notes::default();
    for tensor in &network.tensors {
        let Some(theirs) = shapes.get(&tensor.name) else {
            continue;
        };
        let layer = tensor.producer.map(|p| network.layers[p].name.as_str());
        let differs = |ours: &[u64]| {
            let pairs = ours.iter().zip(theirs);
            ours.len() != theirs.len() || pairs.into_iter().any(|(a, b)| b.is_some_and(|b| *a != b))
        };
        match &tensor.shape {
            Some(ours) if differs(ours) => {
                let text = format!(
                    "tract makes “{}” {}, we make it {}",
                    tensor.name,
                    shown(theirs),
                    shown_known(ours)
                );
                notes.add("shapes on which tract disagrees", NoteWeight::Warning, layer, text);
            }
            None if theirs.iter().all(Option::is_some) => {
                let text = format!(
                    "tract makes “{}” {}; here its shape is not known",
                    tensor.name,
                    shown(theirs)
                );
                notes.add("shapes only tract knows", NoteWeight::Info, layer, text);
            }
            _ => {}
        }
    }
    Ok(notes.finish())
}

fn shown_known(dims: &[u64]) -> String {
    shown(&dims.iter().map(|&d| Some(d)).collect::<Vec<_>>())
}

#[cfg(feature = "tract")]
pub use with_tract::infer_shapes as infer_shapes_with_tract;

#[cfg(feature = "tract")]
mod with_tract {
    use super::Shapes;
    use crate::network::DataType;
    use crate::network::import::analyse::{Analysis, analyse};
    use crate::network::import::model::{Attribute, Model, Node};
    use crate::network::import::shapes::Fact;
    use crate::network::import::{ImportOptions, decode, inline};
    use std::path::Path;
    use tract_onnx::pb;
    use tract_onnx::prelude::{OutletId, TDim};
    use tract_onnx::tract_hir::infer::{Factoid, GenericFactoid, InferenceModelExt};

    /// Shapes of all values tract can tell.
    ///
    /// # Errors
    /// Reading or tract's own failure, in words.
    pub fn infer_shapes(path: &Path, options: &ImportOptions) -> Result<Shapes, String> {
        let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
        let name = path.display().to_string();
        let mut model = decode::model(file).map_err(|fault| fault.in_file(&name).to_string())?;
        inline::functions(&mut model).map_err(|fault| fault.in_file(&name).to_string())?;
        let analysis = analyse(&model, options).map_err(|fault| fault.in_file(&name).to_string())?;
        let proto = stripped(&model, &analysis);
        let parsed = tract_onnx::onnx()
            .with_ignore_value_info(true)
            .with_ignore_output_shapes(true)
            .with_ignore_output_types(true)
            .parse(&proto, None);
        let mut parsed = parsed.map_err(|e| format!("tract cannot read the graph: {e:#}"))?;
        // Going on after an error leaves what was found before it, which is all we ask for.
        let _first_error = parsed.model.analyse(true);
        let known = |(value, outlet): (&String, &OutletId)| {
            let fact = parsed.model.outlet_fact(*outlet).ok()?;
            let dim = |dim: &GenericFactoid<TDim>| u64::try_from(dim.concretize()?.to_i64().ok()?).ok();
            let dims = (!fact.shape.is_open()).then(|| fact.shape.dims().map(dim).collect())?;
            Some((value.clone(), dims))
        };
        Ok(parsed.outlets_by_name.iter().filter_map(known).collect())
    }

    /// The graph for tract: values fixed before running and of any size become inputs of known type and shape.
    fn stripped(model: &Model, analysis: &Analysis) -> pb::ModelProto {
        let fact = |name: &str| analysis.values.find(name).map(|id| &analysis.facts[id]);
        let arriving = analysis.inputs.iter().map(|&id| analysis.values.names[id]);
        let constants = model.graph.constants.iter().map(|c| c.name.as_str());
        let (replaced, kept): (Vec<&Node>, Vec<&Node>) =
            model.graph.nodes.iter().partition(|node| is_replaced(node, fact));
        let computed = replaced.iter().flat_map(|node| node.outputs.iter().map(String::as_str));
        let mut graph = pb::GraphProto {
            node: kept.into_iter().filter_map(node).collect(),
            ..Default::default()
        };
        for name in arriving.chain(constants).chain(computed) {
            let Some(fact) = fact(name) else { continue };
            match tensor(name, fact.dtype, fact.shape().as_deref(), fact.value.as_deref()) {
                Some(tensor) => graph.initializer.push(tensor),
                None => graph.input.extend(value_info(name, fact)),
            }
        }
        // An output must be one that a node makes, or tract panics; which one does not matter.
        let last = graph
            .node
            .iter()
            .rev()
            .find_map(|node| node.output.iter().find(|o| !o.is_empty()));
        graph.output = last
            .map(|name| pb::ValueInfoProto {
                name: name.clone(),
                ..Default::default()
            })
            .into_iter()
            .collect();
        pb::ModelProto {
            ir_version: 8,
            opset_import: vec![pb::OperatorSetIdProto {
                domain: String::new(),
                version: model.opset,
            }],
            graph: Some(graph),
            ..Default::default()
        }
    }

    /// Whether a node only makes a constant that tract would have to hold in memory.
    fn is_replaced<'a>(node: &Node, fact: impl Fn(&str) -> Option<&'a Fact>) -> bool {
        node.outputs.iter().filter(|o| !o.is_empty()).all(|output| {
            let constant = fact(output).filter(|fact| fact.constant);
            constant.is_some_and(|fact| fact.dims.is_some() && (fact.value.is_none() || node.op == "ConstantOfShape"))
        })
    }

    fn data_type(dtype: DataType) -> Option<i32> {
        (1..=24_i32).find(|&number| decode::data_type(i64::from(number)) == dtype)
    }

    fn value_info(name: &str, fact: &Fact) -> Option<pb::ValueInfoProto> {
        let dim = |dim: &Option<u64>| pb::tensor_shape_proto::Dimension {
            value: dim
                .and_then(|d| i64::try_from(d).ok())
                .map(pb::tensor_shape_proto::dimension::Value::DimValue),
            ..Default::default()
        };
        let tensor = pb::type_proto::Tensor {
            elem_type: data_type(fact.dtype)?,
            shape: Some(pb::TensorShapeProto {
                dim: fact.dims.as_ref()?.iter().map(dim).collect(),
            }),
        };
        Some(pb::ValueInfoProto {
            name: name.to_owned(),
            r#type: Some(pb::TypeProto {
                value: Some(pb::type_proto::Value::TensorType(tensor)),
                ..Default::default()
            }),
            ..Default::default()
        })
    }

    /// A small constant with its elements; `None` for big ones and for types that are not calculated with.
    fn tensor(name: &str, dtype: DataType, shape: Option<&[u64]>, value: Option<&[f64]>) -> Option<pb::TensorProto> {
        let values = value?.iter();
        let raw_data: Vec<u8> = match dtype {
            DataType::Float32 => values.flat_map(|&v| (v as f32).to_le_bytes()).collect(),
            DataType::Float64 => values.flat_map(|v| v.to_le_bytes()).collect(),
            DataType::Int64 => values.flat_map(|&v| (v as i64).to_le_bytes()).collect(),
            DataType::Int32 => values.flat_map(|&v| (v as i32).to_le_bytes()).collect(),
            DataType::Int8 => values.flat_map(|&v| (v as i8).to_le_bytes()).collect(),
            DataType::Uint8 | DataType::Bool => values.map(|&v| v as u8).collect(),
            _ => return None,
        };
        Some(pb::TensorProto {
            name: name.to_owned(),
            data_type: data_type(dtype)?,
            dims: shape?.iter().map(|&d| i64::try_from(d).ok()).collect::<Option<_>>()?,
            raw_data,
            ..Default::default()
        })
    }

    /// A node; `None` if it has attributes we do not keep (bodies, big tensors).
    fn node(node: &Node) -> Option<pb::NodeProto> {
        Some(pb::NodeProto {
            name: node.name.clone(),
            op_type: node.op.clone(),
            domain: node.domain.clone(),
            input: node.inputs.clone(),
            output: node.outputs.clone(),
            attribute: node
                .attributes
                .iter()
                .map(|(name, value)| attribute(name, value))
                .collect::<Option<_>>()?,
            ..Default::default()
        })
    }

    fn attribute(name: &str, value: &Attribute) -> Option<pb::AttributeProto> {
        use pb::attribute_proto::AttributeType as Kind;
        let mut proto = pb::AttributeProto {
            name: name.to_owned(),
            ..Default::default()
        };
        let kind = match value {
            Attribute::Int(v) => {
                proto.i = *v;
                Kind::Int
            }
            Attribute::Float(v) => {
                proto.f = *v;
                Kind::Float
            }
            Attribute::Text(v) => {
                proto.s = v.clone().into_bytes();
                Kind::String
            }
            Attribute::Ints(v) => {
                proto.ints = v.clone();
                Kind::Ints
            }
            Attribute::Floats(v) => {
                proto.floats = v.clone();
                Kind::Floats
            }
            Attribute::Texts(v) => {
                proto.strings = v.iter().map(|s| s.clone().into_bytes()).collect();
                Kind::Strings
            }
            Attribute::Tensor(v) => {
                proto.t = Some(tensor(&v.name, v.dtype, Some(&v.dims), v.value.as_deref())?);
                Kind::Tensor
            }
            Attribute::Body(_) | Attribute::Reference(_) | Attribute::Other(_) => return None,
        };
        proto.r#type = kind as i32;
        Some(proto)
    }

    #[cfg(test)]
    mod tests {
        use super::super::compare;
        use super::*;
        use crate::network::import::open;

        /// tract's inference and ours agree on every value of every shipped network.
        #[test]
        fn tract_agrees_on_all_shipped_networks() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
            let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
            files.retain(|path| path.extension().is_some_and(|e| e == "onnx"));
            files.sort();
            assert!(!files.is_empty());
            let options = ImportOptions::default();
            for file in files {
                let network = open(&file, &options).unwrap().network;
                let shapes = infer_shapes(&file, &options).unwrap();
                let known =
                    |t: &&crate::network::Tensor| shapes.get(&t.name).is_some_and(|s| s.iter().all(Option::is_some));
                let compared = network.tensors.iter().filter(known).count();
                assert_eq!(compared, network.tensors.len(), "{}", file.display());
                let json = serde_json::to_string(&shapes).unwrap();
                assert_eq!(compare(&network, &json), Ok(Vec::new()), "{}", file.display());
            }
        }

        #[test]
        fn a_disagreement_becomes_a_note() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/digits_resnet.onnx");
            let network = open(&file, &ImportOptions::default()).unwrap().network;
            let json = format!("{{\"{}\": [1, null, 7]}}", network.tensors[1].name);
            let notes = compare(&network, &json).unwrap();
            assert!(notes[0].text.contains("tract makes"), "{notes:?}");
            assert_eq!(notes[0].layer.as_deref(), Some(network.layers[0].name.as_str()));
            assert!(compare(&network, "[]").is_err());
        }
    }
}
