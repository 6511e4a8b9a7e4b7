//! Reading protobuf without ever holding it: fields are decoded one by one from a seekable source, and whatever is not
//! wanted (above all the bytes of big tensors) is seeked over, so that a file costs what its structure costs.
//!
//! Wire format: <https://protobuf.dev/programming-guides/encoding/>. A message is a list of fields, each a tag
//! (number × 8 + type) and a payload: a variable-length integer, 4 or 8 bytes, or a length and that many bytes.

use super::error::Fault;
use super::limits;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

/// Refilled after every seek over a tensor, hence not larger.
const BUFFER_BYTES: usize = 32 * 1024;

/// A protobuf source with a position, and the accounts of what was taken from it.
pub struct Wire<R> {
    source: BufReader<R>,
    position: u64,
    fields: u64,
    kept: u64,
}

/// The extent of one message.
#[derive(Clone, Copy)]
pub struct Scope {
    end: u64,
    depth: usize,
}

/// A field whose tag has been read and whose payload comes next.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its number in the message's definition.
    pub number: u64,
    payload: Payload,
    /// Offset of the payload.
    at: u64,
}

#[derive(Clone, Copy)]
enum Payload {
    Varint,
    Fixed64,
    Bytes(u64),
    Fixed32,
}

impl<R: Read + Seek> Wire<R> {
    /// Wraps a source; the scope is all of it.
    pub fn new(mut source: R) -> Result<(Self, Scope), Fault> {
        let end = source.seek(SeekFrom::End(0)).map_err(|e| Fault::io(0, &e))?;
        source.seek(SeekFrom::Start(0)).map_err(|e| Fault::io(0, &e))?;
        let wire = Self {
            source: BufReader::with_capacity(BUFFER_BYTES, source),
            position: 0,
            fields: 0,
            kept: 0,
        };
        Ok((wire, Scope { end, depth: 0 }))
    }

    /// Up to `count` bytes from the beginning, without consuming them; only before anything else was read.
    pub fn peek(&mut self, count: usize) -> Result<&[u8], Fault> {
        let buffer = self.source.fill_buf().map_err(|e| Fault::io(0, &e))?;
        Ok(buffer.get(..count).unwrap_or(buffer))
    }

    /// The next field of a message, `None` at its end.
    pub fn next(&mut self, scope: Scope) -> Result<Option<Field>, Fault> {
        if self.position >= scope.end {
            return Ok(None);
        }
        self.fields += 1;
        if self.fields > limits::FIELDS {
            return Err(Fault::too_big(
                self.position,
                format!("more than {} fields", limits::FIELDS),
            ));
        }
        let start = self.position;
        let tag = self.varint(scope.end)?;
        let payload = match tag & 7 {
            0 => Payload::Varint,
            1 => Payload::Fixed64,
            2 => Payload::Bytes(self.varint(scope.end)?),
            5 => Payload::Fixed32,
            other => {
                return Err(Fault::damaged(
                    start,
                    format!("field type {other} does not occur in ONNX"),
                ));
            }
        };
        let fixed = match payload {
            Payload::Varint => 1,
            Payload::Fixed64 => 8,
            Payload::Fixed32 => 4,
            Payload::Bytes(length) => length,
        };
        let room = scope.end - self.position.min(scope.end);
        if tag >> 3 == 0 {
            return Err(Fault::damaged(start, "a field with number 0"));
        }
        if fixed > room {
            let problem = format!("a field of {fixed} bytes where only {room} bytes are left");
            return Err(Fault::damaged(start, problem));
        }
        Ok(Some(Field {
            number: tag >> 3,
            payload,
            at: self.position,
        }))
    }

    /// Passes over a payload.
    pub fn skip(&mut self, field: Field) -> Result<(), Fault> {
        match field.payload {
            Payload::Varint => self.varint(u64::MAX).map(|_| ()),
            Payload::Fixed64 => self.advance(8),
            Payload::Fixed32 => self.advance(4),
            Payload::Bytes(length) => self.advance(length),
        }
    }

    /// Opens a nested message.
    pub fn enter(&self, field: Field, scope: Scope) -> Result<Scope, Fault> {
        let length = self.length(field)?;
        let depth = scope.depth + 1;
        if depth > limits::NESTING {
            return Err(Fault::too_big(
                field.at,
                format!("messages nested more than {} deep", limits::NESTING),
            ));
        }
        Ok(Scope {
            end: field.at + length,
            depth,
        })
    }

    /// A text; bytes that are no UTF-8 are replaced.
    pub fn text(&mut self, field: Field) -> Result<String, Fault> {
        let length = self.length(field)?;
        if length > limits::TEXT_BYTES {
            return Err(Fault::too_big(field.at, format!("a text of {length} bytes")));
        }
        let bytes = self.bytes(field)?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
    }

    /// The payload's bytes, charged to the account.
    pub fn bytes(&mut self, field: Field) -> Result<Vec<u8>, Fault> {
        let length = self.length(field)?;
        self.keep(length)?;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        self.source
            .read_exact(&mut bytes)
            .map_err(|e| Fault::io(self.position, &e))?;
        self.position += length;
        Ok(bytes)
    }

    /// The length of a payload of bytes.
    pub fn length(&self, field: Field) -> Result<u64, Fault> {
        match field.payload {
            Payload::Bytes(length) => Ok(length),
            _ => Err(Fault::damaged(
                field.at,
                format!("field {} holds a number where bytes belong", field.number),
            )),
        }
    }

    /// An integer.
    pub fn int(&mut self, field: Field) -> Result<i64, Fault> {
        match field.payload {
            Payload::Varint => Ok(self.varint(u64::MAX)?.cast_signed()),
            _ => Err(Fault::damaged(
                field.at,
                format!("field {} is no integer", field.number),
            )),
        }
    }

    /// A 32-bit float.
    pub fn float(&mut self, field: Field) -> Result<f32, Fault> {
        match field.payload {
            Payload::Fixed32 => Ok(f32::from_bits(self.fixed32()?)),
            _ => Err(Fault::damaged(field.at, format!("field {} is no float", field.number))),
        }
    }

    /// Integers of a repeated field, packed or one by one. At most `most` + 1 are kept, so that a longer list is known
    /// to be longer.
    pub fn ints(&mut self, field: Field, into: &mut Vec<i64>, most: usize) -> Result<(), Fault> {
        self.repeated(field, into, most, |wire, end| Ok(wire.varint(end)?.cast_signed()))
    }

    /// 32-bit floats of a repeated field, like [`Wire::ints`].
    pub fn floats(&mut self, field: Field, into: &mut Vec<f32>, most: usize) -> Result<(), Fault> {
        self.repeated(field, into, most, |wire, _| Ok(f32::from_bits(wire.fixed32()?)))
    }

    /// 64-bit floats of a repeated field, like [`Wire::ints`].
    pub fn doubles(&mut self, field: Field, into: &mut Vec<f64>, most: usize) -> Result<(), Fault> {
        self.repeated(field, into, most, |wire, _| {
            let low = u64::from(wire.fixed32()?);
            let high = u64::from(wire.fixed32()?);
            Ok(f64::from_bits(high << 32 | low))
        })
    }

    /// Charges `bytes` to the account of what is kept.
    pub fn keep(&mut self, bytes: u64) -> Result<(), Fault> {
        self.kept = self.kept.saturating_add(bytes);
        if self.kept > limits::KEPT_BYTES {
            let problem = format!("names and small values beyond {} bytes", limits::KEPT_BYTES);
            return Err(Fault::too_big(self.position, problem));
        }
        Ok(())
    }

    /// Current offset.
    pub fn position(&self) -> u64 {
        self.position
    }

    fn repeated<T>(
        &mut self,
        field: Field,
        into: &mut Vec<T>,
        most: usize,
        mut read: impl FnMut(&mut Self, u64) -> Result<T, Fault>,
    ) -> Result<(), Fault> {
        let (end, packed) = match field.payload {
            Payload::Bytes(length) => (field.at + length, true),
            Payload::Fixed32 => (field.at + 4, false),
            Payload::Fixed64 => (field.at + 8, false),
            Payload::Varint => (u64::MAX, false),
        };
        while self.position < end {
            if into.len() > most && packed {
                return self.advance(end - self.position);
            }
            let element = read(self, end)?;
            if into.len() <= most {
                self.keep(size_of::<T>() as u64)?;
                into.push(element);
            }
            if !packed {
                break;
            }
        }
        if end != u64::MAX && self.position != end {
            return Err(Fault::damaged(field.at, "a list of numbers ends inside a number"));
        }
        Ok(())
    }

    fn varint(&mut self, end: u64) -> Result<u64, Fault> {
        let start = self.position;
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            if self.position >= end {
                return Err(Fault::damaged(start, "an integer runs past the end of its message"));
            }
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Fault::damaged(start, "an integer of more than 10 bytes"))
    }

    fn fixed32(&mut self) -> Result<u32, Fault> {
        let mut bytes = [0; 4];
        self.source
            .read_exact(&mut bytes)
            .map_err(|e| Fault::io(self.position, &e))?;
        self.position += 4;
        Ok(u32::from_le_bytes(bytes))
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let buffer = self.source.fill_buf().map_err(|e| Fault::io(self.position, &e))?;
        let &byte = buffer
            .first()
            .ok_or_else(|| Fault::damaged(self.position, "the file ends inside an integer"))?;
        self.source.consume(1);
        self.position += 1;
        Ok(byte)
    }

    fn advance(&mut self, bytes: u64) -> Result<(), Fault> {
        let offset = i64::try_from(bytes).map_err(|_| Fault::damaged(self.position, "a length beyond 2^63"))?;
        self.source
            .seek_relative(offset)
            .map_err(|e| Fault::io(self.position, &e))?;
        self.position += bytes;
        Ok(())
    }
}
