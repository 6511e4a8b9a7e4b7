//! Every edit of the document as a value, and the one function that applies it.

use super::{OpenNetwork, View};
use crate::design::{Constraints, Design};
use crate::network::{Ideal, LayerId, ScheduleKind};
use crate::system::{Device, Link, System};
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
    /// Replace a link's parameters.
    SetLink(usize, Link),
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
    /// Show the fused or the raw view; the design is carried over.
    SetView(View),
    /// Order the layers another way; the design is kept.
    SetSchedule(ScheduleKind),
    /// Keep the current design for comparison.
    Pin,
    /// Forget a pin.
    Unpin(usize),
}
