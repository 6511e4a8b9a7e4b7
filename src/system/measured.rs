//! The machine in front of the user as a device: what was measured on it, with the source of every number.

use super::DeviceModel;
use super::preset::DevicePreset;
use crate::cost::profile::measure::Header;
use crate::cost::profile::{BundleTable, Profile};
use crate::network::Network;
use crate::network::blocks::{Blocks, BlocksError};
use crate::presets::{Kind, Origin, Preset};
use std::collections::BTreeMap;

/// The heading such presets are listed under.
pub const CLASS: &str = "Measured here";

/// Bits of the numbers that are computed with: tract runs networks as they are in their file, which is in 32-bit floats.
const BITS: u32 = 32;

/// A device preset of a profile that was taken on a machine, for the network it was taken of (raw view). Nothing measured power: its
/// energies are 0.
///
/// # Errors
/// The network has other blocks.
pub fn preset(
    header: &Header,
    raw: &Network,
    blocks: &Blocks,
    table: BundleTable,
) -> Result<Preset<DevicePreset>, BlocksError> {
    let (machine, settings) = (&header.machine, &header.settings);
    let measured = format!(
        "Measured on {} with tract {} on {} ({}), network {} of content {}",
        header.sessions_words(),
        header.tract,
        machine.words(),
        settings.words(),
        header.network,
        header.hash.0
    );
    let estimated = table.iter().filter(|(_, cost)| cost.estimated).count();
    let measured = match estimated {
        0 => measured,
        count => format!("{measured}; {count} bundles are estimated as sums of their single blocks"),
    };
    let profile = Profile::new(measured.clone(), raw, blocks, table)?;
    let mut sources = BTreeMap::new();
    let mut source = |parameter: &str, words: String| sources.insert(parameter.to_owned(), words);
    source(
        "bits",
        "tract computes with the numbers of the network's file, 32-bit floats".to_owned(),
    );
    source(
        "idle_power_w",
        "Not measured: nothing on the machine told its power (assumption)".to_owned(),
    );
    source("bundles", measured);
    source("load", "As measured, with nothing else to do (assumption)".to_owned());
    if machine.memory_bytes.is_some() {
        source(
            "memory_limit_bytes",
            format!("All memory of the machine, as {} tells", machine.os),
        );
    }
    if profile.clock_hz.is_some() {
        source(
            "clock_hz",
            format!("Kept there by the governor {}; it was not set here", machine.governor),
        );
    }
    let threads = match settings.threads {
        1 => "1 thread".to_owned(),
        threads => format!("{threads} threads"),
    };
    Ok(Preset {
        name: format!("{}, {threads}, {}", machine.cpu, blocks.network),
        class: CLASS.to_owned(),
        kind: Kind::Measured,
        summary: format!(
            "Bundles of {} on {threads}, measured on {}",
            blocks.network,
            header.days()
        ),
        sources,
        value: DevicePreset {
            bits: BITS,
            weight_bits: None,
            memory_limit_bytes: machine.memory_bytes.map(|bytes| bytes as f64),
            idle_power_w: 0.0,
            area_m2: None,
            model: DeviceModel::Profile(Box::new(profile)),
        },
        origin: Origin::Embedded,
    })
}
