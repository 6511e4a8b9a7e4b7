//! How devices and links are shown: names, letters, hues and hatches.

use crate::app::hatch::Hatch;
use crate::app::session::Selection;
use crate::app::{Cx, Theme, words};
use crate::design::timeline::Resource;
use egui::Color32;

/// A device or link as a row shows it.
pub struct Row {
    /// What stands at the left.
    pub name: String,
    /// The index of a device, for its letter.
    pub device: Option<usize>,
    pub hue: Color32,
    pub hatch: Hatch,
    /// What a click on the name selects.
    pub selects: Selection,
}

impl Row {
    /// The row of a track.
    pub fn of(cx: &Cx<'_>, resource: Resource) -> Self {
        let system = &cx.document.system;
        let link = |index: usize, way: &str| Self {
            name: format!("{}{way}", words::link(system, index)),
            device: None,
            hue: cx.theme.link_hue(index),
            hatch: Hatch::None,
            selects: Selection::Link(index),
        };
        match resource {
            Resource::Device(index) => Self {
                name: cx
                    .document
                    .built(index)
                    .map_or(String::new(), |device| device.name.clone()),
                device: Some(index),
                hue: cx.theme.device(index),
                hatch: Hatch::of_device(index),
                selects: Selection::Device(index),
            },
            Resource::Link(index) => link(index, ""),
            Resource::Way(index, true) => link(index, " →"),
            Resource::Way(index, false) => link(index, " ←"),
        }
    }

    /// What sentences call it: the letter of a device, the name of a link.
    pub fn short(&self) -> String {
        match self.device {
            Some(index) => Theme::letter(index).to_string(),
            None => self.name.clone(),
        }
    }
}
