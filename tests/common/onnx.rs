//! Writing protobuf and ONNX by hand, valid or not, for tests.

/// A protobuf message under construction.
#[derive(Default, Clone)]
pub struct Message(pub Vec<u8>);

impl Message {
    /// A variable-length integer field.
    pub fn int(mut self, field: u64, value: i64) -> Self {
        self.varint(field << 3);
        self.varint(value.cast_unsigned());
        self
    }

    /// A field of bytes, a text or a nested message.
    pub fn bytes(mut self, field: u64, bytes: impl AsRef<[u8]>) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.as_ref().len() as u64);
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    /// A nested message.
    pub fn message(self, field: u64, message: Message) -> Self {
        self.bytes(field, message.0)
    }

    /// The tag and length of a field whose bytes follow elsewhere.
    pub fn length(mut self, field: u64, length: u64) -> Self {
        self.varint(field << 3 | 2);
        self.varint(length);
        self
    }

    /// A bare variable-length integer.
    pub fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

pub fn node(op: &str, inputs: &[&str], outputs: &[&str]) -> Message {
    let named = inputs.iter().fold(Message::default(), |m, i| m.bytes(1, i));
    outputs.iter().fold(named, |m, o| m.bytes(2, o)).bytes(4, op)
}

pub fn ints(name: &str, values: &[i64]) -> Message {
    values
        .iter()
        .fold(Message::default().bytes(1, name), |m, &v| m.int(8, v))
        .int(20, 7)
}

/// A float weight without data.
pub fn weight(name: &str, dims: &[i64]) -> Message {
    dims.iter()
        .fold(Message::default(), |m, &d| m.int(1, d))
        .int(2, 1)
        .bytes(8, name)
}

/// A float value with a declared shape; negative sizes become the symbol `n`.
pub fn value(name: &str, dims: &[i64]) -> Message {
    let dim = |&d: &i64| match d {
        -1 => Message::default().bytes(2, "n"),
        d => Message::default().int(1, d),
    };
    let shape = dims.iter().fold(Message::default(), |m, d| m.message(1, dim(d)));
    let tensor = Message::default().int(1, 1).message(2, shape);
    Message::default()
        .bytes(1, name)
        .message(2, Message::default().message(1, tensor))
}
