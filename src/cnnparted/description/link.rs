//! Links of a description.

use crate::cnnparted::Rules;
use crate::cnnparted::error::{Fault, quoted};
use crate::cnnparted::fields::{Fields, place};
use crate::link::{
    BleAccounting, BlePhy, BluetoothLe, Eee, EeeRule, Ethernet, EthernetMode, Interposer, InterposerEnergy, LinkModel,
};
use serde_json::Value;

/// One link.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkDescription {
    /// Its place among the links.
    pub id: u64,
    /// Bits per element on the wire, 1 to 64.
    pub data_bits: u32,
    /// Inferences per second it must carry.
    pub frame_rate_hz: f64,
    /// Its model, with every published fault corrected.
    pub model: LinkModel,
}

/// Keys of the three link models.
const MODELS: [&str; 3] = ["ethernet", "noi", "ble"];

impl LinkDescription {
    /// Reads one link given as JSON, with the keys of the YAML format.
    pub fn from_json(value: &Value, file: &str) -> Result<Self, crate::cnnparted::InputError> {
        let entry = Fields::of(String::new(), value).map_err(|fault| fault.in_file(file))?;
        read(&entry, 0, &mut Vec::new()).map_err(|fault| fault.in_file(file))
    }

    /// The model under rules: with those published faults that are asked for.
    pub fn model_under(&self, rules: Rules) -> LinkModel {
        let mut model = self.model.clone();
        match &mut model {
            LinkModel::Ethernet(ethernet) if rules.eee_published => ethernet.eee_rule = EeeRule::Published,
            LinkModel::Interposer(interposer) if rules.interposer_energy_averaged => {
                interposer.energy = InterposerEnergy::PerFramePeriod;
            }
            LinkModel::BluetoothLe(ble) if rules.ble_published => ble.accounting = BleAccounting::Published,
            _ => {}
        }
        model
    }
}

/// Whether an entry of a flat list is a link.
pub(super) fn is_link(entry: &Fields) -> bool {
    MODELS.into_iter().any(|model| entry.get(model).is_some())
}

/// Reads the entry of a list, which must have an id.
pub(super) fn read_listed(entry: &Fields, ignored: &mut Vec<String>) -> Result<LinkDescription, Fault> {
    let id = entry
        .whole("id", 0, 1_000_000)?
        .ok_or_else(|| entry.missing("id", "a whole number; nodes and links are sorted by it"))?;
    read(entry, id.unsigned_abs(), ignored)
}

fn read(entry: &Fields, id: u64, ignored: &mut Vec<String>) -> Result<LinkDescription, Fault> {
    let bits = entry.whole("data_bit_width", 1, 64)?;
    let bits = bits.ok_or_else(|| entry.missing("data_bit_width", "the bits per element on the wire"))?;
    let found: Vec<_> = MODELS.into_iter().filter(|model| entry.get(model).is_some()).collect();
    let &[kind] = found.as_slice() else {
        let problem = format!("it has {} link models, one is needed", found.len());
        return Err(Fault::new(
            place(entry.place()),
            problem,
            "Keep one of “ethernet”, “noi” and “ble”",
        ));
    };
    let fields = entry.fields(kind)?;
    let fields = fields.ok_or_else(|| entry.missing(kind, "the link model's settings"))?;
    let model = match kind {
        "ethernet" => LinkModel::Ethernet(ethernet(&fields)?),
        "noi" => LinkModel::Interposer(interposer(&fields)?),
        _ => LinkModel::BluetoothLe(ble(&fields)?),
    };
    ignored.extend(fields.others());
    let link = LinkDescription {
        id,
        data_bits: u32::try_from(bits).unwrap_or(u32::MAX),
        frame_rate_hz: entry.required("fps", "the inferences per second that the link must carry")?,
        model,
    };
    ignored.extend(entry.others());
    Ok(link)
}

fn ethernet(fields: &Fields) -> Result<Ethernet, Fault> {
    let word = fields.text("eth_mode")?.unwrap_or("BASE1000-T");
    let mode = match word {
        "BASE100-T" => EthernetMode::Base100,
        "BASE1000-T" => EthernetMode::Base1000,
        "10GBASE-T" => EthernetMode::Base10G,
        other => {
            let problem = format!("{} is no Ethernet standard here", quoted(other));
            let remedy = "Write BASE100-T, BASE1000-T or 10GBASE-T";
            return Err(Fault::new(place(&fields.path("eth_mode")), problem, remedy));
        }
    };
    let sleeps = fields.flag("enable_eee")?.unwrap_or(false);
    if sleeps && mode.standard().sleep.is_none() {
        let problem = format!("{word} has no energy-efficient mode");
        return Err(Fault::new(
            place(&fields.path("enable_eee")),
            problem,
            "Write false, or another standard",
        ));
    }
    Ok(Ethernet {
        mode,
        eee: if sleeps { Eee::On } else { Eee::Off },
        cable_m: between(fields, "cable_len_m", 0.0, 100.0)?.unwrap_or(5.0),
        latency_s: 0.0,
        power_w: mode.usual_power_w(),
        low_power_share: between(fields, "eee_lmi_ratio", 0.0, 1.0)?.unwrap_or(0.1),
        receiver_share: 0.0,
        eee_rule: EeeRule::Corrected,
    })
}

fn interposer(fields: &Fields) -> Result<Interposer, Fault> {
    // The mode names a standard; the numbers beside it decide.
    fields.text("noi_mode")?;
    let needed = |key, meaning| fields.amount(key)?.ok_or_else(|| fields.missing(key, meaning));
    Ok(Interposer {
        wires: fields.required("width", "the number of data wires")?,
        wire_bytes_per_s: fields.required("data_rate_Gbps", "Gbit/s per wire")? * 1e9 / 8.0,
        efficiency: 1.0,
        latency_s: needed("latency_ns", "nanoseconds per message")? * 1e-9,
        j_per_bit: needed("power_bit_pj", "picojoules per bit")? * 1e-12,
        receiver_share: 0.0,
        energy: InterposerEnergy::PerBit,
    })
}

fn ble(fields: &Fields) -> Result<BluetoothLe, Fault> {
    let phy = match fields.number("phy")? {
        None => BlePhy::Le1M,
        Some(rate) => {
            let known = [BlePhy::Le2M, BlePhy::Le1M, BlePhy::Coded500k, BlePhy::Coded125k];
            let phy = known.into_iter().find(|phy| phy.bits_per_s() == rate);
            phy.ok_or_else(|| {
                let problem = format!("{rate} bit/s is no physical layer of Bluetooth LE");
                Fault::new(place(&fields.path("phy")), problem, "Write 1e6, 2e6, 5e5 or 1.25e5")
            })?
        }
    };
    Ok(BluetoothLe {
        phy,
        mtu_bytes: between(fields, "mtu", 23.0, 512.0)?.unwrap_or(247.0),
        payload_bytes: 27.0,
        interval_s: between(fields, "ci", 0.0075, 4.0)?.unwrap_or(0.03),
        packets_per_interval: between(fields, "ppci", 1.0, 16.0)?.unwrap_or(6.0),
        transmit_power_w: fields.amount("tx_pow_cons")?.unwrap_or(0.015),
        receive_power_w: 0.0,
        accounting: BleAccounting::Corrected,
    })
}

fn between(fields: &Fields, key: &'static str, least: f64, most: f64) -> Result<Option<f64>, Fault> {
    match fields.number(key)? {
        Some(value) if !(least..=most).contains(&value) => Err(Fault::new(
            place(&fields.path(key)),
            format!("{value} is not between {least} and {most}"),
            "Correct the number",
        )),
        value => Ok(value),
    }
}
