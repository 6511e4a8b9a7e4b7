//! Arguments of `schedule` on links, tensors on their way, loads, batteries and typed constraints.

use super::super::Failure;
use crate::explore::schedule::{Battery, Payload, constraints};
use crate::link::{End, LinkModel, PlainLink, Radio, RadioEnergy};
use crate::system::preset::Presets;
use crate::units::Unit;
use std::fmt::Write as _;

/// How devices are joined.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Links")]
pub struct Links {
    /// Link to the cloud: wifi, 4g or 3g as published, the name of a link preset, or a rate both ways such as "5.85 Mbit/s"
    #[arg(long, value_name = "LINK")]
    pub link: Option<String>,
    /// Link between edge and hub, as --link
    #[arg(long, value_name = "LINK", default_value = "1.1 Mbit/s")]
    pub hub_link: String,
    /// Rate of --link away from the edge, instead of its own
    #[arg(long, value_name = "RATE", value_parser = rate, allow_hyphen_values = true, requires = "link")]
    pub up: Option<f64>,
    /// Rate of --link towards the edge, instead of its own
    #[arg(long, value_name = "RATE", value_parser = rate, allow_hyphen_values = true, requires = "link")]
    pub down: Option<f64>,
    /// Radio power of --link for sending, in mW per Mbit/s, instead of its own
    #[arg(long, value_name = "MW", value_parser = super::super::profiles::amount, allow_hyphen_values = true, requires = "link")]
    pub alpha_up: Option<f64>,
    /// Radio power of --link for receiving, in mW per Mbit/s, instead of its own
    #[arg(long, value_name = "MW", value_parser = super::super::profiles::amount, allow_hyphen_values = true, requires = "link")]
    pub alpha_down: Option<f64>,
    /// Radio power of --link at any rate, for example "132.86 mW", instead of its own
    #[arg(long, value_name = "POWER", value_parser = watts, allow_hyphen_values = true, requires = "link")]
    pub beta: Option<f64>,
    /// Round trip of --link: every transfer takes half of it. Replaces that of a radio or a constant rate, is added to other links
    #[arg(long, value_name = "TIME", value_parser = super::seconds, allow_hyphen_values = true, requires = "link")]
    pub rtt: Option<f64>,
    /// Round trip of --hub-link, as --rtt
    #[arg(long, value_name = "TIME", value_parser = super::seconds, allow_hyphen_values = true, requires = "hub")]
    pub hub_rtt: Option<f64>,
    /// Count radio energy with the unit slip of the published optimiser
    #[arg(long)]
    pub published_energy: bool,
    /// Bits per element of tensors between blocks
    #[arg(long, value_name = "BITS", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub bits: u32,
    /// How many times smaller lossless compression makes tensors between blocks; what it takes is not counted
    #[arg(long, value_name = "RATIO", default_value_t = 1.0, value_parser = ratio, allow_hyphen_values = true)]
    pub compression: f64,
    /// Send the network's input with --bits and --compression too, not with 32 bits as it is
    #[arg(long)]
    pub compress_input: bool,
    /// Send the result with --bits and --compression too, not with 32 bits as it is
    #[arg(long)]
    pub compress_result: bool,
}

/// What devices are asked of besides.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Devices")]
pub struct Devices {
    /// A busy device (edge, hub or cloud), on which everything takes so many times as long as it was measured
    #[arg(long, value_name = "DEVICE=FACTOR", value_parser = load)]
    pub load: Vec<(String, f64)>,
    /// The edge's battery, for example "10 Wh" or "36 kJ": how many inferences a charge is good for
    #[arg(long, value_name = "ENERGY", value_parser = battery, allow_hyphen_values = true)]
    pub battery: Option<Battery>,
    /// Power of the edge while it waits for transfers and other devices, for example "1.5 W" (usual: waiting costs nothing)
    #[arg(long, value_name = "POWER", value_parser = watts, allow_hyphen_values = true)]
    pub wait_power: Option<f64>,
}

/// The help of `--constraint`: all that can be typed.
pub(super) fn constraint_help() -> String {
    let mut help = "A further linear constraint, for example \"bundles(edge) <= 2\", \"2*time(edge) + transfer <= 0.1 s\" or \"conv1 on edge\". May \
        be given more than once"
        .to_owned();
    let _ = write!(help, "\n\n{}\n\nTerms:", constraints::FORM);
    for (form, words) in constraints::TERMS {
        let _ = write!(help, "\n  {form}: {words}");
    }
    help
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = Unit::BitsPerSecond.parse(text).map_err(|error| error.to_string())?;
    (rate > 0.0)
        .then_some(rate)
        .ok_or_else(|| "write a rate above 0".to_owned())
}

fn watts(text: &str) -> Result<f64, String> {
    Unit::Watts.parse(text).map_err(|error| error.to_string())
}

fn ratio(text: &str) -> Result<f64, String> {
    let ratio = text
        .parse()
        .ok()
        .filter(|ratio: &f64| ratio.is_finite() && *ratio >= 1.0);
    ratio.ok_or_else(|| "write a number of 1 or more".to_owned())
}

fn load(text: &str) -> Result<(String, f64), String> {
    let form = "write DEVICE=FACTOR, for example cloud=2.5";
    let (device, factor) = text.split_once('=').ok_or(form)?;
    let factor = factor.trim().parse().ok();
    let factor = factor
        .filter(|factor: &f64| (1e-6..=1e6).contains(factor))
        .ok_or(form)?;
    Ok((device.trim().to_owned(), factor))
}

fn battery(text: &str) -> Result<Battery, String> {
    let energy_j = Unit::Joules.parse(text).map_err(|error| error.to_string())?;
    let is_some = energy_j > 0.0;
    is_some
        .then_some(Battery { energy_j })
        .ok_or_else(|| "write an energy above 0".to_owned())
}

/// A link, and the seconds that every transfer takes besides what its model says.
pub(super) struct Joint {
    pub model: LinkModel,
    pub extra_s: f64,
}

/// Watts per byte/s of a milliwatt per Mbit/s.
const ALPHA: f64 = 8e-9;

impl Links {
    /// How tensors are sent.
    pub(super) fn payload(&self) -> Payload {
        Payload {
            bits: self.bits,
            compression: self.compression,
            input: self.compress_input,
            result: self.compress_result,
        }
    }

    /// The link to the cloud as it was named, with the numbers that replace its own; `None` = there is none.
    pub(super) fn words(&self) -> Option<String> {
        let mut words = self.link.clone()?;
        let own = [
            ("up", self.up, Unit::BitsPerSecond),
            ("down", self.down, Unit::BitsPerSecond),
            (
                "alpha up",
                self.alpha_up.map(|alpha| alpha * ALPHA),
                Unit::JoulesPerByte,
            ),
            (
                "alpha down",
                self.alpha_down.map(|alpha| alpha * ALPHA),
                Unit::JoulesPerByte,
            ),
            ("beta", self.beta, Unit::Watts),
            ("rtt", self.rtt, Unit::Seconds),
        ];
        for (name, number, unit) in own {
            if let Some(number) = number {
                let _ = write!(words, ", {name} {}", unit.format(number));
            }
        }
        Some(words)
    }

    /// The link to the cloud.
    pub(super) fn far(&self) -> Result<Option<Joint>, Failure> {
        let Some(name) = &self.link else { return Ok(None) };
        let mut joint = self.named("--link", name, self.rtt)?;
        let numbers = [self.up, self.down, self.alpha_up, self.alpha_down, self.beta];
        if numbers.iter().all(Option::is_none) {
            return Ok(Some(joint));
        }
        let mut radio = match joint.model {
            LinkModel::Radio(radio) => radio,
            LinkModel::Plain(plain) => Radio {
                up_bytes_per_s: plain.rate_bytes_per_s,
                down_bytes_per_s: plain.rate_bytes_per_s,
                up_j_per_byte: plain.transmit_j_per_byte,
                down_j_per_byte: plain.receive_j_per_byte,
                active_power_w: 0.0,
                rtt_s: 2.0 * plain.latency_s,
                phone: End::First,
                energy: self.radio_energy(),
            },
            other => return Err(Failure::FixedRate(name.clone(), other.kind())),
        };
        let set = |number: &mut f64, given: Option<f64>| *number = given.unwrap_or(*number);
        set(&mut radio.up_bytes_per_s, self.up);
        set(&mut radio.down_bytes_per_s, self.down);
        set(&mut radio.up_j_per_byte, self.alpha_up.map(|alpha| alpha * ALPHA));
        set(&mut radio.down_j_per_byte, self.alpha_down.map(|alpha| alpha * ALPHA));
        set(&mut radio.active_power_w, self.beta);
        joint.model = LinkModel::Radio(radio);
        Ok(Some(joint))
    }

    /// The link between edge and hub.
    pub(super) fn near(&self) -> Result<Joint, Failure> {
        self.named("--hub-link", &self.hub_link, self.hub_rtt)
    }

    fn radio_energy(&self) -> RadioEnergy {
        match self.published_energy {
            true => RadioEnergy::Legacy,
            false => RadioEnergy::Corrected,
        }
    }

    /// A link by its published short name, as a preset or as a rate.
    fn named(&self, option: &str, name: &str, rtt: Option<f64>) -> Result<Joint, Failure> {
        let published = match name.to_ascii_lowercase().as_str() {
            "wifi" | "wi-fi" => Some("Wi-Fi (phone)"),
            "4g" | "lte" => Some("LTE (phone)"),
            "3g" => Some("3G (phone)"),
            _ => None,
        };
        let presets = Presets::load(None);
        let mut model = match presets.link(published.unwrap_or(name)) {
            Some(link) => link.model,
            None => {
                let rate = Unit::BitsPerSecond.parse(name).ok().filter(|&rate| rate > 0.0);
                let rate = rate.ok_or_else(|| {
                    let names: Vec<&str> = presets.links.iter().map(|preset| preset.name.as_str()).collect();
                    Failure::NoLink(option.to_owned(), name.to_owned(), names.join(", "))
                })?;
                LinkModel::Plain(PlainLink {
                    rate_bytes_per_s: rate,
                    latency_s: 0.0,
                    transmit_j_per_byte: 0.0,
                    receive_j_per_byte: 0.0,
                })
            }
        };
        let mut extra_s = 0.0;
        match &mut model {
            LinkModel::Radio(radio) => {
                // The published links have none.
                let own = if published.is_some() { 0.0 } else { radio.rtt_s };
                radio.rtt_s = rtt.unwrap_or(own);
                radio.energy = if self.published_energy {
                    RadioEnergy::Legacy
                } else {
                    radio.energy
                };
            }
            LinkModel::Plain(plain) => plain.latency_s = rtt.map_or(plain.latency_s, |rtt| rtt / 2.0),
            _ => extra_s = rtt.unwrap_or(0.0) / 2.0,
        }
        Ok(Joint { model, extra_s })
    }
}
