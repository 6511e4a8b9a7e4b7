//! Edits of the system: devices, what they are built as, and links. The design follows, so that it fits the system after every one.

use super::apply::{ActionError, Notes, count, no_such};
use super::{Document, check, cuts};
use crate::system::{Device, DirectLink, Link, MAX_ALTERNATIVES, MAX_DEVICES, System, Topology};

impl Document {
    pub(super) fn add_device(&mut self, at: usize, device: Device, link: Link) -> Notes {
        let devices = self.system.devices.len();
        if at > devices {
            return Err(no_such("place for a device", at, devices + 1));
        }
        if devices == MAX_DEVICES {
            return Err(ActionError::impossible(format!(
                "a system has at most {MAX_DEVICES} devices; remove one first"
            )));
        }
        check::device(&device)?;
        check::link(&link)?;
        let mut design = self.design.clone();
        cuts::insert_device(&mut design, self.network(), at);
        self.design = design;
        let system = &mut self.system;
        system.devices.insert(at, device);
        if system.links.len() < system.topology.links(system.devices.len()) {
            system.links.insert(at.saturating_sub(1), link);
        }
        let ends = system
            .direct
            .iter_mut()
            .flat_map(|direct| [&mut direct.ends.0, &mut direct.ends.1]);
        for place in [&mut system.input_at, &mut system.output_at].into_iter().chain(ends) {
            *place += usize::from(*place >= at);
        }
        Ok(Vec::new())
    }

    pub(super) fn remove_device(&mut self, device: usize) -> Notes {
        self.known_device(device)?;
        if self.system.devices.len() == 1 {
            return Err(ActionError::impossible(
                "this is the only device; add another before removing it",
            ));
        }
        let layers = (0..self.network().layers.len())
            .filter(|&l| self.design.device_of(l) == device)
            .count();
        let is_chain = self.design.is_in_chain_order(self.system.devices.len());
        let mut design = self.design.clone();
        cuts::remove_device(&mut design, self.network(), device);
        self.design = design;
        let mut notes = self.remove_links_of(device);
        self.system.devices.remove(device);
        let heir = device.saturating_sub(1);
        if layers > 0 {
            let moved = count(layers, "layer");
            notes.insert(
                0,
                match is_chain {
                    true => format!("{moved} moved to “{}”", self.device_name(heir)),
                    false => format!("{moved} moved to the partitions beside"),
                },
            );
        }
        let heir_name = self.device_name(heir).to_owned();
        for (what, place) in [
            ("input arrives", &mut self.system.input_at),
            ("output is wanted", &mut self.system.output_at),
        ] {
            if *place == device {
                *place = heir;
                notes.push(format!("the {what} at “{heir_name}” now"));
            } else if *place > device {
                *place -= 1;
            }
        }
        Ok(notes)
    }

    /// Removes the links that end with a device, and direct ones between devices that become neighbours. The device still stands in
    /// the system.
    fn remove_links_of(&mut self, device: usize) -> Vec<String> {
        let system = &mut self.system;
        let left = system.devices.len() - 1;
        if system.links.len() > system.topology.links(left) {
            system.links.remove(device.saturating_sub(1));
        }
        let before = std::mem::take(&mut system.direct);
        let mut lost = 0;
        for mut direct in before {
            let (first, second) = direct.ends;
            let moved = |end: usize| end - usize::from(end > device);
            direct.ends = (moved(first), moved(second));
            let is_kept = first != device && second != device && direct.ends.1 > direct.ends.0 + 1;
            if is_kept {
                system.direct.push(direct);
            } else {
                lost += 1;
            }
        }
        match lost {
            0 => Vec::new(),
            lost => vec![format!("{} removed with it", count(lost, "direct link"))],
        }
    }

    /// The copy is joined like its original: by a copy of the link after it, or before it where it is the last. It is built as the
    /// original is.
    pub(super) fn duplicate_device(&mut self, device: usize) -> Notes {
        self.known_device(device)?;
        let links = &self.system.links;
        let link = links.get(device).or_else(|| links.last()).cloned().ok_or_else(|| {
            ActionError::impossible("there is no link to copy in a system of one device; add a device with its link")
        })?;
        let original = &self.system.devices[device];
        let copy = Device {
            name: numbered(&original.name, &|name| {
                self.system.devices.iter().any(|d| d.name == name)
            }),
            ..original.clone()
        };
        let notes = self.add_device(device + 1, copy, link)?;
        self.design.alternatives[device + 1] = self.design.alternatives[device];
        Ok(notes)
    }

    pub(super) fn swap_devices(&mut self, device: usize) -> Result<(), ActionError> {
        self.known_device(device)?;
        self.known_device(device.saturating_add(1))?;
        self.system.devices.swap(device, device + 1);
        cuts::swap_devices(&mut self.design, device);
        Ok(())
    }

    pub(super) fn set_device(&mut self, index: usize, device: Device) -> Result<(), ActionError> {
        self.known_device(index)?;
        check::device(&device).map_err(|fault| fault.inside(&format!("devices[{index}]")))?;
        let chosen = &mut self.design.alternatives[index];
        *chosen = device.alternative(*chosen).map_or(0, |_| *chosen);
        self.system.devices[index] = device;
        Ok(())
    }

    pub(super) fn build_as(&mut self, device: usize, alternative: usize) -> Result<(), ActionError> {
        self.known_alternative(device, alternative)?;
        self.design.alternatives[device] = alternative;
        Ok(())
    }

    /// Adds an alternative at the end and builds the device as it.
    pub(super) fn add_alternative(&mut self, device: usize, other: Device) -> Result<(), ActionError> {
        self.known_device(device)?;
        let present = &self.system.devices[device];
        if present.alternatives.len() >= MAX_ALTERNATIVES {
            return Err(ActionError::impossible(format!(
                "a device has at most {MAX_ALTERNATIVES} alternatives; remove one first"
            )));
        }
        let name = free_name(&other.name, &|name| present.designs().any(|design| design.name == name));
        let other = Device {
            name,
            alternatives: Vec::new(),
            ..other
        };
        check::device(&other)?;
        let alternatives = &mut self.system.devices[device].alternatives;
        alternatives.push(other);
        self.design.alternatives[device] = alternatives.len();
        Ok(())
    }

    /// Replaces the parameters of one of a device's designs; 0 is the device itself, which keeps its alternatives.
    pub(super) fn set_alternative(&mut self, device: usize, alternative: usize, to: Device) -> Result<(), ActionError> {
        self.known_alternative(device, alternative)?;
        let present = &mut self.system.devices[device];
        let Some(place) = alternative.checked_sub(1) else {
            let alternatives = present.alternatives.clone();
            return self.set_device(device, Device { alternatives, ..to });
        };
        let to = Device {
            alternatives: Vec::new(),
            ..to
        };
        check::device(&to).map_err(|fault| fault.inside(&format!("devices[{device}].alternatives[{place}]")))?;
        present.alternatives[place] = to;
        Ok(())
    }

    /// Removes an alternative; a design that was built as it takes the device itself.
    pub(super) fn remove_alternative(&mut self, device: usize, alternative: usize) -> Notes {
        let place = self.other_design(device, alternative)?;
        self.system.devices[device].alternatives.remove(place);
        let chosen = &mut self.design.alternatives[device];
        if *chosen == alternative {
            *chosen = 0;
            return Ok(vec![format!("it is built as “{}” now", self.device_name(device))]);
        }
        *chosen -= usize::from(*chosen > alternative);
        Ok(Vec::new())
    }

    /// An alternative and the device itself change places; every design is built as before.
    pub(super) fn promote_alternative(&mut self, device: usize, alternative: usize) -> Result<(), ActionError> {
        let place = self.other_design(device, alternative)?;
        let present = &mut self.system.devices[device];
        let mut alternatives = std::mem::take(&mut present.alternatives);
        std::mem::swap(present, &mut alternatives[place]);
        present.alternatives = alternatives;
        let chosen = &mut self.design.alternatives[device];
        *chosen = match *chosen {
            0 => alternative,
            chosen if chosen == alternative => 0,
            other => other,
        };
        Ok(())
    }

    fn known_alternative(&self, device: usize, alternative: usize) -> Result<(), ActionError> {
        self.known_device(device)?;
        let count = self.system.devices[device].alternatives.len() + 1;
        if alternative < count {
            Ok(())
        } else {
            Err(no_such("design of this device", alternative, count))
        }
    }

    /// The place of a design that is not the device itself among its alternatives.
    fn other_design(&self, device: usize, alternative: usize) -> Result<usize, ActionError> {
        self.known_alternative(device, alternative)?;
        alternative
            .checked_sub(1)
            .ok_or_else(|| ActionError::impossible("this is the device itself; choose one of its alternatives"))
    }

    pub(super) fn set_link(&mut self, index: usize, link: Link) -> Result<(), ActionError> {
        let owner = match index.checked_sub(self.system.links.len()) {
            None => format!("links[{index}]"),
            Some(direct) => format!("direct[{direct}].link"),
        };
        check::link(&link).map_err(|fault| fault.inside(&owner))?;
        let links = self.system.link_count();
        let place = self.system.link_mut(index);
        *place.ok_or_else(|| no_such("link", index, links))? = link;
        Ok(())
    }

    /// Joins the devices another way: a bus takes the chain's first link, every link of a chain is a copy of the bus.
    pub(super) fn set_topology(&mut self, topology: Topology) -> Vec<String> {
        let system = &mut self.system;
        if system.topology == topology {
            return Vec::new();
        }
        system.topology = topology;
        let count = topology.links(system.devices.len());
        let mut notes = Vec::new();
        if topology == Topology::Bus {
            let lost = std::mem::take(&mut system.direct).len();
            if lost > 0 {
                notes.push(format!(
                    "{} removed: the bus joins all devices",
                    super::apply::count(lost, "direct link")
                ));
            }
        }
        let lost = system.links.len().saturating_sub(count);
        if let Some(first) = system.links.first().cloned() {
            if lost > 0 {
                let lost = super::apply::count(lost, "link");
                notes.push(format!("{lost} removed: {} is the bus", first.name));
            }
            system.links.resize(count, first);
        }
        notes
    }

    pub(super) fn add_direct_link(&mut self, ends: (usize, usize), link: Link) -> Result<(), ActionError> {
        self.known_device(ends.0)?;
        self.known_device(ends.1)?;
        check::link(&link)?;
        let ends = (ends.0.min(ends.1), ends.0.max(ends.1));
        if !self.system.unlinked_pairs().contains(&ends) {
            return Err(ActionError::impossible(
                "a link joins these two devices already; change that one instead",
            ));
        }
        self.system.direct.push(DirectLink { ends, link });
        Ok(())
    }

    pub(super) fn remove_direct_link(&mut self, index: usize) -> Result<(), ActionError> {
        let count = self.system.direct.len();
        if index >= count {
            return Err(no_such("direct link", index, count));
        }
        self.system.direct.remove(index);
        Ok(())
    }

    pub(super) fn set_system(&mut self, system: System) -> Notes {
        check::system(&system)?;
        let mut design = self.design.clone();
        let lost = cuts::fit_to(&mut design, self.network(), system.devices.len());
        for (chosen, device) in design.alternatives.iter_mut().zip(&system.devices) {
            *chosen = device.alternative(*chosen).map_or(0, |_| *chosen);
        }
        self.design = design;
        self.system = system;
        Ok(match lost {
            0 => Vec::new(),
            lost => vec![format!(
                "{} removed because the system has fewer devices",
                count(lost, "cut")
            )],
        })
    }
}

/// `Edge NPU` → `Edge NPU 2`, counting on, where the name is taken.
fn free_name(name: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    if is_taken(name) {
        numbered(name, is_taken)
    } else {
        name.to_owned()
    }
}

/// `Edge NPU` → `Edge NPU 2`, counting on where that is taken.
fn numbered(name: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    let stem: String = if stem.is_empty() { name } else { stem }
        .chars()
        .take(check::MAX_NAME - 2)
        .collect();
    let mut names = (2..).map(|number| format!("{stem} {number}"));
    names.find(|candidate| !is_taken(candidate)).unwrap_or(stem)
}
