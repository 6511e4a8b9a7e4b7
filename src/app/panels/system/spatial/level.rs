//! A memory level: what it holds, how wide and how fast it is, what an access costs, what it stores, and what its loops may do.

use super::super::parameters::Row;
use super::super::{from_right, rest};
use super::change::{self, model, with};
use super::form::{Form, fold};
use super::loops::{chip, letters, read_letters, rules};
use super::structure;
use super::{MOST, MOST_IN_A_ROW, MOST_TOGETHER};
use crate::app::icon;
use crate::app::input::{TextField, dropdown, small};
use crate::app::widgets::icon_button;
use crate::cost::spatial::architecture::{DramKind, Keep, Level, Rule, StorageClass};
use crate::cost::spatial::dim::{Dim, Operand};
use crate::presets::{Allowed, MAX_BITS};
use crate::system::BY_HAND;
use crate::units::Unit;
use egui::{Button, Popup, Ui};
use std::collections::BTreeMap;

/// Draws the level at an index, folded until it is wanted.
pub fn ui(ui: &mut Ui, form: &mut Form, index: usize) {
    let Some(level) = model(form.base).and_then(|model| model.architecture.levels.get(index)) else {
        return;
    };
    let aside = summary(level);
    fold(ui, form, &level.name, &aside, |ui, form| {
        let name = level.name.as_str();
        form.of_part(name, |form| {
            head(ui, form, index, level);
            sizes(ui, form, level);
            rates(ui, form, name);
            energies(ui, form, name);
            stores(ui, form, index, level);
            temporal(ui, form, index, level);
            spatial(ui, form, index, level);
        });
    });
}

/// What it holds of what: `64 Ki words · I O`.
fn summary(level: &Level) -> String {
    let stored = Operand::ALL
        .into_iter()
        .filter_map(|operand| match level.keep[operand.index()] {
            Keep::Yes => Some(operand.letter().to_owned()),
            Keep::Free => Some(format!("{}?", operand.letter())),
            Keep::No => None,
        });
    let stored: Vec<String> = stored.collect();
    let stored = if stored.is_empty() {
        "stores nothing".to_owned()
    } else {
        stored.join(" ")
    };
    let instances = match level.instances() {
        1 => String::new(),
        several => format!("{several} × "),
    };
    match level.capacity_words {
        Some(words) => format!("{instances}{} words · {stored}", Unit::Count.format(words as f64)),
        None => stored,
    }
}

/// Name, kind of memory, and what can be done with the level.
fn head(ui: &mut Ui, form: &mut Form, index: usize, level: &Level) {
    let theme = form.editor.theme;
    let mut changed = None;
    from_right(ui, |ui| {
        let more = icon_button(ui, theme, icon::MORE, &format!("Commands for {}", form.editor.owner));
        Popup::menu(&more).show(|ui| {
            let entries = [
                ("Duplicate", structure::duplicated(form.base, index)),
                ("Add a level below", structure::added(form.base, index)),
                ("Remove", structure::removed(form.base, index)),
            ];
            for (text, entry) in entries {
                let button = ui.add_enabled(entry.is_ok(), Button::new(text));
                match entry {
                    Ok(device) if button.clicked() => changed = Some(Ok(device)),
                    Ok(_) => {}
                    Err(why) => {
                        button.on_disabled_hover_text(why);
                    }
                }
            }
        });
        class(ui, form, level, &mut changed);
        let label = format!("Name of {}", form.editor.owner);
        let id = form.editor.id.with(("level name", index));
        let field = TextField::new(id, &label).quiet().width(ui.available_width() - 10.0);
        let base = form.base;
        rest(ui, |ui| {
            field.show(ui, theme, &level.name, |text| {
                changed = Some(Ok(structure::renamed(base, index, text)?));
                Ok(())
            })
        });
    });
    if let Some(changed) = changed {
        form.take(changed);
    }
}

/// What the level is built of, which decides how energies and area follow its sizes.
fn class(ui: &mut Ui, form: &Form, level: &Level, changed: &mut Option<change::Changed>) {
    let classes = [
        (StorageClass::Sram, "SRAM"),
        (StorageClass::RegisterFile, "register file"),
        (StorageClass::Register, "register"),
        (StorageClass::Dram(DramKind::Lpddr4), "LPDDR4"),
        (StorageClass::Dram(DramKind::Lpddr), "LPDDR"),
        (StorageClass::Dram(DramKind::Ddr3), "DDR3"),
        (StorageClass::Dram(DramKind::Gddr5), "GDDR5"),
        (StorageClass::Dram(DramKind::Hbm2), "HBM2"),
    ];
    let present = level.storage.class;
    let shown = classes.iter().find(|(class, _)| *class == present);
    let name = format!("Memory of {}", form.editor.owner);
    let button = dropdown(ui, form.editor.theme, &name, shown.map_or("", |(_, text)| *text), 92.0);
    Popup::menu(&button).show(|ui| {
        for (class, text) in classes {
            if ui.selectable_label(class == present, text).clicked() && class != present {
                *changed = Some(change::with_memory(form.base, form.preset, &level.name, class));
            }
        }
    });
    button.on_hover_text(
        "What the level is built of: energies and area follow it, and changes of its sizes, by the estimates for both",
    );
}

fn sizes(ui: &mut Ui, form: &mut Form, level: &Level) {
    let mut row = |field: &str, text: &str, help: &str, most: u64, none: Option<&str>| {
        let name = format!("levels.{}.{field}", level.name);
        let name = name.as_str();
        form.whole(ui, Row { name, text, help }, 1, most, none);
    };
    let help =
        "Words one instance holds; empty = not limited. Energies and area follow it by the estimates for both sizes";
    row("capacity_words", "capacity, words", help, MOST, Some("no limit"));
    let help = "Bits per word; energies and area follow";
    row("word_bits", "bits per word", help, u64::from(MAX_BITS), None);
    let help = "Words per access, each of which costs the energy below; energies and area follow";
    row("block_words", "words per access", help, MOST_TOGETHER, None);
    let help = "Instances in a row; the level below must have a multiple of it";
    row("mesh_x", "in a row", help, MOST_IN_A_ROW, None);
    let help = "Rows of instances; the level below must have a multiple of it";
    row("mesh_y", "rows", help, MOST_IN_A_ROW, None);
    let help = "Instances that share one storage and are accessed together, so that they pay for one access";
    row("cluster", "accessed together", help, MOST_TOGETHER, None);
}

fn rates(ui: &mut Ui, form: &mut Form, level: &str) {
    for (field, text, help) in [
        (
            "read_words_per_cycle",
            "read per cycle",
            "Words per cycle that one instance can be read at; empty = not limited",
        ),
        (
            "write_words_per_cycle",
            "written per cycle",
            "Words per cycle that one instance can be written at; empty = not limited",
        ),
        (
            "shared_words_per_cycle",
            "both per cycle",
            "Words per cycle of reads and writes together; empty = not limited",
        ),
    ] {
        let name = format!("levels.{level}.{field}");
        let name = name.as_str();
        form.quantity(
            ui,
            Row { name, text, help },
            Unit::Count,
            Allowed::AboveZero,
            Some("no limit"),
        );
    }
}

fn energies(ui: &mut Ui, form: &mut Form, level: &str) {
    for (field, text, help, unit) in [
        (
            "read_energy_j",
            "energy of a read",
            "Energy of reading a block",
            Unit::Joules,
        ),
        (
            "write_energy_j",
            "energy of a write",
            "Energy of writing a block",
            Unit::Joules,
        ),
        ("area_m2", "area of each", "Area of one instance", Unit::SquareMetres),
    ] {
        let name = format!("levels.{level}.{field}");
        let name = name.as_str();
        form.quantity(ui, Row { name, text, help }, unit, Allowed::NotNegative, None);
    }
}

/// Takes a change of what the level's loops may do or of what it stores.
fn take(form: &mut Form, index: usize, name: &str, change: impl FnOnce(&mut Level)) {
    let changed = with(form.base, |model| {
        if let Some(level) = model.architecture.levels.get_mut(index) {
            change(level);
        }
    });
    if form.take(changed) {
        let name = format!("levels.{name}.dataflow");
        form.editor.edited.sources.insert(name, BY_HAND.to_owned());
    }
}

/// Which operands it stores.
fn stores(ui: &mut Ui, form: &mut Form, index: usize, level: &Level) {
    let theme = form.editor.theme;
    let choices = [(Keep::Yes, "yes"), (Keep::No, "no"), (Keep::Free, "free")];
    let mut chosen = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        let help = "Which operands the level stores: weights, inputs, outputs; “free” leaves it to the mapping";
        ui.label(small(theme, "stores")).on_hover_text(help);
        let width = (ui.available_width() - 6.0) / 3.0;
        for operand in Operand::ALL {
            let keep = level.keep[operand.index()];
            let word = choices
                .iter()
                .find(|(choice, _)| *choice == keep)
                .map_or("", |(_, word)| *word);
            let text = format!("{} {word}", operand.letter());
            let name = format!("{} in {}", operand.word(), form.editor.owner);
            let button = chip(ui, theme, &name, &text, keep != Keep::No, width);
            Popup::menu(&button).show(|ui| {
                for (choice, word) in choices {
                    if ui.selectable_label(choice == keep, word).clicked() && choice != keep {
                        chosen = Some((operand, choice));
                    }
                }
            });
            button.on_hover_text(operand.word());
        }
    });
    if let Some((operand, keep)) = chosen {
        take(form, index, &level.name, |level| level.keep[operand.index()] = keep);
    }
}

/// Keeps a rule where it differs from that of all other dimensions.
fn set_rule(rules: &mut BTreeMap<Dim, Rule>, others: Rule, dim: Dim, rule: Rule) {
    if rule == others {
        rules.remove(&dim);
    } else {
        rules.insert(dim, rule);
    }
}

/// Loops over time.
fn temporal(ui: &mut Ui, form: &mut Form, index: usize, level: &Level) {
    let help = "Which factor of each dimension may be a loop over time at this level";
    ui.label(small(form.editor.theme, "loops over time"))
        .on_hover_text(help);
    if let Some((dim, rule)) = rules(ui, form, "over time", |dim| level.temporal.rule(dim)) {
        take(form, index, &level.name, |level| {
            set_rule(&mut level.temporal.rules, level.temporal.others, dim, rule);
        });
    }
    let help = "Dimensions that come first, from the innermost loop outwards; others follow in any order";
    let order = letters_row(ui, form, "order, innermost first", help, &level.temporal.order);
    if let Some(order) = order {
        take(form, index, &level.name, |level| level.temporal.order = order);
    }
}

/// Loops spread over the instances below, where there are several.
fn spatial(ui: &mut Ui, form: &mut Form, index: usize, level: &Level) {
    let Some((x, y)) = model(form.base).map(|model| model.architecture.fan_out(index)) else {
        return;
    };
    if (x, y) == (1, 1) {
        return;
    }
    let help = "Which factor of each dimension may be spread over the instances below this level";
    let text = format!("spread over {x} × {y} below");
    ui.label(small(form.editor.theme, text)).on_hover_text(help);
    if let Some((dim, rule)) = rules(ui, form, "spread", |dim| level.spatial.rule(dim)) {
        take(form, index, &level.name, |level| {
            set_rule(&mut level.spatial.rules, level.spatial.others, dim, rule);
        });
    }
    let help = "Dimensions laid along rows of instances; all others lie along columns";
    let along = letters_row(ui, form, "along rows", help, &level.spatial.along_x);
    if let Some(along) = along {
        take(form, index, &level.name, |level| level.spatial.along_x = along);
    }
}

/// A row with dimensions by their letters; returns newly typed ones.
fn letters_row(ui: &mut Ui, form: &Form, name: &str, help: &str, dims: &[Dim]) -> Option<Vec<Dim>> {
    let mut new = None;
    from_right(ui, |ui| {
        let label = format!("{name} of {}", form.editor.owner);
        let id = form.editor.id.with((name, form.editor.owner));
        let field = TextField::new(id, &label)
            .hint("any")
            .width(super::super::parameters::FIELD);
        field.show(ui, form.editor.theme, &letters(dims), |text| {
            new = Some(read_letters(text)?);
            Ok(())
        });
        rest(ui, |ui| ui.label(small(form.editor.theme, name))).on_hover_text(help);
    });
    new.filter(|new| new != dims)
}
