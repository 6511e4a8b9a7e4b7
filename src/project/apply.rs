//! The one function that changes a document, and the words for every change.

use super::check;
use super::cuts::{self, CutError};
use super::{Action, Document, Metrics, OpenNetwork, Pin, View};
use crate::design::{Constraints, Design};
use crate::network::{Ideal, LayerId};
use crate::presets::Fault;
use crate::system::{MAX_DEVICES, System};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most pins a document keeps.
pub const MAX_PINS: usize = 64;

/// Why an action cannot be done; the document is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// A value makes no sense.
    #[error(transparent)]
    Value(#[from] Fault),
    /// Every device has layers: the window offers to add one at `at`.
    #[error("every device has layers already; add a device to make another cut")]
    EveryDeviceUsed {
        /// Where in the chain a new device would take the new partition.
        at: usize,
    },
    /// Anything else, in words with the remedy.
    #[error("{0}")]
    Impossible(String),
}

impl ActionError {
    pub(super) fn impossible(text: impl Into<String>) -> Self {
        Self::Impossible(text.into())
    }
}

pub(super) type Notes = Result<Vec<String>, ActionError>;

impl Document {
    /// A network on a system, split evenly by multiply-accumulates.
    pub fn new(network: Arc<OpenNetwork>, system: System) -> Result<Self, Fault> {
        check::system(&system)?;
        let (view, schedule) = (View::default(), crate::network::ScheduleKind::default());
        let shown = network.view(view);
        let design = cuts::even_split(shown, &shown.schedule(schedule), &system.devices);
        Ok(Self {
            network,
            view,
            schedule,
            system,
            constraints: Constraints::default(),
            design,
            required_bits: Default::default(),
            search: Default::default(),
            bundling: Default::default(),
            pins: Vec::new(),
        })
    }

    /// Applies an action and returns what the user should be told about it; after an error nothing has changed.
    pub fn apply(&mut self, action: Action) -> Notes {
        match action {
            Action::OpenNetwork(network) => return Ok(self.open_network(network)),
            Action::MoveCut { cut, to } => self.move_cut(cut, &to)?,
            Action::PutLayer { layer, device } => self.put_layer(layer, device)?,
            Action::LoadDesign(design) => {
                check::design(&design, self.network(), &self.system)?;
                self.design = design;
            }
            Action::NewCut(boundary) => return self.new_cut(&boundary),
            Action::RemoveCut(cut) => return self.remove_cut(cut),
            Action::AddDevice { at, device, link } => return self.add_device(at, device, link),
            Action::RemoveDevice(device) => return self.remove_device(device),
            Action::SwapDevices(device) => self.swap_devices(device)?,
            Action::DuplicateDevice(device) => return self.duplicate_device(device),
            Action::SetDevice(index, device) => self.set_device(index, device)?,
            Action::BuildAs { device, alternative } => self.build_as(device, alternative)?,
            Action::AddAlternative(device, other) => self.add_alternative(device, other)?,
            Action::SetAlternative {
                device,
                alternative,
                to,
            } => self.set_alternative(device, alternative, to)?,
            Action::RemoveAlternative { device, alternative } => return self.remove_alternative(device, alternative),
            Action::PromoteAlternative { device, alternative } => self.promote_alternative(device, alternative)?,
            Action::SetLink(index, link) => self.set_link(index, link)?,
            Action::SetTopology(topology) => return Ok(self.set_topology(topology)),
            Action::AddDirectLink { ends, link } => self.add_direct_link(ends, link)?,
            Action::RemoveDirectLink(index) => self.remove_direct_link(index)?,
            Action::RequireBits { layer, bits } => self.require_bits(layer, bits)?,
            Action::SetSystem(system) => return self.set_system(system),
            Action::SetSystemSettings {
                name,
                input_at,
                output_at,
                input_bits,
                frame_rate_hz,
            } => self
                .set_system(System {
                    name,
                    input_at,
                    output_at,
                    input_bits,
                    frame_rate_hz,
                    ..self.system.clone()
                })
                .map(drop)?,
            Action::SetConstraints(constraints) => {
                check::constraints(&constraints)?;
                self.constraints = constraints;
            }
            Action::SetSearch(search) => {
                check::search(&search)?;
                self.search = search;
            }
            Action::SetBundling(bundling) => {
                bundling.check()?;
                self.bundling = bundling;
            }
            Action::SetView(view) => return Ok(self.set_view(view)),
            Action::SetSchedule(kind) => self.schedule = kind,
            Action::Pin => return self.pin(),
            Action::Unpin(pin) => {
                if pin >= self.pins.len() {
                    return Err(no_such("pin", pin, self.pins.len()));
                }
                self.pins.remove(pin);
            }
            Action::RenamePin { pin, name } => {
                check::pin_name(&self.pins, pin, &name)?;
                let pins = self.pins.len();
                let renamed = self.pins.get_mut(pin).ok_or_else(|| no_such("pin", pin, pins))?;
                name.trim().clone_into(&mut renamed.name);
            }
        }
        Ok(Vec::new())
    }

    /// The same layers with other sizes (a symbolic dimension was set) keep the design; any other network is split evenly.
    fn open_network(&mut self, network: Arc<OpenNetwork>) -> Vec<String> {
        let layers = |network: &OpenNetwork| -> Vec<(String, Vec<LayerId>)> {
            let raw = &network.raw;
            (0..raw.layers.len())
                .map(|l| (raw.layers[l].name.clone(), raw.predecessors(l)))
                .collect()
        };
        let same =
            network.fused.layers.len() == self.network.fused.layers.len() && layers(&network) == layers(&self.network);
        self.network = network;
        let mut notes = Vec::new();
        if !same {
            let alternatives = std::mem::take(&mut self.design.alternatives);
            let (shown, devices) = (self.network.view(self.view), &self.system.devices);
            self.design = Design {
                alternatives,
                ..cuts::even_split(shown, &shown.schedule(self.schedule), devices)
            };
            if devices.iter().all(|device| !cuts::suits(device, shown)) {
                notes.push(
                    "all devices were measured on another network: measure this one, or choose other devices"
                        .to_owned(),
                );
            }
            let known: BTreeSet<&str> = self
                .network
                .raw
                .layers
                .iter()
                .map(|layer| layer.name.as_str())
                .collect();
            let before = self.required_bits.len();
            self.required_bits.retain(|name, _| known.contains(name.as_str()));
            let lost = before - self.required_bits.len();
            if lost > 0 {
                notes.push(format!(
                    "the bits that {} of the network before needed are forgotten; undo brings them back",
                    count(lost, "layer")
                ));
            }
        }
        match std::mem::take(&mut self.pins).len() {
            0 => {}
            pins => notes.push(format!(
                "{} of the network before forgotten; undo brings them back",
                count(pins, "pin")
            )),
        }
        notes
    }

    fn move_cut(&mut self, cut: usize, to: &Ideal) -> Result<(), ActionError> {
        if cut >= self.design.cuts() {
            return Err(no_such("cut", cut, self.design.cuts()));
        }
        self.known_boundary(to)?;
        self.design.move_cut(cut, to);
        Ok(())
    }

    fn put_layer(&mut self, layer: LayerId, device: usize) -> Result<(), ActionError> {
        let layers = self.network().layers.len();
        if layer >= layers {
            return Err(no_such("layer", layer, layers));
        }
        self.known_device(device)?;
        let mut design = self.design.clone();
        let before = design.placements.len();
        design.put(self.network(), layer, device);
        // A partition that came into being leaves others without layers or makes neighbours of one device.
        if design.placements.len() > before {
            cuts::tidy(&mut design, self.network());
        }
        self.keep(design)
    }

    /// Replaces the design by one with more partitions, as far as a design may have them.
    fn keep(&mut self, design: Design) -> Result<(), ActionError> {
        if design.placements.len() > check::MAX_PLACEMENTS {
            return Err(ActionError::impossible(format!(
                "a design has at most {} partitions; remove a cut first",
                check::MAX_PLACEMENTS
            )));
        }
        self.design = design;
        Ok(())
    }

    /// Says what bits a layer needs at least: all raw layers it stands for do.
    fn require_bits(&mut self, layer: LayerId, bits: Option<u32>) -> Result<(), ActionError> {
        let layers = self.network().layers.len();
        let found = self.network().layers.get(layer);
        let members = found.ok_or_else(|| no_such("layer", layer, layers))?.members.clone();
        if let Some(bits) = bits {
            check::required_bits(bits)?;
        }
        for name in members {
            match bits {
                Some(bits) => self.required_bits.insert(name, bits),
                None => self.required_bits.remove(&name),
            };
        }
        Ok(())
    }

    fn new_cut(&mut self, boundary: &Ideal) -> Notes {
        self.known_boundary(boundary)?;
        let mut design = self.design.clone();
        let opened = cuts::new_cut(&mut design, self.network(), boundary).map_err(|error| self.explain(error))?;
        let gave_way = design.placements.iter().all(|placement| placement.end != *boundary);
        self.keep(design)?;
        let mut notes = vec![format!("“{}” is in use again", self.device_name(opened))];
        if gave_way {
            notes.push("the new cut would have crossed another one; it stands where it contains that one".to_owned());
        }
        Ok(notes)
    }

    fn remove_cut(&mut self, cut: usize) -> Notes {
        if cut >= self.design.cuts() {
            return Err(no_such("cut", cut, self.design.cuts()));
        }
        let mut design = self.design.clone();
        let merged = cuts::remove_cut(&mut design, self.network(), cut).map_err(|error| self.explain(error))?;
        self.design = design;
        let name = self.device_name(merged);
        Ok(vec![if cuts::is_used(&self.design, merged) {
            format!("“{name}” gave up one of its partitions")
        } else {
            format!("“{name}” has no layers now")
        }])
    }

    fn explain(&self, error: CutError) -> ActionError {
        match error {
            CutError::NothingToCut => ActionError::impossible(
                "there is a cut or an end of the network at this place already; choose another place",
            ),
            CutError::EveryDeviceUsed(at) if self.system.devices.len() < MAX_DEVICES => {
                ActionError::EveryDeviceUsed { at }
            }
            CutError::EveryDeviceUsed(_) => ActionError::impossible(format!(
                "all {MAX_DEVICES} devices have layers already; remove a cut before making another"
            )),
            CutError::NothingToMerge => ActionError::impossible(
                "all layers lie on one side of this cut already; move it into the network to split it",
            ),
        }
    }

    fn set_view(&mut self, view: View) -> Vec<String> {
        let (design, notes) = carry(&self.network, &self.design, self.view, view);
        self.design = design;
        self.view = view;
        notes
    }

    fn pin(&mut self) -> Notes {
        let same = |pin: &&Pin| pin.design == self.design && pin.view == self.view && pin.system == self.system;
        if let Some(pin) = self.pins.iter().find(same) {
            return Ok(vec![format!("this design is pinned as {} already", pin.name)]);
        }
        if self.pins.len() >= MAX_PINS {
            return Err(ActionError::impossible(format!(
                "{MAX_PINS} designs are pinned already; unpin one first"
            )));
        }
        let number = |pin: &Pin| pin.name.strip_prefix('P').and_then(|n| n.parse::<u32>().ok());
        let last = self.pins.iter().filter_map(number).max().unwrap_or(0);
        let mut names = (u64::from(last) + 1..).map(|number| format!("P{number}"));
        let is_free = |name: &String| self.pins.iter().all(|pin| pin.name != *name);
        self.pins.push(Pin {
            name: names.find(is_free).unwrap_or_default(),
            system: self.system.clone(),
            design: self.design.clone(),
            view: self.view,
            metrics: Metrics::from(&self.evaluate()),
        });
        Ok(Vec::new())
    }

    pub(super) fn device_name(&self, device: usize) -> &str {
        self.system.devices.get(device).map_or("", |d| &d.name)
    }

    pub(super) fn known_device(&self, device: usize) -> Result<(), ActionError> {
        let devices = self.system.devices.len();
        if device < devices {
            Ok(())
        } else {
            Err(no_such("device", device, devices))
        }
    }

    fn known_boundary(&self, boundary: &Ideal) -> Result<(), ActionError> {
        if boundary.is_boundary_of(self.network()) {
            Ok(())
        } else {
            Err(ActionError::impossible(
                "this boundary belongs to another network or view; choose it again",
            ))
        }
    }
}

/// A design over the layers of one view as one over those of another, with a note for every cut that had to snap.
pub(super) fn carry(network: &OpenNetwork, design: &Design, from: View, to: View) -> (Design, Vec<String>) {
    let mut notes = Vec::new();
    let mut carried = design.clone();
    if from == to {
        return (carried, notes);
    }
    for (cut, placement) in carried.placements.iter_mut().enumerate() {
        let raw = network.to_raw(from, &placement.end);
        let (end, snapped) = network.from_raw(to, &raw);
        notes.extend(snap_note(network, cut, &snapped));
        placement.end = end;
    }
    (carried, notes)
}

/// What to say when cut `cut` stood inside fused layers.
pub(super) fn snap_note(network: &OpenNetwork, cut: usize, snapped: &[LayerId]) -> Option<String> {
    let first = network.fused.layers.get(*snapped.first()?)?;
    let others = match snapped.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "cut {} stood inside the fused layer “{}”{others}; it snapped to the layer's end",
        cut + 1,
        first.name
    ))
}

pub(super) fn no_such(what: &str, index: usize, count: usize) -> ActionError {
    ActionError::impossible(format!(
        "there is no {what} {} (there are {count}); choose another",
        index.saturating_add(1)
    ))
}

/// `1 layer`, `2 layers`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
