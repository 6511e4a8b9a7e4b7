//! The tab's bar and the menu of a pin.

use super::subject::{self, CURRENT};
use crate::app::command::{Command, MenuCommand};
use crate::app::input::{TextField, small};
use crate::app::session::CompareBase;
use crate::app::{Cx, icon, picker, widgets};
use crate::project::{Action, check};
use egui::{Button, Id, Popup, PopupCloseBehavior, Ui};

/// Room in the bar, the tabs included, from which on the base can be picked there too.
const ROOM_FOR_PICKER: f32 = 560.0;

/// The buttons of the bar, right to left.
pub fn bar(ui: &mut Ui, cx: &mut Cx<'_>) {
    let export = widgets::icon_button(ui, cx.theme, icon::EXPORT, "Export the comparison");
    commands(
        &export,
        cx,
        &[
            MenuCommand::ExportComparison,
            MenuCommand::ExportComparedLayers,
            MenuCommand::ExportComparisonText,
        ],
    );
    let copy = widgets::icon_button(ui, cx.theme, icon::COPY, "Copy the comparison");
    commands(
        &copy,
        cx,
        &[
            MenuCommand::CopyComparison,
            MenuCommand::CopyComparedLayers,
            MenuCommand::CopyComparisonText,
        ],
    );
    if cx.document.pins.is_empty() {
        return;
    }
    if widgets::icon_button(ui, cx.theme, icon::PIN, "Pin this design").clicked() {
        cx.edit(Action::Pin);
    }
    if ui.available_width() < ROOM_FOR_PICKER {
        return;
    }
    let names: Vec<(usize, String)> = (0..=cx.document.pins.len())
        .map(|design| (design, format!("against {}", name(cx, design))))
        .collect();
    let choices: Vec<(usize, &str)> = names.iter().map(|(design, text)| (*design, text.as_str())).collect();
    if let Some(chosen) = picker::choose(ui, cx.theme, "compare", subject::base(cx), &choices) {
        compare_with(cx, chosen);
    }
}

fn commands(button: &egui::Response, cx: &mut Cx<'_>, commands: &[MenuCommand]) {
    Popup::menu(button).show(|ui| {
        for &command in commands {
            let response = ui.button(command.text()).on_hover_text(command.hint());
            if response.clicked() {
                cx.push(Command::Menu(command));
            }
        }
    });
}

fn name<'a>(cx: &Cx<'a>, design: usize) -> &'a str {
    let pin = design.checked_sub(1).and_then(|index| cx.document.pins.get(index));
    pin.map_or(CURRENT, |pin| pin.name.as_str())
}

/// Compares all designs with this one.
pub fn compare_with(cx: &mut Cx<'_>, design: usize) {
    cx.session.compare.base = match design.checked_sub(1).and_then(|index| cx.document.pins.get(index)) {
        Some(pin) => CompareBase::Pin(pin.name.clone()),
        None => CompareBase::Current,
    };
}

/// The menu of a pin: another name, load it, forget it.
pub fn of_pin(button: &egui::Response, cx: &mut Cx<'_>, index: usize) {
    let menu = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| contents(ui, cx, index));
}

fn contents(ui: &mut Ui, cx: &mut Cx<'_>, index: usize) {
    let document = cx.document;
    let Some(pin) = document.pins.get(index) else { return };
    ui.label(small(cx.theme, "name"));
    let label = format!("Name of {}", pin.name);
    let field = TextField::new(Id::unique(("name of pin", index)), &label).width(180.0);
    field.show(ui, cx.theme, &pin.name, |text| {
        check::pin_name(&document.pins, index, text).map_err(|fault| fault.to_string())?;
        rename(cx, index, text);
        Ok(())
    });
    ui.separator();
    let network = document.network.view(pin.view);
    let belongs = super::pinned::fits(pin, &document.network);
    let fits_here = belongs && pin.design.fits(network, &document.system);
    let why = match belongs {
        true => "made for other devices: load it with its system",
        false => "made for another network",
    };
    let load = ui.add_enabled(fits_here, Button::new("Load on this system"));
    if load.on_disabled_hover_text(why).clicked() {
        self::load(cx, index, false);
        ui.close();
    }
    if pin.system != document.system {
        let load = ui.add_enabled(belongs, Button::new("Load with its system"));
        let load = load.on_disabled_hover_text(why);
        let hint = format!(
            "The system becomes {} as it was when the design was pinned",
            pin.system.name
        );
        if load.on_hover_text(hint).clicked() {
            self::load(cx, index, true);
            ui.close();
        }
    }
    if ui.button(format!("{} Forget {}", icon::UNPIN, pin.name)).clicked() {
        cx.edit(Action::Unpin(index));
        ui.close();
    }
}

/// Calls a pin something else, here and where it was chosen by its name.
fn rename(cx: &mut Cx<'_>, index: usize, name: &str) {
    let Some(pin) = cx.document.pins.get(index) else { return };
    let session = &mut *cx.session;
    for chosen in [&mut session.against, &mut session.timeline.against] {
        if chosen.as_ref() == Some(&pin.name) {
            *chosen = Some(name.to_owned());
        }
    }
    if session.compare.base == CompareBase::Pin(pin.name.clone()) {
        session.compare.base = CompareBase::Pin(name.to_owned());
    }
    cx.edit(Action::RenamePin {
        pin: index,
        name: name.to_owned(),
    });
}

/// Loads a pin as one step, in the view it was made in, with its system where that is asked for.
fn load(cx: &mut Cx<'_>, index: usize, with_system: bool) {
    let document = cx.document;
    let Some(pin) = document.pins.get(index) else { return };
    cx.push(Command::BeginGesture);
    if pin.view != document.view {
        cx.edit(Action::SetView(pin.view));
    }
    if with_system {
        cx.edit(Action::SetSystem(pin.system.clone()));
    }
    cx.edit(Action::LoadDesign(pin.design.clone()));
    cx.push(Command::EndGesture);
}
