//! What device and system presets hold, and the three catalogues the program works with.

use super::{Device, DeviceModel, Link, System, Topology};
use crate::link::preset::LinkPreset;
use crate::presets::{Catalogue, Fault, Preset, PresetValue, Problem};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The system shown when the program starts without a document.
pub const START_SYSTEM: &str = "Edge · Gateway · Server";

/// A device without the name a user gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevicePreset {
    /// Bits per activation element.
    pub bits: u32,
    /// Bits per weight element; `None` = same as `bits`.
    #[serde(default)]
    pub weight_bits: Option<u32>,
    /// Bytes available for weights and live activations; `None` = not limited.
    #[serde(default)]
    pub memory_limit_bytes: Option<f64>,
    /// Watts drawn whether or not it computes.
    pub idle_power_w: f64,
    /// Area in square metres; `None` = not known.
    #[serde(default)]
    pub area_m2: Option<f64>,
    /// Cost model with parameters.
    pub model: DeviceModel,
}

impl PresetValue for DevicePreset {
    const FOLDER: &'static str = "devices";

    fn faults(&self) -> Vec<Fault> {
        self.clone().into_device().validate()
    }
}

impl DevicePreset {
    fn into_device(self) -> Device {
        Device {
            name: String::new(),
            preset: None,
            sources: Default::default(),
            bits: self.bits,
            weight_bits: self.weight_bits,
            memory_limit_bytes: self.memory_limit_bytes,
            power_limit_w: None,
            idle_power_w: self.idle_power_w,
            area_m2: self.area_m2,
            alternatives: Vec::new(),
            model: self.model,
        }
    }
}

impl Preset<DevicePreset> {
    /// A device with the preset's parameters, named like the preset.
    pub fn device(&self) -> Device {
        Device {
            name: self.name.clone(),
            preset: Some(self.name.clone()),
            sources: self.sources.clone(),
            ..self.value.clone().into_device()
        }
    }
}

impl Preset<LinkPreset> {
    /// A link with the preset's parameters, named like the preset.
    pub fn link(&self) -> Link {
        Link {
            name: self.name.clone(),
            preset: Some(self.name.clone()),
            sources: self.sources.clone(),
            bits: self.value.bits,
            duplex: self.value.duplex,
            model: self.value.model.clone(),
        }
    }
}

/// A system that refers to device and link presets by name, so that no number stands twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemPreset {
    /// Devices in chain order.
    pub devices: Vec<DeviceRef>,
    /// Links between neighbours.
    pub links: Vec<LinkRef>,
    /// Index of the device where the input arrives.
    pub input_at: usize,
    /// Index of the device where the output is wanted.
    pub output_at: usize,
    /// Bits per element of the raw input.
    pub input_bits: u32,
    /// Results per second asked for.
    #[serde(default)]
    pub frame_rate_hz: Option<f64>,
}

/// A device preset by name, and what differs from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceRef {
    /// Name of the device preset.
    pub preset: String,
    /// Name of the device in this system.
    #[serde(default)]
    pub name: Option<String>,
    /// Another activation width.
    #[serde(default)]
    pub bits: Option<u32>,
    /// Another memory limit in bytes.
    #[serde(default)]
    pub memory_limit_bytes: Option<f64>,
    /// A power limit in watts.
    #[serde(default)]
    pub power_limit_w: Option<f64>,
}

/// A link preset by name, and what differs from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRef {
    /// Name of the link preset.
    pub preset: String,
    /// Name of the link in this system.
    #[serde(default)]
    pub name: Option<String>,
    /// Another width on the wire.
    #[serde(default)]
    pub bits: Option<u32>,
    /// Another sustained rate in bytes per second.
    #[serde(default)]
    pub rate_bytes_per_s: Option<f64>,
}

impl PresetValue for SystemPreset {
    const FOLDER: &'static str = "systems";

    /// References are checked where the other catalogues are known, in [`Presets::load`].
    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// All presets of the program: devices, links and systems made of them.
#[derive(Debug, Clone)]
pub struct Presets {
    /// Device presets.
    pub devices: Catalogue<DevicePreset>,
    /// Link presets.
    pub links: Catalogue<LinkPreset>,
    /// System presets; each refers only to devices and links that exist.
    pub systems: Catalogue<SystemPreset>,
}

impl Presets {
    /// Reads all embedded presets and those in the user's folder, where one is given.
    pub fn load(user_folder: Option<&Path>) -> Self {
        let mut presets = Self {
            devices: Catalogue::load(user_folder),
            links: Catalogue::load(user_folder),
            systems: Catalogue::load(user_folder),
        };
        let built = presets.systems.iter().map(|preset| (preset, presets.build(preset)));
        let broken = built.filter_map(|(preset, system)| Some((preset.name.clone(), system.err()?)));
        for (name, fault) in broken.collect::<Vec<_>>() {
            let remedy = "name an existing preset and correct the value";
            presets.systems.reject(&name, fault.to_string(), remedy.to_owned());
        }
        presets
    }

    /// Preset files that could not be used.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let parts = [self.devices.problems(), self.links.problems(), self.systems.problems()];
        parts.into_iter().flatten()
    }

    /// A device from a preset by name.
    pub fn device(&self, name: &str) -> Option<Device> {
        self.devices.get(name).map(Preset::device)
    }

    /// The link preset offered first: an Ethernet, else the first there is.
    pub fn usual_link(&self) -> Option<&Preset<LinkPreset>> {
        let usual = self.links.iter().find(|preset| preset.name.contains("Ethernet"));
        usual.or_else(|| self.links.iter().next())
    }

    /// A link from a preset by name.
    pub fn link(&self, name: &str) -> Option<Link> {
        self.links.get(name).map(Preset::link)
    }

    /// A system from a preset by name.
    pub fn system(&self, name: &str) -> Option<System> {
        self.build(self.systems.get(name)?).ok()
    }

    /// The system to start with: [`START_SYSTEM`], the embedded one where a user's file took its name and is broken.
    #[expect(
        clippy::expect_used,
        reason = "embedded presets are part of the program and a test loads them all"
    )]
    pub fn start_system(&self) -> System {
        self.system(START_SYSTEM)
            .or_else(|| Self::load(None).system(START_SYSTEM))
            .expect("the embedded start system is usable")
    }

    fn build(&self, preset: &Preset<SystemPreset>) -> Result<System, Fault> {
        let value = &preset.value;
        let devices = value.devices.iter().enumerate();
        let links = value.links.iter().enumerate();
        let unknown = |parameter: String, name: &str| Fault {
            parameter,
            problem: format!("there is no preset “{name}”"),
        };
        let system = System {
            name: preset.name.clone(),
            devices: devices
                .map(|(index, reference)| {
                    let device = self.device(&reference.preset);
                    let device = device.map(|device| reference.adapt(device, &preset.name));
                    device.ok_or_else(|| unknown(format!("devices[{index}].preset"), &reference.preset))
                })
                .collect::<Result<_, _>>()?,
            links: links
                .map(|(index, reference)| {
                    let link = self.link(&reference.preset);
                    let link = link.ok_or_else(|| unknown(format!("links[{index}].preset"), &reference.preset))?;
                    let link = reference.adapt(link, &preset.name);
                    link.map_err(|fault| fault.inside(&format!("links[{index}]")))
                })
                .collect::<Result<_, _>>()?,
            input_at: value.input_at,
            output_at: value.output_at,
            input_bits: value.input_bits,
            frame_rate_hz: value.frame_rate_hz,
            topology: Topology::Chain,
            direct: Vec::new(),
        };
        match system.validate().into_iter().next() {
            None => Ok(system),
            Some(fault) => Err(fault),
        }
    }
}

/// The source of a value that a system preset chose.
fn chosen_by(system: &str) -> String {
    format!("chosen in the system preset “{system}”")
}

impl DeviceRef {
    fn adapt(&self, mut device: Device, system: &str) -> Device {
        let mut chosen = |parameter: &str| {
            device.sources.insert(parameter.to_owned(), chosen_by(system));
        };
        if let Some(name) = &self.name {
            device.name.clone_from(name);
        }
        if let Some(bits) = self.bits {
            device.bits = bits;
            chosen("bits");
        }
        if self.memory_limit_bytes.is_some() {
            device.memory_limit_bytes = self.memory_limit_bytes;
            chosen("memory_limit_bytes");
        }
        if self.power_limit_w.is_some() {
            device.power_limit_w = self.power_limit_w;
            chosen("power_limit_w");
        }
        device
    }
}

impl LinkRef {
    fn adapt(&self, mut link: Link, system: &str) -> Result<Link, Fault> {
        let mut chosen = |parameter: &str| {
            link.sources.insert(parameter.to_owned(), chosen_by(system));
        };
        if let Some(name) = &self.name {
            link.name.clone_from(name);
        }
        if self.bits.is_some() {
            link.bits = self.bits;
            chosen("bits");
        }
        if let Some(rate) = self.rate_bytes_per_s {
            let changed = link.model.set_rate(rate);
            if changed.is_empty() {
                return Err(Fault {
                    parameter: "rate_bytes_per_s".to_owned(),
                    problem: format!("cannot be chosen for {}: its standard fixes it", link.model.kind()),
                });
            }
            changed.iter().for_each(|name| chosen(name));
        }
        Ok(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_with_an_unknown_device_is_dropped_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("systems")).unwrap();
        let text = r#"(name: "Mine", class: "Own", kind: Modelled, summary: "s", sources: {}, value: (
            devices: [(preset: "No such board")], links: [], input_at: 0, output_at: 0, input_bits: 8))"#;
        std::fs::write(folder.path().join("systems/mine.ron"), text).unwrap();
        let presets = Presets::load(Some(folder.path()));
        assert_eq!(presets.system("Mine"), None);
        let problem = presets.problems().next().unwrap().to_string();
        for word in ["mine.ron", "devices[0].preset", "No such board"] {
            assert!(problem.contains(word), "{problem}");
        }
    }
}
