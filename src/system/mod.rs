//! Devices, links and the system they form: one to eight devices on a chain of links with direct links beside it, or on a bus.

pub mod differences;
pub mod measured;
pub mod number;
pub mod preset;
mod profile;
pub mod routes;
mod spatial;
pub mod validate;

use crate::cost::Widths;
use crate::cost::layer_table::LayerTable;
use crate::cost::profile::Profile;
use crate::cost::roofline::Roofline;
use crate::cost::spatial::Spatial;
use crate::link::{Direction, Duplex, LinkModel, Transfer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest number of devices in a system.
pub const MAX_DEVICES: usize = 8;

/// The largest number of alternatives of a device.
pub const MAX_ALTERNATIVES: usize = 100;

/// The source of a value that the user typed.
pub const BY_HAND: &str = "set by hand";

/// Devices in chain order, the links between neighbours, and where data enters and leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// The system's name.
    pub name: String,
    /// One to [`MAX_DEVICES`] devices in chain order.
    pub devices: Vec<Device>,
    /// In a chain `devices.len() - 1` links, link `i` joining device `i` and device `i + 1`; on a bus the one link that joins all
    /// devices, if there are several.
    pub links: Vec<Link>,
    /// How `links` join the devices.
    #[serde(default)]
    pub topology: Topology,
    /// Further links between two devices that have none so far.
    #[serde(default)]
    pub direct: Vec<DirectLink>,
    /// Index of the device where the network's input arrives.
    pub input_at: usize,
    /// Index of the device where the network's output is wanted.
    pub output_at: usize,
    /// Bits per element of the raw input as it arrives (default 8, rulings.md 5).
    pub input_bits: u32,
    /// Results per second the application asks for; average power is taken at this rate, or at the design's own
    /// throughput where it is `None`.
    pub frame_rate_hz: Option<f64>,
}

/// How the links of a system join its devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Topology {
    /// A link between any two neighbours; what goes further is stored and forwarded by the devices between.
    #[default]
    Chain,
    /// One link shared by all devices.
    Bus,
}

impl Topology {
    /// How many links join a number of devices.
    pub fn links(self, devices: usize) -> usize {
        match self {
            Self::Chain => devices.saturating_sub(1),
            Self::Bus => usize::from(devices > 1),
        }
    }
}

/// A link between two devices that are not neighbours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectLink {
    /// The two devices, the lower index first.
    pub ends: (usize, usize),
    /// The link.
    pub link: Link,
}

/// One accelerator instance: every parameter stands here, the preset's name is provenance only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The name the user gave it.
    pub name: String,
    /// The preset its parameters came from.
    pub preset: Option<String>,
    /// Where each parameter's value comes from, by parameter name (`bandwidth_bytes_per_s`, `arithmetic.8.macs_per_s` …):
    /// a public source copied from the preset, or [`BY_HAND`].
    pub sources: BTreeMap<String, String>,
    /// Bits per activation element while computing, and of what it sends.
    pub bits: u32,
    /// Bits per weight element; `None` = same as `bits`.
    pub weight_bits: Option<u32>,
    /// Bytes available for weights and live activations; `None` = not limited.
    pub memory_limit_bytes: Option<f64>,
    /// Largest average power in watts, its ends of the links included; `None` = not limited.
    pub power_limit_w: Option<f64>,
    /// Power drawn whether or not it computes, in watts; part of the average power only.
    pub idle_power_w: f64,
    /// Area it takes in square metres; `None` = what its model says ([`Device::area`]).
    #[serde(default)]
    pub area_m2: Option<f64>,
    /// Its cost model with parameters.
    pub model: DeviceModel,
    /// Other designs this device could be built as, none of which has alternatives of its own; a design chooses one.
    #[serde(default)]
    pub alternatives: Vec<Device>,
}

/// The cost models a device can have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DeviceModel {
    /// Peak rate and memory bandwidth.
    Roofline(Roofline),
    /// Costs of named layers.
    Table(LayerTable),
    /// An array of MAC units under a hierarchy of memories.
    Spatial(Box<Spatial>),
    /// Measured bundles of one network.
    Profile(Box<Profile>),
}

/// The connection between two neighbouring devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The name the user gave it.
    pub name: String,
    /// The preset its parameters came from.
    pub preset: Option<String>,
    /// Where each parameter's value comes from, by parameter name (`bandwidth_bytes_per_s`, `arithmetic.8.macs_per_s` …):
    /// a public source copied from the preset, or [`BY_HAND`].
    pub sources: BTreeMap<String, String>,
    /// Bits per element on the wire; `None` = as the sender holds it.
    pub bits: Option<u32>,
    /// Whether both directions share the medium.
    pub duplex: Duplex,
    /// Its link model with parameters.
    pub model: LinkModel,
}

impl System {
    /// Number of links: those of the topology, then the direct ones.
    pub fn link_count(&self) -> usize {
        self.links.len() + self.direct.len()
    }

    /// Whether neighbours in the order of the devices are linked, and no others.
    pub fn is_plain_chain(&self) -> bool {
        self.topology == Topology::Chain && self.direct.is_empty()
    }

    /// A link by its index: those of the topology come first, then the direct ones.
    pub fn link(&self, index: usize) -> &Link {
        self.links
            .get(index)
            .unwrap_or_else(|| &self.direct[index - self.links.len()].link)
    }

    /// A link by its index, to be changed; `None` where there is no such one.
    pub fn link_mut(&mut self, index: usize) -> Option<&mut Link> {
        match index.checked_sub(self.links.len()) {
            None => self.links.get_mut(index),
            Some(direct) => self.direct.get_mut(direct).map(|direct| &mut direct.link),
        }
    }

    /// The two devices a link joins, the lower index first; `None` for a bus, which all devices share, and where there is no such link.
    pub fn ends(&self, link: usize) -> Option<(usize, usize)> {
        match (link.checked_sub(self.links.len()), self.topology) {
            (Some(direct), _) => self.direct.get(direct).map(|direct| direct.ends),
            (None, Topology::Chain) => Some((link, link + 1)),
            (None, Topology::Bus) => None,
        }
    }

    /// Pairs of devices that no link joins, the lower index first.
    pub fn unlinked_pairs(&self) -> Vec<(usize, usize)> {
        let count = match self.topology {
            Topology::Chain => self.devices.len(),
            Topology::Bus => 0,
        };
        let pairs = (0..count).flat_map(|first| (first + 2..count).map(move |second| (first, second)));
        pairs
            .filter(|pair| self.direct.iter().all(|direct| direct.ends != *pair))
            .collect()
    }

    /// The system in which every device is what a design chose it to be, without further alternatives. Choices must exist.
    pub fn resolved(&self, alternatives: &[usize]) -> Self {
        let mut resolved = self.clone();
        for (device, &chosen) in resolved.devices.iter_mut().zip(alternatives) {
            let mut others = std::mem::take(&mut device.alternatives);
            if (1..=others.len()).contains(&chosen) {
                *device = others.swap_remove(chosen - 1);
            }
        }
        resolved
    }

    /// Cost of one message over a link at the frame rate asked for.
    pub fn transfer(&self, link: usize, bytes: u64, direction: Direction) -> Transfer {
        self.link(link).model.transfer(bytes, direction, self.frame_rate_hz)
    }
}

impl Device {
    /// The device as one of its alternatives: 0 is the device itself, `i` its alternative `i - 1`; `None` where there is no such one.
    pub fn alternative(&self, index: usize) -> Option<&Self> {
        match index.checked_sub(1) {
            None => Some(self),
            Some(other) => self.alternatives.get(other),
        }
    }

    /// The device itself, then its alternatives.
    pub fn designs(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.alternatives)
    }

    /// Square metres: as given, else those of all parts of a spatial accelerator; `None` = not known.
    pub fn area(&self) -> Option<f64> {
        self.area_m2.or_else(|| match &self.model {
            DeviceModel::Spatial(model) => Some(model.architecture.area_m2()),
            DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Profile(_) => None,
        })
    }

    /// Bits per weight element.
    pub fn weight_bits(&self) -> u32 {
        self.weight_bits.unwrap_or(self.bits)
    }

    /// The widths it computes with.
    pub fn widths(&self) -> Widths {
        Widths {
            activation_bits: self.bits,
            weight_bits: self.weight_bits(),
        }
    }
}
