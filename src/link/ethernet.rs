//! Ethernet over twisted pair: frames, cable, and energy-efficient Ethernet.

use super::field::{self, Choice, Described, Number, Options, Selector, number, selector};
use super::{Along, Direction, Formula, Transfer};
use crate::presets::Allowed::{self, NotNegative};
use crate::presets::Fault;
use serde::{Deserialize, Serialize};

/// Payload of a full frame in bytes (IEEE 802.3).
pub(crate) const PAYLOAD_BYTES: f64 = 1500.0;
/// Smallest payload of a frame in bytes; less is padded (IEEE 802.3).
pub(crate) const LEAST_PAYLOAD_BYTES: f64 = 46.0;
/// Preamble and start delimiter 8, addresses 12, type 2, check 4 bytes (IEEE 802.3).
pub(crate) const HEADER_BYTES: f64 = 26.0;
/// Seconds a signal takes per metre of cable: about 0.56 of the speed of light.
pub(crate) const CABLE_S_PER_M: f64 = 6e-9;

/// b bytes need B = max(b, 46) + 26 ceil(b / 1500) bytes on the wire; t = B / R + 6 ns × metres (+ `T_w` with EEE);
/// latency = `latency_s` + t; energy = P t.
///
/// Without EEE P is the base power. With EEE (IEEE 802.3az) the link sleeps between frames: of a frame period 1/f it is off
/// `t_off` = max(0, 1/f − `T_w` − `T_s` − B/R) and P is the average power base × (1 − (1 − share in low power) × f × `t_off`). Without a
/// frame rate messages follow one another, so that it never sleeps. Model: CNNParted after doi 10.1109/TCOMM.2012.081512.120089, with the
/// published sleeping time corrected ([`EeeRule`]). Not counted: the gap of 12 bytes between frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ethernet {
    /// The standard.
    pub mode: EthernetMode,
    /// Whether the link sleeps when there is nothing to send.
    #[serde(default)]
    pub eee: Eee,
    /// Metres of cable, 0 to 100.
    pub cable_m: f64,
    /// Seconds per message that switches and operating systems add; they cost no energy here.
    pub latency_s: f64,
    /// Watts of the active link, both ends together.
    pub power_w: f64,
    /// Share of the power that is drawn while it sleeps, 0 to 1.
    pub low_power_share: f64,
    /// Share of the energy that the receiver spends, 0 to 1.
    pub receiver_share: f64,
    /// How the sleeping time is counted.
    #[serde(default)]
    pub eee_rule: EeeRule,
}

/// The standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EthernetMode {
    /// 100BASE-TX.
    Base100,
    /// 1000BASE-T.
    Base1000,
    /// 10GBASE-T.
    Base10G,
}

/// Energy-efficient Ethernet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Eee {
    /// The link is always active.
    #[default]
    Off,
    /// It sleeps when there is nothing to send.
    On,
}

/// How the sleeping time of energy-efficient Ethernet is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum EeeRule {
    /// From the frame period, what waking, falling asleep and sending leave.
    #[default]
    Corrected,
    /// As CNNParted publishes it: headers counted twice, and the time to fall asleep added instead of subtracted.
    Published,
}

/// What the standard fixes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standard {
    /// Line rate in bytes per second.
    pub rate_bytes_per_s: f64,
    /// Seconds to wake and to fall asleep; `None` where EEE is not modelled.
    pub sleep: Option<Sleep>,
}

/// Seconds that changing between active and sleeping takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sleep {
    /// From asleep to active.
    pub wake_s: f64,
    /// From active to asleep.
    pub fall_s: f64,
}

impl Options for EthernetMode {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Base100, "100BASE-TX"),
        (Self::Base1000, "1000BASE-T"),
        (Self::Base10G, "10GBASE-T"),
    ];
}

impl Options for Eee {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Off, "off"), (Self::On, "on")];
}

impl Options for EeeRule {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Corrected, "corrected"), (Self::Published, "as CNNParted")];
}

impl EthernetMode {
    /// Rate and times of the standard (IEEE 802.3 clauses 25, 40, 55; 802.3az table 78-4).
    pub fn standard(self) -> Standard {
        let sleep = |wake_s, fall_s| Some(Sleep { wake_s, fall_s });
        let (rate_bytes_per_s, sleep) = match self {
            Self::Base100 => (12.5e6, None),
            Self::Base1000 => (125e6, sleep(16.5e-6, 182e-6)),
            Self::Base10G => (1250e6, sleep(4.48e-6, 2.88e-6)),
        };
        Standard {
            rate_bytes_per_s,
            sleep,
        }
    }

    /// Usual watts of the active link (the base powers CNNParted uses with its EEE model).
    pub fn usual_power_w(self) -> f64 {
        match self {
            Self::Base100 => 0.2,
            Self::Base1000 => 0.6,
            Self::Base10G => 4.0,
        }
    }
}

const POWER: Along = Along {
    name: "power_w",
    source: "usual power of the standard; CNNParted, 2025, base power of its Ethernet model, after doi 10.1109/TCOMM.2012.081512.120089",
};

const NUMBERS: [Number<Ethernet>; 5] = [
    number!(
        cable_m,
        Metres,
        Allowed::Between(0.0, 100.0),
        "cable",
        "Length of the cable"
    ),
    number!(
        latency_s,
        Seconds,
        NotNegative,
        "per message",
        "Time per message that switches and operating systems add"
    ),
    number!(
        power_w,
        Watts,
        NotNegative,
        "active power",
        "Power of the active link, both ends together"
    ),
    number!(
        low_power_share,
        Percent,
        Allowed::SHARE,
        "power asleep",
        "Share of the power that is drawn while the link sleeps"
    ),
    number!(
        receiver_share,
        Percent,
        Allowed::SHARE,
        "receiver's share",
        "Share of the energy that the receiver spends"
    ),
];

const SELECTORS: [Selector<Ethernet>; 3] = [
    selector!(mode: EthernetMode, "standard", "The Ethernet standard: rate, and times to wake and fall asleep", false),
    selector!(
        eee: Eee,
        "energy-efficient",
        "Whether the link sleeps when there is nothing to send (IEEE 802.3az); it can only where a frame rate is set",
        false
    ),
    selector!(
        eee_rule: EeeRule,
        "sleeping time",
        "Corrected, or as CNNParted publishes it: headers counted twice and a wrong sign",
        true
    ),
];

impl Ethernet {
    /// Bytes on the wire for a message.
    pub(crate) fn frame_bytes(bytes: f64) -> f64 {
        bytes.max(LEAST_PAYLOAD_BYTES) + (bytes / PAYLOAD_BYTES).ceil() * HEADER_BYTES
    }

    /// The times of sleeping, where the link does.
    pub(crate) fn sleep(&self) -> Option<Sleep> {
        self.mode.standard().sleep.filter(|_| self.eee == Eee::On)
    }

    /// Seconds on the wire, waking included.
    pub(crate) fn wire_s(&self, bytes: f64) -> f64 {
        let sent_s = Self::frame_bytes(bytes) / self.mode.standard().rate_bytes_per_s + CABLE_S_PER_M * self.cable_m;
        sent_s + self.sleep().map_or(0.0, |sleep| sleep.wake_s)
    }

    /// Seconds of a frame period in which the link sleeps.
    pub(crate) fn off_s(&self, bytes: f64, sleep: Sleep, frame_rate_hz: f64) -> f64 {
        let sent_s = Self::frame_bytes(bytes) / self.mode.standard().rate_bytes_per_s;
        (1.0 / frame_rate_hz - sleep.wake_s - sleep.fall_s - sent_s).max(0.0)
    }

    /// Whether messages of this size at this rate need more than the line has.
    pub(crate) fn overloaded(&self, bytes: f64, frame_rate_hz: f64) -> bool {
        Self::frame_bytes(bytes) * frame_rate_hz > self.mode.standard().rate_bytes_per_s
    }

    /// Seconds of a frame period in which the link sleeps, as CNNParted publishes it.
    pub(crate) fn published_off_s(&self, bytes: f64, sleep: Sleep, frame_rate_hz: f64) -> f64 {
        let sent_s = Self::frame_bytes(bytes) / self.mode.standard().rate_bytes_per_s;
        1.0 / frame_rate_hz - (sleep.wake_s - sleep.fall_s) - sent_s
    }

    /// Share of time in which the link sleeps.
    pub(crate) fn off_share(&self, bytes: f64, frame_rate_hz: Option<f64>) -> f64 {
        let (Some(sleep), Some(frame_rate_hz)) = (self.sleep(), frame_rate_hz) else {
            return 0.0;
        };
        match self.eee_rule {
            EeeRule::Corrected => self.off_s(bytes, sleep, frame_rate_hz) * frame_rate_hz,
            // There CNNParted gives no power, and its formula makes no sense.
            EeeRule::Published if self.overloaded(bytes, frame_rate_hz) => 0.0,
            EeeRule::Published => {
                let load =
                    frame_rate_hz * (HEADER_BYTES + Self::frame_bytes(bytes)) / self.mode.standard().rate_bytes_per_s;
                let off_s = self.published_off_s(bytes, sleep, frame_rate_hz);
                (1.0 - load) * off_s / (off_s + sleep.wake_s + sleep.fall_s)
            }
        }
    }

    /// Average watts while messages of this size come at this rate.
    pub(crate) fn average_power_w(&self, bytes: f64, frame_rate_hz: Option<f64>) -> f64 {
        self.power_w * (1.0 - (1.0 - self.low_power_share) * self.off_share(bytes, frame_rate_hz))
    }
}

impl Formula for Ethernet {
    fn transfer(&self, bytes: u64, _: Direction, frame_rate_hz: Option<f64>) -> Transfer {
        let bytes = bytes as f64;
        let wire_s = self.wire_s(bytes);
        let energy_j = self.average_power_w(bytes, frame_rate_hz) * wire_s;
        Transfer::shared(self.latency_s + wire_s, energy_j, self.receiver_share)
    }

    fn wire_bytes(&self, bytes: u64) -> f64 {
        Self::frame_bytes(bytes as f64)
    }

    fn available_bytes_per_s(&self, _: Direction) -> f64 {
        self.mode.standard().rate_bytes_per_s
    }

    fn numbers(&self) -> Vec<Described> {
        field::describe(self, &NUMBERS)
    }

    fn number_mut(&mut self, name: &str) -> Option<&mut f64> {
        field::find(self, &NUMBERS, name)
    }

    fn choices(&self) -> Vec<Choice> {
        field::choices(self, &SELECTORS)
    }

    /// With the standard comes its usual power; the one without sleeping times is always active.
    fn choose(&mut self, name: &str, option: usize) -> &'static [Along] {
        let before = self.mode;
        field::choose(self, &SELECTORS, name, option);
        if self.mode == before {
            return &[];
        }
        self.power_w = self.mode.usual_power_w();
        if self.mode.standard().sleep.is_none() {
            self.eee = Eee::Off;
        }
        &[POWER]
    }

    fn faults(&self) -> Vec<Fault> {
        let unknown = self.eee == Eee::On && self.mode.standard().sleep.is_none();
        let fault = Fault {
            parameter: "eee".to_owned(),
            problem: "is on, must be off: no times to wake and to fall asleep are modelled for this standard"
                .to_owned(),
        };
        unknown.then_some(fault).into_iter().collect()
    }
}
