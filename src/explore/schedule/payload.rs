//! How tensors are written on their way between devices.

use crate::network::blocks::{Blocks, Traffic};

/// Bits per element of tensors that are sent as they are.
pub const PLAIN_BITS: u32 = 32;

/// How tensors between blocks are sent: fewer bits per element and lossless compression make fewer bytes. What it costs to convert and
/// compress is not counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Payload {
    /// Bits per element, 1 to 64; elements whose type has a width of its own keep it.
    pub bits: u32,
    /// Bytes before / bytes after compression, at least 1.
    pub compression: f64,
    /// Whether the network's input is sent so as well; else with 32 bits, uncompressed.
    pub input: bool,
    /// Whether the result is sent so as well; else with 32 bits, uncompressed.
    pub result: bool,
}

impl Default for Payload {
    fn default() -> Self {
        Self {
            bits: PLAIN_BITS,
            compression: 1.0,
            input: false,
            result: false,
        }
    }
}

/// Why tensors cannot be sent so.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PayloadError {
    /// Too few or too many bits.
    #[error("{0} bits per element: give 1 to 64")]
    Bits(u32),
    /// A ratio below 1 or no number.
    #[error("a compression of {0}: give how many times smaller tensors become, 1 or more")]
    Compression(f64),
}

impl Payload {
    /// Whether it makes sense.
    ///
    /// # Errors
    /// Bits or compression out of range.
    pub fn check(&self) -> Result<(), PayloadError> {
        if !(1..=64).contains(&self.bits) {
            return Err(PayloadError::Bits(self.bits));
        }
        let is_ratio = self.compression.is_finite() && self.compression >= 1.0;
        is_ratio
            .then_some(())
            .ok_or(PayloadError::Compression(self.compression))
    }

    /// Bytes at every boundary: elements × bits / 8 / compression, rounded up.
    ///
    /// # Errors
    /// Bits or compression out of range.
    pub fn bytes(&self, blocks: &Blocks) -> Result<Vec<u64>, PayloadError> {
        self.check()?;
        let plain = Self::default();
        let boundaries = blocks.traffic().iter().enumerate();
        let bytes = boundaries.map(|(boundary, &traffic)| {
            let is_own = match boundary {
                0 => self.input,
                _ if boundary == blocks.len() => self.result,
                _ => true,
            };
            if is_own {
                self.size(traffic)
            } else {
                plain.size(traffic)
            }
        });
        Ok(bytes.collect())
    }

    /// Bytes of one tensor that is sent so, rounded up.
    pub fn size(&self, traffic: Traffic) -> u64 {
        let own = u128::from(traffic.elements) * u128::from(self.bits);
        let bits = own + 8 * u128::from(traffic.fixed_bytes);
        let bytes = bits.div_ceil(8);
        if self.compression == 1.0 {
            return u64::try_from(bytes).unwrap_or(u64::MAX);
        }
        // A quotient just above the whole number it means is not rounded up.
        let exact = bits as f64 / 8.0 / self.compression;
        (exact * (1.0 - 1e-12)).ceil() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_bits_and_compression_make_fewer_bytes_between_blocks() {
        let blocks = Blocks::preset("alexnet").unwrap();
        assert_eq!(Payload::default().bytes(&blocks).unwrap(), blocks.bytes());
        let half = Payload {
            bits: 8,
            compression: 2.0,
            ..Payload::default()
        };
        let bytes = half.bytes(&blocks).unwrap();
        assert_eq!((bytes[0], bytes[6], bytes[8]), (602_112, 2048, 4));
        let all = Payload {
            input: true,
            result: true,
            ..half
        };
        let bytes = all.bytes(&blocks).unwrap();
        assert_eq!((bytes[0], bytes[6], bytes[8]), (75_264, 2048, 1));
        let odd = |bits, compression, elements| {
            let payload = Payload {
                bits,
                compression,
                ..Payload::default()
            };
            payload.size(Traffic {
                elements,
                fixed_bytes: 0,
            })
        };
        assert_eq!(
            [odd(1, 1.0, 9), odd(12, 1.0, 3), odd(8, 1.1, 4400), odd(8, 1.1, 4401)],
            [2, 5, 4000, 4001]
        );
        for wrong in [
            Payload { bits: 0, ..half },
            Payload { bits: 65, ..half },
            Payload {
                compression: 0.5,
                ..half
            },
            Payload {
                compression: f64::NAN,
                ..half
            },
        ] {
            assert!(wrong.bytes(&blocks).is_err(), "{wrong:?}");
        }
    }
}
