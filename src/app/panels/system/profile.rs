//! The parameters of a measured device: clock, load, battery and how many blocks run as one.

use super::parameters::{Editor, Row};
use crate::app::icon;
use crate::app::input::small;
use crate::app::theme::SMALL;
use crate::cost::profile::Profile;
use crate::network::Network;
use crate::presets::Allowed;
use crate::system::{Device, DeviceModel};
use crate::units::{Unit, clock};
use egui::{Label, RichText, Ui};

/// Shows the rows of a device with this profile; `raw` is the raw view of the open network.
pub fn ui(ui: &mut Ui, editor: &mut Editor<Device>, profile: &Profile, raw: &Network) {
    let (blocks, bundles) = (profile.blocks.len(), profile.bundles.iter().count());
    let what = format!(
        "{bundles} costs of bundles of {}, {blocks} blocks: {}",
        profile.network, profile.source
    );
    ui.label(small(editor.theme, what));
    if let Some(words) = profile.other_sizes(raw) {
        let text = RichText::new(format!("{} {words}", icon::WARNING)).size(SMALL);
        ui.add(Label::new(text.color(editor.theme.warning)).wrap());
    }
    let clocks: Vec<(u64, String)> = profile.clocks().into_iter().map(|hz| (hz, clock(hz))).collect();
    let choices: Vec<(u64, &str)> = clocks.iter().map(|(hz, text)| (*hz, text.as_str())).collect();
    let clock = Row {
        name: "clock_hz",
        text: "clock",
        help: "Clock the device runs at, one of those that were measured",
    };
    editor.choice(ui, clock, &choices, |device| model(device)?.clock_hz.as_mut());
    let sizes: Vec<(Option<usize>, String)> = (1..blocks)
        .map(|size| (Some(size), size.to_string()))
        .chain([(None, "any".to_owned())])
        .collect();
    let choices: Vec<(Option<usize>, &str)> = sizes.iter().map(|(size, text)| (*size, text.as_str())).collect();
    let longest = Row {
        name: "longest",
        text: "longest bundle",
        help: "Most blocks that run as one; what they take together is less than the sum of what each takes alone",
    };
    editor.choice(ui, longest, &choices, |device| Some(&mut model(device)?.longest));
    let load = Row {
        name: "load",
        text: "load factor",
        help: "What measured times are multiplied by, because the device does other work besides; 100 % = as measured",
    };
    editor.number(ui, load, Unit::Percent, Allowed::AboveZero, |device| {
        Some(&mut model(device)?.load)
    });
    let battery = Row {
        name: "battery_j",
        text: "battery",
        help: "Energy of a full battery, from which the inferences per charge follow",
    };
    editor.optional(ui, battery, Unit::Joules, Allowed::AboveZero, "none", |device| {
        Some(&mut model(device)?.battery_j)
    });
}

fn model(device: &mut Device) -> Option<&mut Profile> {
    match &mut device.model {
        DeviceModel::Profile(model) => Some(model),
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Spatial(_) => None,
    }
}
