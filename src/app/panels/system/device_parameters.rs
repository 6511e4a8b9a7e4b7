//! Every parameter of a device, editable.

use super::parameters::{Editor, Row};
use super::{alternatives, id, profile, spatial};
use crate::app::input::small;
use crate::app::widgets::icon_button;
use crate::app::{Command, Cx, Theme, icon};
use crate::cost::layer_table::{LayerTable, MissingRows};
use crate::cost::roofline::{Arithmetic, Roofline};
use crate::presets::{Allowed, MAX_BITS};
use crate::system::{BY_HAND, Device, DeviceModel};
use crate::units::Unit;
use egui::{Popup, Ui};

/// Shows the parameters of device `index`, which is built as `device`, and asks for what was changed.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize, device: &Device) {
    let owner = Theme::letter(index).to_string();
    let mut edited = device.clone();
    let mut editor = Editor {
        theme: cx.theme,
        id: id("device parameter", index).with(alternatives::chosen(cx.document, index)),
        owner: &owner,
        edited: &mut edited,
        preset: device.preset.as_deref().and_then(|name| cx.presets.device(name)),
    };
    let mut refused = None;
    common(ui, &mut editor);
    match &device.model {
        DeviceModel::Roofline(_) => roofline(ui, &mut editor),
        DeviceModel::Table(table) => layer_table(ui, &mut editor, table),
        DeviceModel::Profile(model) => profile::ui(ui, &mut editor, model, &cx.document.network.raw),
        DeviceModel::Spatial(_) => refused = spatial::ui(ui, &mut editor, device),
    }
    if let Some(why) = refused {
        cx.push(Command::Tell(why));
    }
    if edited != *device {
        cx.edit(cx.document.rebuild(index, edited));
    }
}

fn common(ui: &mut Ui, editor: &mut Editor<Device>) {
    let bits = Row {
        name: "bits",
        text: "activations",
        help: "Bits per activation element while computing, and of what it sends",
    };
    editor.width(ui, bits, |device| Some(&mut device.bits));
    let weight_bits = Row {
        name: "weight_bits",
        text: "weights",
        help: "Bits per weight element",
    };
    editor.optional_width(ui, weight_bits, "same", |device| Some(&mut device.weight_bits));
    let memory = Row {
        name: "memory_limit_bytes",
        text: "memory limit",
        help: "Bytes available for weights and live activations",
    };
    editor.limit(ui, memory, Unit::Bytes, |device| Some(&mut device.memory_limit_bytes));
    let power = Row {
        name: "power_limit_w",
        text: "power limit",
        help: "Largest average power, its ends of the links included",
    };
    editor.limit(ui, power, Unit::Watts, |device| Some(&mut device.power_limit_w));
    let idle = Row {
        name: "idle_power_w",
        text: "idle power",
        help: "Power drawn whether or not it computes; part of the average power only",
    };
    editor.number(ui, idle, Unit::Watts, Allowed::NotNegative, |device| {
        Some(&mut device.idle_power_w)
    });
    // What its model says stands there weakly until a number is given.
    let of_model = editor.edited.area();
    let of_model = of_model.map_or_else(|| "unknown".to_owned(), |area| Unit::SquareMetres.format(area));
    let area = Row {
        name: "area_m2",
        text: "area",
        help: "Area the device takes; the area of a design is that of the devices that have layers",
    };
    editor.optional(
        ui,
        area,
        Unit::SquareMetres,
        Allowed::NotNegative,
        &of_model,
        |device| Some(&mut device.area_m2),
    );
}

fn roofline(ui: &mut Ui, editor: &mut Editor<Device>) {
    arithmetic(ui, editor);
    let bandwidth = Row {
        name: "bandwidth_bytes_per_s",
        text: "bandwidth",
        help: "Bytes per second between the arithmetic and the memory that holds weights and activations",
    };
    editor.number(ui, bandwidth, Unit::BytesPerSecond, Allowed::AboveZero, |device| {
        Some(&mut model(device)?.bandwidth_bytes_per_s)
    });
    let per_byte = Row {
        name: "energy_per_byte_j",
        text: "energy per byte",
        help: "Energy per byte moved between arithmetic and memory",
    };
    editor.number(ui, per_byte, Unit::JoulesPerByte, Allowed::NotNegative, |device| {
        Some(&mut model(device)?.energy_per_byte_j)
    });
    let static_power = Row {
        name: "static_power_w",
        text: "static power",
        help: "Power drawn in addition while a layer runs",
    };
    editor.number(ui, static_power, Unit::Watts, Allowed::NotNegative, |device| {
        Some(&mut model(device)?.static_power_w)
    });
    let overhead = Row {
        name: "overhead_s",
        text: "per layer",
        help: "Time added to every layer (kernel launch, interpreter)",
    };
    editor.number(ui, overhead, Unit::Seconds, Allowed::NotNegative, |device| {
        Some(&mut model(device)?.overhead_s)
    });
}

/// What the table is, and what becomes of layers it does not list; its rows are shown where layers are.
fn layer_table(ui: &mut Ui, editor: &mut Editor<Device>, table: &LayerTable) {
    let count = table.layers.len();
    let rows = if count == 1 { "layer" } else { "layers" };
    ui.label(small(
        editor.theme,
        format!("costs of {count} {rows}: {}", table.source),
    ));
    let mut is_free = table.missing == MissingRows::Free;
    let label = small(editor.theme, "layers without a row cost nothing");
    let choice = ui.checkbox(&mut is_free, label);
    if choice.changed() {
        let missing = if is_free {
            MissingRows::Free
        } else {
            MissingRows::Unsupported
        };
        editor.edited.model = DeviceModel::Table(LayerTable {
            missing,
            ..table.clone()
        });
    }
}

fn model(device: &mut Device) -> Option<&mut Roofline> {
    match &mut device.model {
        DeviceModel::Roofline(model) => Some(model),
        DeviceModel::Table(_) | DeviceModel::Spatial(_) | DeviceModel::Profile(_) => None,
    }
}

/// Rate and energy per operand width, and the widths themselves.
fn arithmetic(ui: &mut Ui, editor: &mut Editor<Device>) {
    let widths: Vec<u32> = model(editor.edited).map_or(Vec::new(), |m| m.arithmetic.keys().copied().collect());
    for &bits in &widths {
        let names = ["macs_per_s", "energy_per_mac_j"].map(|field| format!("arithmetic.{bits}.{field}"));
        let texts = [format!("{bits} bit rate"), format!("{bits} bit energy")];
        let rate = Row {
            name: &names[0],
            text: &texts[0],
            help: "Multiply-accumulates per second at this operand width that real layers reach at best",
        };
        editor.number(ui, rate, Unit::MacsPerSecond, Allowed::AboveZero, |device| {
            Some(&mut model(device)?.arithmetic.get_mut(&bits)?.macs_per_s)
        });
        let energy = Row {
            name: &names[1],
            text: &texts[1],
            help: "Energy per multiply-accumulate at this operand width",
        };
        editor.number(ui, energy, Unit::JoulesPerMac, Allowed::NotNegative, |device| {
            Some(&mut model(device)?.arithmetic.get_mut(&bits)?.energy_per_mac_j)
        });
    }
    change_widths(ui, editor, &widths);
}

/// Adds and removes operand widths.
fn change_widths(ui: &mut Ui, editor: &mut Editor<Device>, widths: &[u32]) {
    let theme = editor.theme;
    let usual = [4, 8, 16, 32, MAX_BITS];
    ui.horizontal(|ui| {
        ui.label(small(theme, "operand widths"));
        let more = icon_button(
            ui,
            theme,
            icon::MORE,
            &format!("Add or remove operand widths of {}", editor.owner),
        );
        Popup::menu(&more).show(|ui| {
            for bits in usual.into_iter().filter(|bits| !widths.contains(bits)) {
                if ui.button(format!("add {bits} bit")).clicked() {
                    add_width(editor.edited, bits);
                }
            }
            for &bits in widths.iter().filter(|_| widths.len() > 1) {
                if ui.button(format!("remove {bits} bit")).clicked() {
                    remove_width(editor.edited, bits);
                }
            }
        });
    });
}

/// Adds a width with the numbers of the next wider one, or else of the widest.
fn add_width(device: &mut Device, bits: u32) {
    let Some(Roofline { arithmetic, .. }) = model(device) else {
        return;
    };
    let near = arithmetic
        .range(bits..)
        .next()
        .or_else(|| arithmetic.iter().next_back());
    let Some(near) = near.map(|(_, &near): (_, &Arithmetic)| near) else {
        return;
    };
    arithmetic.insert(bits, near);
    for field in ["macs_per_s", "energy_per_mac_j"] {
        let name = format!("arithmetic.{bits}.{field}");
        device.sources.insert(name, BY_HAND.to_owned());
    }
}

fn remove_width(device: &mut Device, bits: u32) {
    if let Some(model) = model(device) {
        model.arithmetic.remove(&bits);
    }
    let prefix = format!("arithmetic.{bits}.");
    device.sources.retain(|name, _| !name.starts_with(&prefix));
}
