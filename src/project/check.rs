//! Which values make sense: checks of everything that a person or a file may put into a system or its limits.
//!
//! Quantities are kept within [`SMALLEST`] and [`LARGEST`], so that no evaluation of an accepted system can overflow
//! into an infinity or a NaN.

use crate::cost::roofline::Roofline;
use crate::design::Constraints;
use crate::link::LinkModel;
use crate::system::{Device, DeviceModel, Link, MAX_DEVICES, System};
use crate::units::Unit;

/// Least value of a quantity that must be more than zero, in its SI base unit.
pub const SMALLEST: f64 = 1e-30;
/// Largest value of any quantity, in its SI base unit.
pub const LARGEST: f64 = 1e30;
/// Widest element in bits.
pub const MAX_BITS: u32 = 64;
/// Longest name of a system, device or link in characters.
pub const MAX_NAME: usize = 200;

/// A value that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}; {remedy}")]
pub struct Fault {
    /// Where it stands, for example `devices[1].model.bandwidth_bytes_per_s`.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl Fault {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// The same fault seen from outside: `place` comes before its own.
    #[must_use]
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.place = format!("{place}.{}", self.place);
        self
    }
}

/// Checks a whole system.
pub fn system(system: &System) -> Result<(), Fault> {
    name("name", &system.name)?;
    let devices = system.devices.len();
    if devices == 0 || devices > MAX_DEVICES {
        return Err(Fault::new(
            "devices",
            format!("a system of {devices} devices"),
            format!("list 1 to {MAX_DEVICES} devices"),
        ));
    }
    if system.links.len() + 1 != devices {
        return Err(Fault::new(
            "links",
            format!("{} links for {devices} devices", system.links.len()),
            format!("list {} links, one between neighbours", devices - 1),
        ));
    }
    for (index, it) in system.devices.iter().enumerate() {
        device(it).map_err(|fault| fault.within(&format!("devices[{index}]")))?;
    }
    for (index, it) in system.links.iter().enumerate() {
        link(it).map_err(|fault| fault.within(&format!("links[{index}]")))?;
    }
    settings(
        devices,
        system.input_at,
        system.output_at,
        system.input_bits,
        system.frame_rate_hz,
    )
}

/// Checks what belongs to the system as a whole.
pub fn settings(
    devices: usize,
    input_at: usize,
    output_at: usize,
    input_bits: u32,
    frame_rate_hz: Option<f64>,
) -> Result<(), Fault> {
    for (place, device) in [("input_at", input_at), ("output_at", output_at)] {
        if device >= devices {
            return Err(Fault::new(
                place,
                format!("there is no device {device}"),
                format!("give a device from 0 to {}", devices - 1),
            ));
        }
    }
    bits("input_bits", input_bits)?;
    positive_option("frame_rate_hz", frame_rate_hz, Unit::PerSecond)
}

/// Checks one device.
pub fn device(device: &Device) -> Result<(), Fault> {
    name("name", &device.name)?;
    bits("bits", device.bits)?;
    if let Some(width) = device.weight_bits {
        bits("weight_bits", width)?;
    }
    positive_option("memory_limit_bytes", device.memory_limit_bytes, Unit::Bytes)?;
    positive_option("power_limit_w", device.power_limit_w, Unit::Watts)?;
    not_negative("idle_power_w", device.idle_power_w, Unit::Watts)?;
    match &device.model {
        DeviceModel::Roofline(model) => roofline(model).map_err(|fault| fault.within("model")),
    }
}

fn roofline(model: &Roofline) -> Result<(), Fault> {
    if model.arithmetic.is_empty() {
        return Err(Fault::new(
            "arithmetic",
            "no operand width is given",
            "give the MAC rate of at least one width",
        ));
    }
    for (&width, arithmetic) in &model.arithmetic {
        let at = |field: &str| format!("arithmetic.{width}{field}");
        bits(&at(""), width)?;
        positive(&at(".macs_per_s"), arithmetic.macs_per_s, Unit::MacsPerSecond)?;
        not_negative(
            &at(".energy_per_mac_j"),
            arithmetic.energy_per_mac_j,
            Unit::JoulesPerMac,
        )?;
    }
    positive(
        "bandwidth_bytes_per_s",
        model.bandwidth_bytes_per_s,
        Unit::BytesPerSecond,
    )?;
    not_negative("energy_per_byte_j", model.energy_per_byte_j, Unit::JoulesPerByte)?;
    not_negative("static_power_w", model.static_power_w, Unit::Watts)?;
    not_negative("overhead_s", model.overhead_s, Unit::Seconds)
}

/// Checks one link.
pub fn link(link: &Link) -> Result<(), Fault> {
    name("name", &link.name)?;
    if let Some(width) = link.bits {
        bits("bits", width)?;
    }
    match &link.model {
        LinkModel::Plain(model) => {
            positive("model.rate_bytes_per_s", model.rate_bytes_per_s, Unit::BitsPerSecond)?;
            not_negative("model.latency_s", model.latency_s, Unit::Seconds)?;
            not_negative(
                "model.transmit_j_per_byte",
                model.transmit_j_per_byte,
                Unit::JoulesPerByte,
            )?;
            not_negative(
                "model.receive_j_per_byte",
                model.receive_j_per_byte,
                Unit::JoulesPerByte,
            )
        }
    }
}

/// Checks the limits of a design.
pub fn constraints(constraints: &Constraints) -> Result<(), Fault> {
    positive_option("latency_s", constraints.latency_s, Unit::Seconds)?;
    positive_option("energy_j", constraints.energy_j, Unit::Joules)?;
    positive_option("throughput_hz", constraints.throughput_hz, Unit::PerSecond)
}

fn name(place: &str, text: &str) -> Result<(), Fault> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Err(Fault::new(place, "the name is empty", "write a name"))
    } else if length > MAX_NAME {
        Err(Fault::new(
            place,
            format!("the name has {length} characters"),
            format!("write at most {MAX_NAME}"),
        ))
    } else {
        Ok(())
    }
}

fn bits(place: &str, width: u32) -> Result<(), Fault> {
    if (1..=MAX_BITS).contains(&width) {
        Ok(())
    } else {
        Err(Fault::new(
            place,
            format!("{width} is no width in bits"),
            format!("write a whole number from 1 to {MAX_BITS}"),
        ))
    }
}

fn positive_option(place: &str, value: Option<f64>, unit: Unit) -> Result<(), Fault> {
    value.map_or(Ok(()), |value| positive(place, value, unit))
}

fn positive(place: &str, value: f64, unit: Unit) -> Result<(), Fault> {
    quantity(place, value, SMALLEST, "more than zero", unit)
}

fn not_negative(place: &str, value: f64, unit: Unit) -> Result<(), Fault> {
    quantity(place, value, 0.0, "not negative", unit)
}

fn quantity(place: &str, value: f64, least: f64, words: &str, unit: Unit) -> Result<(), Fault> {
    if (least..=LARGEST).contains(&value) {
        return Ok(());
    }
    let problem = if value.is_nan() {
        "the value is not a number".to_owned()
    } else {
        format!("{value:?} is out of range")
    };
    let remedy = format!("write a number that is {words}, for example {}", unit.example());
    Err(Fault::new(place, problem, remedy))
}
