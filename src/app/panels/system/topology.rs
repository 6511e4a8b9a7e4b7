//! How the devices are joined: by a chain of links with direct links beside it, or by one bus; and the cards in that arrangement.

use super::link_card::Place;
use super::{add_device, device_card, from_right, link_card, rest};
use crate::app::input::{dropdown, small};
use crate::app::{Cx, words};
use crate::project::Action;
use crate::system::{MAX_DEVICES, Topology};
use egui::{Button, Frame, Label, Margin, Popup, Pos2, Rect, RichText, Stroke, Ui, pos2};

/// How far the cards of devices stand in beside the line of a bus, in points.
const INSET: i8 = 14;

/// The row that chooses how the devices are joined.
pub fn choice(ui: &mut Ui, cx: &mut Cx) {
    let topology = cx.document.system.topology;
    from_right(ui, |ui| {
        rest(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(small(cx.theme, "joined by"));
            let choices = [
                (
                    Topology::Chain,
                    "a chain of links",
                    "every device is linked to the next; what goes further is passed on",
                ),
                (
                    Topology::Bus,
                    "one shared bus",
                    "all devices share one link, and any two are one hop apart",
                ),
            ];
            let shown = choices.iter().find(|(choice, ..)| *choice == topology);
            let width = ui.available_width();
            let button = dropdown(
                ui,
                cx.theme,
                "Devices are joined by",
                shown.map_or("", |(_, text, _)| text),
                width,
            );
            Popup::menu(&button).show(|ui| {
                for (choice, text, help) in choices {
                    let entry = ui.selectable_label(choice == topology, text).on_hover_text(help);
                    if entry.clicked() && choice != topology {
                        cx.edit(Action::SetTopology(choice));
                    }
                }
            });
        });
    });
}

/// The cards of the devices and of the links that join them.
pub fn devices(ui: &mut Ui, cx: &mut Cx) {
    let count = cx.document.system.devices.len();
    match cx.document.system.topology {
        Topology::Chain => {
            for device in 0..count {
                device_card::ui(ui, cx, device);
                if device + 1 < count {
                    link_card::ui(ui, cx, device, Place::Between);
                }
            }
        }
        Topology::Bus if count == 1 => {
            ui.label(small(cx.theme, "a bus comes with a second device"));
            device_card::ui(ui, cx, 0);
        }
        Topology::Bus => bus(ui, cx, count),
    }
}

/// The card of the bus above those of its devices, and a line from it to each of them.
fn bus(ui: &mut Ui, cx: &mut Cx, count: usize) {
    let card = link_card::ui(ui, cx, 0, Place::Apart);
    let mut places: Vec<Rect> = Vec::with_capacity(MAX_DEVICES);
    let margin = Margin {
        left: INSET,
        ..Margin::ZERO
    };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for device in 0..count {
            places.push(device_card::ui(ui, cx, device));
        }
    });
    let stroke = Stroke::new(2.0, cx.theme.weak);
    let x = card.left() + f32::from(INSET) / 2.0 - 1.0;
    let at = |place: &Rect| place.top() + 14.0;
    if let Some(last) = places.last() {
        ui.painter().vline(x, card.bottom()..=at(last), stroke);
    }
    for place in &places {
        let (from, to): (Pos2, Pos2) = (pos2(x, at(place)), pos2(place.left(), at(place)));
        ui.painter().line_segment([from, to], stroke);
    }
}

/// The direct links of a chain, and “+ direct link”; nothing where there can be none.
pub fn direct_links(ui: &mut Ui, cx: &mut Cx) {
    let system = &cx.document.system;
    let (first, count) = (system.links.len(), system.link_count());
    let pairs = system.unlinked_pairs();
    if pairs.is_empty() && first == count {
        return;
    }
    from_right(ui, |ui| {
        if !pairs.is_empty() {
            let text = RichText::new("+ direct link").color(cx.theme.weak);
            let button = ui.add(Button::new(text).frame_when_inactive(false));
            Popup::menu(&button).show(|ui| add(ui, cx, &pairs));
        }
        let text = if first == count {
            "direct links: none"
        } else {
            "direct links"
        };
        let help = "links between two devices that are not neighbours: data takes the way of the fewest links";
        rest(ui, |ui| ui.add(Label::new(small(cx.theme, text)).truncate())).on_hover_text(help);
    });
    for index in first..count {
        link_card::ui(ui, cx, index, Place::Apart);
    }
}

/// The menu of pairs without a link.
fn add(ui: &mut Ui, cx: &mut Cx, pairs: &[(usize, usize)]) {
    let Some(link) = add_device::chosen_link(ui, cx) else {
        ui.label(small(cx.theme, "there is no preset of a link"));
        return;
    };
    add_device::choose_link(ui, cx, link);
    ui.separator();
    for &ends in pairs {
        if ui.button(words::pair(ends)).clicked() {
            cx.edit(Action::AddDirectLink {
                ends,
                link: link.link(),
            });
        }
    }
}
