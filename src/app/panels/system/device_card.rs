//! One device: what it is, how full it is, and what can be done with it.

use super::{alternatives, device_menu, device_parameters, id, meters, preset_picker, spatial, take_work};
use crate::app::accelerators::family_of;
use crate::app::input::{TextField, dropdown, small};
use crate::app::session::Selection;
use crate::app::theme::{BODY, Theme, semibold};
use crate::app::{Command, Cx, icon, widgets};
use crate::project::Action;
use crate::project::check::MAX_NAME;
use crate::system::{Device, DeviceModel};
use crate::units::Unit;
use egui::{
    Align, Button, CornerRadius, Frame, Label, Layout, Margin, Popup, Rect, RichText, Role, Sense, Stroke, StrokeKind,
    Ui, UiBuilder, WidgetInfo, vec2,
};

/// Draws a device's card, which is about the design the device is built as; returns where it is.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize) -> Rect {
    let theme = cx.theme;
    let Some(device) = cx.document.built(index) else {
        return Rect::NOTHING;
    };
    let load = cx.derived.evaluation.as_ref().and_then(|e| e.devices.get(index));
    let unused = load.is_some_and(|load| load.layers == 0);
    let card = UiBuilder::new().id_salt(("device", index)).sense(Sense::CLICK);
    let response = ui
        .scope_builder(card, |ui| {
            let frame = Frame::new().fill(theme.card).corner_radius(4);
            let margin = Margin {
                left: 12,
                right: 6,
                top: 4,
                bottom: 6,
            };
            frame.inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 3.0;
                let open = header(ui, cx, index, device);
                if unused {
                    ui.multiply_opacity(0.7);
                }
                alternatives::row(ui, cx, index);
                preset(ui, cx, index, device);
                ui.add(Label::new(small(theme, summary(cx, device))).truncate());
                spatial::floorplan(ui, cx, index, device);
                match load {
                    Some(load) if !unused => meters::ui(ui, cx, index, load),
                    Some(_) => use_it(ui, cx, index),
                    None => {}
                }
                if open {
                    ui.separator();
                    device_parameters::ui(ui, cx, index, device);
                    alternatives::foot(ui, cx, index);
                    search_designs(ui, cx, index, device);
                }
            });
        })
        .response;
    let bar = Rect::from_min_size(response.rect.min, vec2(4.0, response.rect.height()));
    let hue = theme.device(index).gamma_multiply(if unused { 0.5 } else { 1.0 });
    let rounding = CornerRadius {
        nw: 4,
        sw: 4,
        ..CornerRadius::ZERO
    };
    ui.painter().rect_filled(bar, rounding, hue);
    if cx.session.selection == Some(Selection::Device(index)) {
        ui.painter()
            .rect_stroke(response.rect, 4.0, theme.selection(), StrokeKind::Inside);
    } else if response.contains_pointer() {
        ui.painter()
            .rect_stroke(response.rect, 4.0, Stroke::new(1.0, theme.weak), StrokeKind::Inside);
    }
    if response.clicked() {
        cx.push(Command::Select(Some(Selection::Device(index))));
    }
    response.rect
}

/// Letter, name, menu; returns whether the parameters are unfolded.
fn header(ui: &mut Ui, cx: &mut Cx, index: usize, device: &Device) -> bool {
    let theme = cx.theme;
    let letter = Theme::letter(index);
    let mut open = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let badge = widgets::badge(ui, theme, index).interact(Sense::click());
        badge.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Select {letter}, {}", device.name)));
        if badge.has_focus() {
            ui.painter()
                .rect_stroke(badge.rect, 4.0, theme.selection(), StrokeKind::Outside);
        }
        if badge.clicked() {
            cx.push(Command::Select(Some(Selection::Device(index))));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let more = widgets::icon_button(ui, theme, icon::MORE, &format!("Commands for {letter}"));
            Popup::menu(&more).show(|ui| device_menu::ui(ui, cx, index));
            open = fold_button(ui, theme, &letter.to_string(), id("device parameters", index));
            let name = format!("Name of {letter}");
            let field = TextField::new(id("device name", index), &name).quiet();
            let field = field.font(semibold(BODY)).width(ui.available_width());
            field.show(ui, theme, &device.name, |text| {
                let device = Device {
                    name: checked_name(text)?,
                    ..device.clone()
                };
                cx.edit(cx.document.rebuild(index, device));
                Ok(())
            });
        });
    });
    open
}

/// A name that can be shown, or why not.
pub fn checked_name(text: &str) -> Result<String, String> {
    match text.chars().count() {
        0 => Err("write a name".to_owned()),
        length if length > MAX_NAME => Err(format!("write at most {MAX_NAME} characters, not {length}")),
        _ => Ok(text.to_owned()),
    }
}

/// The button that unfolds the parameters of `owner`; returns whether they are unfolded.
pub fn fold_button(ui: &mut Ui, theme: &Theme, owner: &str, id: egui::Id) -> bool {
    let mut open = ui.data_mut(|data| *data.get_persisted_mut_or(id, false));
    let name = format!("{} of {owner}", if open { "Hide parameters" } else { "Parameters" });
    let button = widgets::icon_button(ui, theme, icon::PARAMETERS, &name);
    if button.clicked() {
        open = !open;
        ui.data_mut(|data| data.insert_persisted(id, open));
    }
    open
}

fn preset(ui: &mut Ui, cx: &mut Cx, index: usize, device: &Device) {
    let shown = device.preset.as_deref().unwrap_or("no preset");
    let shown = format!("{shown} · {}", Unit::Bits.format(f64::from(device.bits)));
    let name = format!("Preset of {}", Theme::letter(index));
    let width = ui.available_width() - 4.0;
    let button = dropdown(ui, cx.theme, &name, shown, width);
    let chosen = preset_picker::popup(&button, cx.theme, &cx.presets.devices, device.preset.as_deref());
    if let Some(preset) = chosen {
        let new = exchanged(device, preset.device());
        cx.edit(cx.document.rebuild(index, new));
    }
}

/// The device `new` in the place of `old`: a name that the user gave stays, and so does the power limit.
fn exchanged(old: &Device, mut new: Device) -> Device {
    if old.preset.as_ref() != Some(&old.name) {
        new.name.clone_from(&old.name);
    }
    alternatives::with_power_limit(old, new)
}

/// Offers to search other sizes of an accelerator whose family is known.
fn search_designs(ui: &mut Ui, cx: &mut Cx, index: usize, device: &Device) {
    let Some(family) = family_of(device) else { return };
    ui.horizontal(|ui| {
        ui.label(small(cx.theme, family.words()))
            .on_hover_text("other sizes of array and buffers, by latency, energy and area");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new("search designs…").color(cx.theme.weak);
            let button = ui.add(Button::new(text).frame_when_inactive(false));
            let name = format!("Search designs of {}", Theme::letter(index));
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if button.clicked() {
                cx.push(Command::OpenAccelerators(index));
            }
        });
    });
}

/// Rate, bandwidth and how the numbers came about, in one line.
fn summary(cx: &Cx, device: &Device) -> String {
    let kind = device.preset.as_deref().and_then(|name| cx.presets.devices.get(name));
    let kind = match kind {
        Some(preset) if preset.value.model == device.model => preset.kind.word(),
        Some(_) => "changed by hand",
        None => "own values",
    };
    match &device.model {
        DeviceModel::Roofline(model) => {
            let rate = match model.arithmetic_for(device.bits) {
                Some((_, arithmetic)) => Unit::MacsPerSecond.format(arithmetic.macs_per_s),
                None => "no arithmetic".to_owned(),
            };
            let bandwidth = Unit::BytesPerSecond.format(model.bandwidth_bytes_per_s);
            format!("{rate} · {bandwidth} · {kind}")
        }
        DeviceModel::Table(table) => format!("table of {} layer costs", table.layers.len()),
        DeviceModel::Profile(model) => {
            let clock = model.clock_hz.map(|hz| format!(" · {}", crate::units::clock(hz)));
            let load = (model.load != 1.0).then(|| format!(" · load {}", Unit::Percent.format(model.load)));
            let [clock, load] = [clock, load].map(Option::unwrap_or_default);
            format!(
                "measured, {} blocks of {}{clock}{load}",
                model.blocks.len(),
                model.network
            )
        }
        DeviceModel::Spatial(model) => {
            let architecture = &model.architecture;
            let units = architecture.mac.units();
            let rate = Unit::MacsPerSecond.format(architecture.peak_macs_per_s());
            format!("{units} MACs · {rate} · {kind}")
        }
    }
}

/// Says that a device has no layers and offers to give it some.
fn use_it(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let loads = cx.derived.evaluation.iter().flat_map(|evaluation| &evaluation.devices);
    let schedule = cx.derived.schedule.as_deref();
    let schedule = schedule.filter(|_| loads.into_iter().any(|load| load.layers >= 2));
    ui.horizontal(|ui| {
        ui.label(small(cx.theme, "unused"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new("use").small().stroke(Stroke::new(1.0, cx.theme.weak));
            let button = ui.add_enabled(schedule.is_some(), button);
            let name = format!("Use {}", Theme::letter(index));
            button.widget_info(|| WidgetInfo::labeled(Role::Button, schedule.is_some(), &name));
            let button = button
                .on_hover_text("take over half of the work of the nearest device that has two layers or more")
                .on_disabled_hover_text("no device has a layer to spare");
            let schedule = schedule.filter(|_| button.clicked());
            let design = schedule.and_then(|s| take_work::take_work(&cx.document.design, cx.network, s, index));
            if let Some(design) = design {
                cx.edit(Action::LoadDesign(design));
            }
        });
    });
}
