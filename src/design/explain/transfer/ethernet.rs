//! Explanations of a message over Ethernet.

use super::super::Node;
use super::{Sent, Side};
use crate::design::Explanation;
use crate::link::ethernet::{CABLE_S_PER_M, Sleep};
use crate::link::{Eee, EeeRule, Ethernet};
use crate::units::Unit;

impl Sent<'_> {
    pub(super) fn ethernet_time(&self, node: Node, model: &Ethernet) -> Explanation {
        let parts = vec![self.fixed(model.latency_s), self.on_wire(model)];
        node.formula("t_0 + t_w", parts)
    }

    pub(super) fn ethernet_energy(&self, node: Node, model: &Ethernet, side: Side) -> Explanation {
        let (factor, share) = self.share(side, model.receiver_share);
        let parts = vec![self.average_power(model), self.on_wire(model), share];
        node.formula(&format!("P × t_w × {factor}"), parts)
    }

    /// Seconds on the wire.
    fn on_wire(&self, model: &Ethernet) -> Explanation {
        let per_metre = Node::new("c", "time of a signal per metre of cable", Unit::Seconds, CABLE_S_PER_M);
        let mut parts = vec![
            self.frame(),
            line_rate(model),
            per_metre.given("about 0.56 of the speed of light in a twisted pair"),
            self.parameter("m", "cable_m", "length of the cable", model.cable_m),
        ];
        let waking = model.sleep().map_or("", |sleep| {
            parts.push(wake(sleep));
            " + T_w"
        });
        let node = Node::new("t_w", "time on the wire", Unit::Seconds, model.wire_s(self.bytes.value));
        node.formula(&format!("B / R + c × m{waking}"), parts)
    }

    /// Bytes on the wire.
    fn frame(&self) -> Explanation {
        let value = Ethernet::frame_bytes(self.bytes.value);
        let meaning = "bytes on the wire: at least 46, and 26 of header for every 1500 (IEEE 802.3)";
        let node = Node::new("B", meaning, Unit::Bytes, value);
        node.formula("max(b, 46) + ceil(b / 1500) × 26", vec![self.bytes.clone()])
    }

    /// Average power of the link while messages of this size come at the frame rate.
    fn average_power(&self, model: &Ethernet) -> Explanation {
        let active = |symbol| self.parameter(symbol, "power_w", "power of the active link", model.power_w);
        let (Some(sleep), Some(frame_rate_hz)) = (model.sleep(), self.frame_rate_hz) else {
            let mut active = active("P");
            if model.eee == Eee::On {
                active.meaning =
                    "power of the active link: without a frame rate it is never idle, so it cannot sleep".to_owned();
            }
            return active;
        };
        let value = model.average_power_w(self.bytes.value, Some(frame_rate_hz));
        let node = Node::new("P", "average power at the frame rate", Unit::Watts, value);
        let low = self.parameter(
            "l",
            "low_power_share",
            "share of the power drawn asleep",
            model.low_power_share,
        );
        let parts = vec![active("p"), low, self.asleep(model, sleep, frame_rate_hz)];
        node.formula("p × (1 − (1 − l) × x)", parts)
    }

    /// Share of time asleep.
    fn asleep(&self, model: &Ethernet, sleep: Sleep, frame_rate_hz: f64) -> Explanation {
        let value = model.off_share(self.bytes.value, Some(frame_rate_hz));
        let node = Node::new("x", "share of time asleep", Unit::Percent, value);
        let frame_rate = self.frame_rate(frame_rate_hz);
        match model.eee_rule {
            EeeRule::Corrected => {
                let off_s = model.off_s(self.bytes.value, sleep, frame_rate_hz);
                let off = Node::new("t_off", "time asleep in a frame period", Unit::Seconds, off_s);
                let parts = vec![
                    frame_rate.clone(),
                    wake(sleep),
                    fall(sleep),
                    self.frame(),
                    line_rate(model),
                ];
                let off = off.formula("max(0, 1 / f − T_w − T_s − B / R)", parts);
                node.formula("t_off × f", vec![off, frame_rate])
            }
            EeeRule::Published if model.overloaded(self.bytes.value, frame_rate_hz) => {
                node.given("the messages need more than the line has")
            }
            EeeRule::Published => {
                let off_s = model.published_off_s(self.bytes.value, sleep, frame_rate_hz);
                let meaning = "time asleep in a frame period, with the sign as CNNParted publishes it";
                let off = Node::new("t_off", meaning, Unit::Seconds, off_s);
                let parts = vec![
                    frame_rate.clone(),
                    wake(sleep),
                    fall(sleep),
                    self.frame(),
                    line_rate(model),
                ];
                let off = off.formula("1 / f − (T_w − T_s) − B / R", parts);
                let parts = vec![
                    frame_rate,
                    self.frame(),
                    line_rate(model),
                    off,
                    wake(sleep),
                    fall(sleep),
                ];
                node.formula("(1 − f × (26 + B) / R) × t_off / (t_off + T_w + T_s)", parts)
            }
        }
    }
}

fn line_rate(model: &Ethernet) -> Explanation {
    let rate = model.mode.standard().rate_bytes_per_s;
    Node::new("R", "line rate", Unit::BitsPerSecond, rate).given("IEEE 802.3, fixed by the standard chosen")
}

fn wake(sleep: Sleep) -> Explanation {
    Node::new("T_w", "time to wake", Unit::Seconds, sleep.wake_s).given("IEEE 802.3az, fixed by the standard chosen")
}

fn fall(sleep: Sleep) -> Explanation {
    let node = Node::new("T_s", "time to fall asleep", Unit::Seconds, sleep.fall_s);
    node.given("IEEE 802.3az, fixed by the standard chosen")
}
