//! One device: what it is, how full it is, and what can be done with it.

use super::{device_parameters, id, preset_picker};
use crate::app::input::{TextField, dropdown, small};
use crate::app::session::Selection;
use crate::app::theme::{BODY, SMALL, Theme, semibold};
use crate::app::{Command, Cx, icon, widgets};
use crate::design::{Design, DeviceLoad, Limit};
use crate::network::{Ideal, Network, Schedule};
use crate::project::Action;
use crate::project::check::MAX_NAME;
use crate::system::{Device, DeviceModel, MAX_DEVICES};
use crate::units::Unit;
use egui::{
    Align, Align2, Button, CornerRadius, FontId, Frame, Label, Layout, Margin, Popup, Rect, RichText, Role, Sense,
    Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2,
};

/// Draws a device's card.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let theme = cx.theme;
    let device = &cx.document.system.devices[index];
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
                let open = header(ui, cx, index);
                if unused {
                    ui.multiply_opacity(0.6);
                }
                preset(ui, cx, index);
                ui.add(Label::new(small(theme, summary(cx, device))).truncate());
                match load {
                    Some(load) if !unused => meters(ui, cx, index, load),
                    Some(_) => use_it(ui, cx, index),
                    None => {}
                }
                if open {
                    ui.separator();
                    device_parameters::ui(ui, cx, index);
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
}

/// Letter, name, menu; returns whether the parameters are unfolded.
fn header(ui: &mut Ui, cx: &mut Cx, index: usize) -> bool {
    let theme = cx.theme;
    let device = &cx.document.system.devices[index];
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
            Popup::menu(&more).show(|ui| commands(ui, cx, index));
            open = fold_button(ui, theme, &letter.to_string(), id("device parameters", index));
            let name = format!("Name of {letter}");
            let field = TextField::new(id("device name", index), &name).quiet();
            let field = field.font(semibold(BODY)).width(ui.available_width());
            field.show(ui, theme, &device.name, |text| {
                let device = Device {
                    name: checked_name(text)?,
                    ..device.clone()
                };
                cx.edit(Action::SetDevice(index, device));
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

fn commands(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let system = &cx.document.system;
    let device = &system.devices[index];
    let count = system.devices.len();
    let mut item = |ui: &mut Ui, text: &str, hindrance: Option<&str>, action: Command| {
        let button = ui.add_enabled(hindrance.is_none(), Button::new(text));
        if button.on_disabled_hover_text(hindrance.unwrap_or_default()).clicked() {
            cx.commands.push(action);
        }
    };
    let full = (count == MAX_DEVICES).then_some("a system has at most 8 devices");
    let alone = (count == 1).then_some("this is the only device");
    let no_copy = full.or(alone.map(|_| "a copy needs a link: add a device with “+ device”"));
    item(ui, "Duplicate", no_copy, Command::Edit(Action::DuplicateDevice(index)));
    let first = (index == 0).then_some("it is the first already");
    item(
        ui,
        "Move up",
        first,
        Command::Edit(Action::SwapDevices(index.saturating_sub(1))),
    );
    let last = (index + 1 == count).then_some("it is the last already");
    item(ui, "Move down", last, Command::Edit(Action::SwapDevices(index)));
    let original = device.preset.as_deref().and_then(|name| cx.presets.device(name));
    let reset = original.map(|original| Device {
        name: device.name.clone(),
        ..original
    });
    let why = match &reset {
        None => Some("its preset is not known here"),
        Some(original) if original == device => Some("it is as the preset has it"),
        Some(_) => None,
    };
    let reset = reset.unwrap_or_else(|| device.clone());
    item(
        ui,
        "Reset to preset",
        why,
        Command::Edit(Action::SetDevice(index, reset)),
    );
    match ron::ser::to_string_pretty(device, ron::ser::PrettyConfig::default()) {
        Ok(text) => item(ui, "Copy as RON", None, Command::Copy(text)),
        Err(error) => item(ui, "Copy as RON", Some(&error.to_string()), Command::Select(None)),
    }
    item(ui, "Remove", alone, Command::Edit(Action::RemoveDevice(index)));
}

fn preset(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let device = &cx.document.system.devices[index];
    let shown = device.preset.as_deref().unwrap_or("no preset");
    let shown = format!("{shown} · {}", Unit::Bits.format(f64::from(device.bits)));
    let name = format!("Preset of {}", Theme::letter(index));
    let width = ui.available_width() - 4.0;
    let button = dropdown(ui, cx.theme, &name, shown, width);
    let chosen = preset_picker::popup(&button, cx.theme, &cx.presets.devices, device.preset.as_deref());
    if let Some(preset) = chosen {
        let new = preset.device();
        // A name the user gave stays; one that came from the preset goes with it.
        let name = match &device.preset {
            Some(old) if *old == device.name => new.name.clone(),
            _ => device.name.clone(),
        };
        cx.edit(Action::SetDevice(index, Device { name, ..new }));
    }
}

/// Rate, bandwidth and how the numbers came about, in one line.
fn summary(cx: &Cx, device: &Device) -> String {
    let DeviceModel::Roofline(model) = &device.model;
    let rate = match model.arithmetic_for(device.bits) {
        Some((_, arithmetic)) => Unit::MacsPerSecond.format(arithmetic.macs_per_s),
        None => "no arithmetic".to_owned(),
    };
    let bandwidth = Unit::BytesPerSecond.format(model.bandwidth_bytes_per_s);
    let kind = device.preset.as_deref().and_then(|name| cx.presets.devices.get(name));
    let kind = match kind {
        Some(preset) if preset.device().model == device.model => preset.kind.word(),
        Some(_) => "changed by hand",
        None => "own values",
    };
    format!("{rate} · {bandwidth} · {kind}")
}

fn meters(ui: &mut Ui, cx: &Cx, index: usize, load: &DeviceLoad) {
    let device = &cx.document.system.devices[index];
    let memory = Meter {
        name: "memory",
        used: load.memory_bytes() as f64,
        limit: device.memory_limit_bytes,
        unit: Unit::Bytes,
        broken: Limit::Memory(index),
    };
    let power = Meter {
        name: "power",
        used: load.power_w,
        limit: device.power_limit_w,
        unit: Unit::Watts,
        broken: Limit::Power(index),
    };
    let parts = format!(
        "weights {}, live activations {}",
        Unit::Bytes.format(load.weight_bytes as f64),
        Unit::Bytes.format(load.activation_bytes as f64)
    );
    memory.show(ui, cx, index, &parts);
    power.show(
        ui,
        cx,
        index,
        "on average, idle power and its ends of the links included",
    );
    if let Some(text) = violation(cx, Limit::Unsupported(index)) {
        let text = format!("{} {text}", icon::WARNING);
        ui.label(RichText::new(text).size(SMALL).color(cx.theme.worse));
    }
}

/// The words for a broken limit.
fn violation<'a>(cx: &Cx<'a>, limit: Limit) -> Option<&'a str> {
    let evaluation = cx.derived.evaluation.as_ref()?;
    let found = evaluation
        .violations
        .iter()
        .find(|violation| violation.limit == limit)?;
    Some(&found.text)
}

/// Width of the names before the meters in points.
const NAME_WIDTH: f32 = 52.0;

/// A quantity used of a limit.
struct Meter {
    name: &'static str,
    used: f64,
    limit: Option<f64>,
    unit: Unit,
    broken: Limit,
}

impl Meter {
    fn show(&self, ui: &mut Ui, cx: &Cx, index: usize, parts: &str) {
        let theme = cx.theme;
        let broken = violation(cx, self.broken);
        let size = vec2(ui.available_width() - 4.0, 15.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let painter = ui.painter();
        let font = FontId::proportional(SMALL);
        painter.text(
            rect.left_center(),
            Align2::LEFT_CENTER,
            self.name,
            font.clone(),
            theme.weak,
        );
        let (text, colour) = match broken {
            Some(_) => (format!("{} {}", icon::WARNING, self.text()), theme.worse),
            None => (self.text(), theme.text),
        };
        let text = painter.text(rect.right_center(), Align2::RIGHT_CENTER, text, font, colour);
        if let Some(limit) = self.limit {
            let range = rect.left() + NAME_WIDTH..=text.left() - 8.0;
            let bar = Rect::from_x_y_ranges(range, rect.center().y - 3.5..=rect.center().y + 3.5);
            let share = (self.used / limit) as f32;
            widgets::paint_meter(painter, theme, bar, share, theme.device(index));
        }
        let words = format!("{} of {}: {}", self.name, Theme::letter(index), self.text());
        response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &words));
        response.on_hover_ui(|ui| {
            ui.label(broken.unwrap_or(parts));
            if broken.is_some() {
                ui.label(small(theme, parts));
            }
        });
    }

    /// `1.42 / 2.00 MB`, or the use alone where there is no limit.
    fn text(&self) -> String {
        let used = self.unit.print(self.used);
        match self.limit.map(|limit| self.unit.print(limit)) {
            None => used.to_string(),
            Some(limit) if limit.unit == used.unit => format!("{} / {limit}", used.number),
            Some(limit) => format!("{used} / {limit}"),
        }
    }
}

/// Says that a device has no layers and offers to give it some.
fn use_it(ui: &mut Ui, cx: &mut Cx, index: usize) {
    let schedule = cx.derived.schedule.as_deref();
    let design = schedule.and_then(|schedule| put_to_use(&cx.document.design, cx.network, schedule, index));
    ui.horizontal(|ui| {
        ui.label(small(cx.theme, "unused"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = ui.add_enabled(
                design.is_some(),
                Button::new("use").small().stroke(Stroke::new(1.0, cx.theme.weak)),
            );
            let letter = Theme::letter(index);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, design.is_some(), format!("Use {letter}")));
            let button = button
                .on_hover_text("take over half of the work of the neighbour with most layers")
                .on_disabled_hover_text("no device has a layer to spare");
            if button.clicked()
                && let Some(design) = design
            {
                cx.edit(Action::LoadDesign(design));
            }
        });
    });
}

/// The design in which an unused device takes about half of the multiply-accumulates of the nearest partition that has at
/// least two layers, in schedule order; `None` if there is none.
fn put_to_use(design: &Design, network: &Network, schedule: &Schedule, device: usize) -> Option<Design> {
    let layers = network.layers.len();
    let start = |d: usize| match d.checked_sub(1) {
        Some(before) => design.placements[before].end.clone(),
        None => Ideal::empty(layers),
    };
    let size = |d: usize| design.placements[d].end.len() - start(d).len();
    let donors = (0..design.placements.len()).filter(|&d| size(d) >= 2);
    let donor = donors.min_by_key(|&d| (d.abs_diff(device), d > device))?;
    let first = start(donor);
    let own: Vec<_> = schedule
        .order()
        .iter()
        .copied()
        .filter(|&l| design.placements[donor].end.contains(l) && !first.contains(l))
        .collect();
    let work = |layers: &[usize]| -> u128 {
        layers
            .iter()
            .map(|&l| u128::from(network.layers[l].macs.unwrap_or(0)))
            .sum()
    };
    let total = work(&own);
    let kept = (1..own.len()).min_by_key(|&count| (work(&own[..count]) * 2).abs_diff(total))?;
    let mut middle = first;
    for &layer in &own[..kept] {
        middle.include(network, layer);
    }
    let mut design = design.clone();
    for placement in &mut design.placements[donor.min(device)..donor.max(device)] {
        placement.end.clone_from(&middle);
    }
    Some(design)
}
