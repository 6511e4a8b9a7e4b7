//! What can be done with a device as a whole.

use crate::app::accelerators::family_of;
use crate::app::{Command, Cx};
use crate::project::Action;
use crate::system::{Device, MAX_DEVICES};
use egui::{Button, Ui};

/// An entry's command, or why it cannot be given.
type Entry = Result<Command, String>;

/// Draws the entries of the menu.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let count = cx.document.system.devices.len();
    let edit = |hindrance: Option<String>, action: Action| match hindrance {
        Some(hindrance) => Err(hindrance),
        None => Ok(Command::Edit(action)),
    };
    let when = |hindered: bool, why: &str| hindered.then(|| why.to_owned());
    let alone = when(count == 1, "this is the only device");
    let no_copy = match count {
        // The first link of a system comes with its second device.
        1 => Some("a copy needs a link: add a device with “+ device”".to_owned()),
        MAX_DEVICES.. => Some(format!("a system has at most {MAX_DEVICES} devices")),
        _ => None,
    };
    let first = when(index == 0, "it is the first already");
    let last = when(index + 1 == count, "it is the last already");
    let entries = [
        ("Duplicate", edit(no_copy, Action::DuplicateDevice(index))),
        ("Move up", edit(first, Action::SwapDevices(index.saturating_sub(1)))),
        ("Move down", edit(last, Action::SwapDevices(index))),
        ("Reset to preset", reset(cx, index)),
        ("Search designs…", search(cx, index)),
        ("Use a table of layer costs…", Ok(Command::UseLayerTable(index))),
        ("Import architecture…", Ok(Command::UseArchitecture(index))),
        ("Copy as RON", copy(&cx.document.system.devices[index])),
        ("Remove", edit(alone, Action::RemoveDevice(index))),
    ];
    for (text, entry) in entries {
        let button = ui.add_enabled(entry.is_ok(), Button::new(text));
        match entry {
            Ok(command) if button.clicked() => cx.push(command),
            Ok(_) => {}
            Err(why) => {
                button.on_disabled_hover_text(why);
            }
        }
    }
}

/// All parameters as the preset has them; the name stays.
fn reset(cx: &Cx, index: usize) -> Entry {
    let device = cx.document.built(index).ok_or("there is no such device")?;
    let Some(original) = device.preset.as_deref().and_then(|name| cx.presets.device(name)) else {
        return Err("its preset is not known here".to_owned());
    };
    let original = Device {
        name: device.name.clone(),
        alternatives: device.alternatives.clone(),
        ..original
    };
    if original == *device {
        return Err("it is as the preset has it".to_owned());
    }
    Ok(Command::Edit(cx.document.rebuild(index, original)))
}

/// Other sizes of a spatial accelerator.
fn search(cx: &Cx, index: usize) -> Entry {
    let device = cx.document.built(index).ok_or("there is no such device")?;
    match family_of(device) {
        Some(_) => Ok(Command::OpenAccelerators(index)),
        None => Err(
            "sizes of Eyeriss-, Simba- and Gemmini-like accelerators can be searched; choose one as preset".to_owned(),
        ),
    }
}

fn copy(device: &Device) -> Entry {
    let text = ron::ser::to_string_pretty(device, ron::ser::PrettyConfig::default());
    text.map(Command::Copy).map_err(|error| error.to_string())
}
