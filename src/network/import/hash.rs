//! The content hash of a model file: structure, declared shapes, types and small constants, never the bytes of big tensors
//! (rulings.md 9), and nothing that depends on the sizes chosen for symbolic dimensions.

use super::model::{Attribute, Constant, DeclaredDim, Model, Node, ValueInfo};
use crate::network::ContentHash;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Raised when the bytes fed to the hash change their meaning.
const VERSION: u64 = 1;

/// The hash of a model.
pub fn of(model: &Model) -> ContentHash {
    let mut feed = Feed(Sha256::new());
    feed.number(VERSION);
    feed.number(model.opset.cast_unsigned());
    let graph = &model.graph;
    feed.list(&graph.nodes, Feed::node);
    feed.list(&graph.constants, Feed::constant);
    feed.list(&graph.inputs, Feed::value_info);
    feed.list(&graph.outputs, Feed::value_info);
    for function in &model.functions {
        feed.text(&function.domain);
        feed.text(&function.name);
        feed.list(&function.nodes, Feed::node);
    }
    let digest = feed.0.finalize();
    let mut text = String::new();
    for byte in digest {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    ContentHash(text)
}

struct Feed(Sha256);

impl Feed {
    fn number(&mut self, value: u64) {
        self.0.update(value.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut feed: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            feed(self, item);
        }
    }

    fn node(&mut self, node: &Node) {
        for text in [&node.name, &node.op, &node.domain] {
            self.text(text);
        }
        self.list(&node.inputs, |feed, name| feed.text(name));
        self.list(&node.outputs, |feed, name| feed.text(name));
        self.list(&node.captured, |feed, name| feed.text(name));
        self.list(&node.attributes, |feed, (name, value)| {
            feed.text(name);
            feed.attribute(value);
        });
    }

    fn attribute(&mut self, value: &Attribute) {
        match value {
            Attribute::Int(v) => self.number(v.cast_unsigned()),
            Attribute::Float(v) => self.number(u64::from(v.to_bits())),
            Attribute::Text(v) | Attribute::Reference(v) => self.text(v),
            Attribute::Ints(v) => self.list(v, |feed, v| feed.number(v.cast_unsigned())),
            Attribute::Floats(v) => self.list(v, |feed, v| feed.number(u64::from(v.to_bits()))),
            Attribute::Texts(v) => self.list(v, |feed, v| feed.text(v)),
            Attribute::Tensor(v) => self.constant(v),
            Attribute::Body(nodes) => self.number(*nodes as u64),
            Attribute::Other(words) => self.text(words),
        }
    }

    fn constant(&mut self, constant: &Constant) {
        self.text(&constant.name);
        self.text(&format!("{:?}", constant.dtype));
        self.list(&constant.dims, |feed, &d| feed.number(d));
        self.list(constant.value.as_deref().unwrap_or(&[]), |feed, v| {
            feed.number(v.to_bits());
        });
    }

    fn value_info(&mut self, info: &ValueInfo) {
        self.text(&info.name);
        self.text(&format!("{:?}", info.dtype));
        self.list(info.dims.as_deref().unwrap_or(&[]), |feed, dim| match dim {
            DeclaredDim::Size(size) => feed.number(size.cast_unsigned()),
            DeclaredDim::Symbol(name) => feed.text(name),
            DeclaredDim::Open => feed.number(0),
        });
    }
}
