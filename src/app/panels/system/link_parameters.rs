//! Every parameter of a link, editable: the model says what it has, so that no model needs code of its own here.

use super::id;
use super::link_card::owner;
use super::parameters::{Editor, Row};
use crate::app::input::dropdown;
use crate::app::{Cx, Theme};
use crate::link::{Choice, Duplex};
use crate::project::Action;
use crate::system::Link;
use egui::{Popup, Ui};

/// Width of the selectors in points.
const SELECTOR: f32 = 124.0;

/// Shows the parameters of a link and asks for what was changed.
pub fn ui(ui: &mut Ui, cx: &mut Cx, index: usize) {
    edit(ui, cx, index, |ui, editor| {
        let shown_above = usize::from(editor.edited.model.tunable().is_none());
        for choice in editor.edited.model.choices().iter().skip(shown_above) {
            model_choice(ui, editor, choice);
        }
        for number in editor.edited.model.numbers() {
            let (name, unit) = (number.parameter.name.as_str(), number.parameter.unit);
            let row = Row {
                name,
                text: number.label,
                help: number.help,
            };
            editor.number(ui, row, unit, number.parameter.allowed, |link| {
                link.model.number_mut(name)
            });
        }
        common(ui, editor);
    });
}

/// Shows the choice that matters most, where the model has one.
pub fn main_choice(ui: &mut Ui, cx: &mut Cx, index: usize) {
    edit(ui, cx, index, |ui, editor| {
        if let Some(choice) = editor.edited.model.choices().first() {
            model_choice(ui, editor, choice);
        }
    });
}

fn edit(ui: &mut Ui, cx: &mut Cx, index: usize, show: impl FnOnce(&mut Ui, &mut Editor<Link>)) {
    let link = cx.document.system.link(index);
    let mut edited = link.clone();
    let owner = owner(&cx.document.system, index);
    let preset = link.preset.as_deref().and_then(|name| cx.presets.link(name));
    let mut editor = Editor {
        theme: cx.theme,
        id: id("link parameter", index),
        owner: &owner,
        edited: &mut edited,
        preset,
    };
    show(ui, &mut editor);
    if edited != *link {
        cx.edit(Action::SetLink(index, edited));
    }
}

/// One of several options of the model.
fn model_choice(ui: &mut Ui, editor: &mut Editor<Link>, choice: &Choice) {
    let row = Row {
        name: choice.name,
        text: choice.label,
        help: choice.help,
    };
    let original = editor.preset.as_ref().and_then(|preset| {
        let choices = preset.model.choices();
        let same = choices.iter().find(|other| other.name == choice.name);
        same.map(|same| same.chosen)
    });
    let field = |ui: &mut Ui, theme: &Theme, _, label: &str, chosen: usize| {
        let text = choice.options.get(chosen).copied().unwrap_or_default();
        let button = dropdown(ui, theme, label, text, SELECTOR);
        let mut new = None;
        Popup::menu(&button).show(|ui| {
            for (option, text) in choice.options.iter().enumerate() {
                if ui.selectable_label(option == chosen, *text).clicked() {
                    new = Some(option);
                }
            }
        });
        new
    };
    let Some(option) = editor.shown(ui, row, choice.chosen, original, field) else {
        return;
    };
    for along in editor.edited.model.choose(choice.name, option) {
        let sources = &mut editor.edited.sources;
        sources.insert(along.name.to_owned(), along.source.to_owned());
    }
    editor.record(choice.name, original == Some(option));
}

/// What every link has.
fn common(ui: &mut Ui, editor: &mut Editor<Link>) {
    let bits = Row {
        name: "bits",
        text: "on the wire",
        help: "Bits per element on the wire",
    };
    editor.optional_width(ui, bits, "as sent", |link| Some(&mut link.bits));
    let duplex = Row {
        name: "duplex",
        text: "directions",
        help: "Whether both directions share the rate (half duplex) or each has all of it (full duplex)",
    };
    editor.choice(
        ui,
        duplex,
        &[(Duplex::Half, "shared"), (Duplex::Full, "each full")],
        |link| Some(&mut link.duplex),
    );
}
