//! Whether a link can carry its messages at a frame rate.

use super::{Direction, Duplex, LinkModel};

/// A link whose messages need more than it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortage {
    /// Bytes per second, framing included, that the messages need.
    pub needed_bytes_per_s: f64,
    /// Bytes per second that are there for them.
    pub available_bytes_per_s: f64,
    /// The direction that is short; `None` where both share the medium.
    pub direction: Option<Direction>,
}

/// What differs by rounding alone is no shortage.
const ROUNDING: f64 = 1e-9;

impl LinkModel {
    /// What is short when these messages (bytes, direction) are sent in every frame at this rate; `None` if the link carries them.
    ///
    /// Time that no byte occupies, such as the fixed time per message, does not count: messages of successive frames may overlap there.
    pub fn shortage(&self, duplex: Duplex, messages: &[(u64, Direction)], frame_rate_hz: f64) -> Option<Shortage> {
        let lanes: &[Option<Direction>] = match duplex {
            Duplex::Half => &[None],
            Duplex::Full => &[Some(Direction::Forward), Some(Direction::Back)],
        };
        let short = lanes.iter().filter_map(|&direction| {
            let own = messages.iter().filter(|(_, way)| direction.is_none_or(|d| d == *way));
            self.lane(direction, own, frame_rate_hz)
        });
        short.max_by(|a, b| a.excess().total_cmp(&b.excess()))
    }

    /// The shortage of messages that share one medium.
    fn lane<'m>(
        &self,
        direction: Option<Direction>,
        messages: impl Iterator<Item = &'m (u64, Direction)>,
        frame_rate_hz: f64,
    ) -> Option<Shortage> {
        let (mut bytes, mut busy_s) = (0.0, 0.0);
        for &(size, way) in messages {
            let wire = self.wire_bytes(size);
            bytes += wire;
            busy_s += wire / self.available_bytes_per_s(way)?;
        }
        let shortage = Shortage {
            needed_bytes_per_s: bytes * frame_rate_hz,
            // Where the directions have different rates, the rate this mix of messages sees.
            available_bytes_per_s: bytes / busy_s,
            direction,
        };
        (busy_s * frame_rate_hz > 1.0 + ROUNDING).then_some(shortage)
    }
}

impl Shortage {
    fn excess(&self) -> f64 {
        self.needed_bytes_per_s / self.available_bytes_per_s
    }
}
