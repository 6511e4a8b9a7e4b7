//! Designs of a family as devices.

use crate::cost::spatial::space::{Built, Design, SpaceError};
use crate::system::{Device, DeviceModel};

/// The device with the sizes of a design, to stand as a device or as an alternative design of `device`, which must be a spatial accelerator of
/// the same family; with what had to be assumed.
pub fn device_of(design: &Design, device: &Device) -> Result<(Device, Vec<String>), SpaceError> {
    let DeviceModel::Spatial(template) = &device.model else {
        let name = &device.name;
        return Err(SpaceError(format!(
            "“{name}” is no spatial accelerator, take one made from an {} preset",
            design.family().words()
        )));
    };
    let Built {
        spatial, assumptions, ..
    } = design.build(template)?;
    let mut sources = device.sources.clone();
    let made = Device {
        name: format!("{} {design}", design.family().words()),
        model: DeviceModel::Spatial(Box::new(spatial)),
        // The area is the sum over the levels.
        area_m2: None,
        alternatives: Vec::new(),
        ..device.clone()
    };
    // What the design changed is not from the sources of the template.
    let before = device.parameters();
    for parameter in made.parameters() {
        let is_same = before
            .iter()
            .any(|old| old.name == parameter.name && old.value == parameter.value);
        if !is_same {
            let of = design.family().words();
            let source =
                format!("Design {design} of the family {of}: sizes chosen, energies and areas scaled by estimates");
            sources.insert(parameter.name, source);
        }
    }
    Ok((Device { sources, ..made }, assumptions))
}
