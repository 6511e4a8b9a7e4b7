//! Every edit of the document as a value; [`super::Document::apply`] is the one function that applies it.

use super::{Bundling, Document, OpenNetwork, View};
use crate::design::{Constraints, Design};
use crate::explore::Search;
use crate::network::{Ideal, LayerId, ScheduleKind};
use crate::system::{Device, Link, System, Topology};
use std::sync::Arc;

/// One user action on the document. Undo, menus, keys, panels and tests all go through it.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show another network: keeps the system, splits evenly by MACs.
    OpenNetwork(Arc<OpenNetwork>),
    /// Move a cut to a boundary, pushing others along.
    MoveCut {
        /// Which cut.
        cut: usize,
        /// Its new boundary.
        to: Ideal,
    },
    /// Put a layer on a device by the closure rule.
    PutLayer {
        /// Which layer.
        layer: LayerId,
        /// On which device.
        device: usize,
    },
    /// Load a whole design.
    LoadDesign(Design),
    /// Make a cut at a boundary: re-opens the unused device next to it; fails in words when every device is used.
    NewCut(Ideal),
    /// Merge the two partitions beside a cut: the device after it becomes unused.
    RemoveCut(usize),
    /// Insert a device before index `at` (`at` = count appends), joined by `link` to its predecessor (else successor).
    AddDevice {
        /// Where.
        at: usize,
        /// The device.
        device: Device,
        /// The new link.
        link: Link,
    },
    /// Remove a device and one of its links; its layers go to its neighbour.
    RemoveDevice(usize),
    /// Swap a device with its successor; the layers stay in place along the chain.
    SwapDevices(usize),
    /// Insert a copy of a device after itself.
    DuplicateDevice(usize),
    /// Replace a device's parameters.
    SetDevice(usize, Device),
    /// Build a device as one of its designs: 0 is the device itself, then its alternatives.
    BuildAs {
        /// Which device.
        device: usize,
        /// Which of its designs.
        alternative: usize,
    },
    /// Give a device another design it could be built as, and build it so.
    AddAlternative(usize, Device),
    /// Replace the parameters of one of a device's designs.
    SetAlternative {
        /// Which device.
        device: usize,
        /// Which of its designs.
        alternative: usize,
        /// What it becomes.
        to: Device,
    },
    /// Remove one of a device's alternatives.
    RemoveAlternative {
        /// Which device.
        device: usize,
        /// Which of its designs, not the device itself.
        alternative: usize,
    },
    /// Make an alternative the device itself and the device an alternative.
    PromoteAlternative {
        /// Which device.
        device: usize,
        /// Which of its designs, not the device itself.
        alternative: usize,
    },
    /// Replace a link's parameters, by its index among all links of the system, direct ones last.
    SetLink(usize, Link),
    /// Join the devices by a chain of links or by one bus; cuts are kept.
    SetTopology(Topology),
    /// Join two devices that are not neighbours.
    AddDirectLink {
        /// The two devices.
        ends: (usize, usize),
        /// The link.
        link: Link,
    },
    /// Remove a direct link, by its index among the direct ones.
    RemoveDirectLink(usize),
    /// Say how many bits a layer needs at least, with all layers of the file it stands for; `None` = any width will do.
    RequireBits {
        /// Which layer.
        layer: LayerId,
        /// How many.
        bits: Option<u32>,
    },
    /// Replace the whole system; cuts are kept as far as the number of devices allows.
    SetSystem(System),
    /// Replace name, input and output places, input bits and frame rate; devices and links stay.
    SetSystemSettings {
        /// The system's name.
        name: String,
        /// Device where the input arrives.
        input_at: usize,
        /// Device where the output is wanted.
        output_at: usize,
        /// Bits per element of the raw input.
        input_bits: u32,
        /// Results per second asked for.
        frame_rate_hz: Option<f64>,
    },
    /// Replace the limits.
    SetConstraints(Constraints),
    /// Explore something else: other objectives, another order of devices, other schedules.
    SetSearch(Search),
    /// Ask something else of schedules over measured bundles.
    SetBundling(Bundling),
    /// Show the fused or the raw view; the design is carried over.
    SetView(View),
    /// Order the layers another way; the design is kept.
    SetSchedule(ScheduleKind),
    /// Keep the current design for comparison.
    Pin,
    /// Forget a pin.
    Unpin(usize),
    /// Call a pin something else; no two pins have one name.
    RenamePin {
        /// Which pin.
        pin: usize,
        /// Its new name.
        name: String,
    },
}

impl Action {
    /// The action in words for `Undo …`, `Redo …`, seen from the document before it.
    pub fn label(&self, before: &Document) -> String {
        let device = |index: usize| before.system.devices.get(index).map_or("a device", |d| d.name.as_str());
        let link = |index: usize| {
            let known = index < before.system.link_count();
            if known {
                before.system.link(index).name.as_str()
            } else {
                "a link"
            }
        };
        let layer = |layer: LayerId| {
            let found = before.network().layers.get(layer);
            found.map_or("a layer", |l| l.name.as_str())
        };
        let alternative = |index: usize, alternative: usize| {
            let found = before
                .system
                .devices
                .get(index)
                .and_then(|d| d.alternative(alternative));
            found.map_or("an alternative", |d| d.name.as_str())
        };
        let pin_name = |index: usize| before.pins.get(index).map_or("a design", |p| p.name.as_str());
        match self {
            Self::OpenNetwork(network) => format!("open {}", network.origin.label()),
            Self::MoveCut { cut, .. } => format!("move cut {}", cut.saturating_add(1)),
            Self::PutLayer { layer: put, device: to } => format!("put {} on {}", layer(*put), device(*to)),
            Self::LoadDesign(_) => "load design".to_owned(),
            Self::NewCut(_) => "new cut".to_owned(),
            Self::RemoveCut(cut) => format!("remove cut {}", cut.saturating_add(1)),
            Self::AddDevice { device, .. } => format!("add {}", device.name),
            Self::RemoveDevice(index) => format!("remove {}", device(*index)),
            Self::SwapDevices(index) => format!("swap {} and {}", device(*index), device(index.saturating_add(1))),
            Self::DuplicateDevice(index) => format!("duplicate {}", device(*index)),
            Self::SetDevice(index, _) => format!("change {}", device(*index)),
            Self::BuildAs {
                device: index,
                alternative: to,
            } => format!("build {} as {}", device(*index), alternative(*index, *to)),
            Self::AddAlternative(index, _) => format!("add an alternative of {}", device(*index)),
            Self::SetAlternative {
                device: index,
                alternative: which,
                ..
            } => format!("change {}", alternative(*index, *which)),
            Self::RemoveAlternative {
                device: index,
                alternative: which,
            } => format!("remove {}", alternative(*index, *which)),
            Self::PromoteAlternative {
                device: index,
                alternative: which,
            } => format!("make {} the device itself", alternative(*index, *which)),
            Self::SetLink(index, _) => format!("change {}", link(*index)),
            Self::SetTopology(Topology::Chain) => "join devices by a chain".to_owned(),
            Self::SetTopology(Topology::Bus) => "join devices by a bus".to_owned(),
            Self::AddDirectLink { .. } => "add a direct link".to_owned(),
            Self::RemoveDirectLink(index) => {
                format!("remove {}", link(before.system.links.len().saturating_add(*index)))
            }
            Self::RequireBits { layer: which, .. } => format!("change the bits of {}", layer(*which)),
            Self::SetSystem(system) => format!("use system {}", system.name),
            Self::SetSystemSettings { .. } => "change system".to_owned(),
            Self::SetConstraints(_) => "change limits".to_owned(),
            Self::SetSearch(search) if search.objectives != before.search.objectives => "change objectives".to_owned(),
            Self::SetSearch(_) => "change search".to_owned(),
            Self::SetBundling(bundling) => bundling_label(bundling, &before.bundling).to_owned(),
            Self::SetView(View::Fused) => "show fused layers".to_owned(),
            Self::SetView(View::Raw) => "show raw layers".to_owned(),
            Self::SetSchedule(_) => "change schedule".to_owned(),
            Self::Pin => "pin design".to_owned(),
            Self::Unpin(pin) => format!("unpin {}", pin_name(*pin)),
            Self::RenamePin { pin, .. } => format!("rename {}", pin_name(*pin)),
        }
    }
}

/// What of the questions about schedules over bundles is changed.
fn bundling_label(after: &Bundling, before: &Bundling) -> &'static str {
    if after.latency_s != before.latency_s {
        "change the latency budget"
    } else if after.energy_j != before.energy_j {
        "change the energy budget"
    } else {
        "change what bundles keep"
    }
}
