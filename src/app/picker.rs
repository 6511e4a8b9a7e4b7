//! Quiet drop-down menus: weak text and a caret, as headers of views carry them.

use super::{Theme, icon};
use egui::{Button, Popup, Response, RichText, Role, ScrollArea, TextWrapMode, Ui, WidgetInfo};

/// Most choices that are shown without scrolling, and the height in points of a list with more.
const FEW: usize = 12;
const HEIGHT: f32 = 320.0;

/// A quiet button that opens a menu. `name` is what a screen reader says before the text; `is_on` marks it like a chosen
/// one of the buttons beside it.
pub fn menu(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    text: &str,
    is_on: bool,
    contents: impl FnOnce(&mut Ui),
) -> Response {
    let colour = if is_on { theme.text } else { theme.weak };
    let shown = RichText::new(format!("{text} {}", icon::CARET_DOWN)).color(colour);
    let button = |ui: &mut Ui| {
        ui.spacing_mut().button_padding.x = 4.0;
        ui.add(Button::new(shown).selected(is_on).frame_when_inactive(is_on))
    };
    let response = ui.scope(button).inner;
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{name}: {text}")));
    Popup::menu(&response).show(contents);
    response
}

/// A quiet menu of choices; the new choice, if one was made this frame.
pub fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    current: T,
    choices: &[(T, &str)],
) -> Option<T> {
    let text = choices.iter().find(|(choice, _)| *choice == current);
    let mut chosen = None;
    let mut list = |ui: &mut Ui| {
        for &(choice, text) in choices {
            if ui.selectable_label(choice == current, text).clicked() {
                chosen = Some(choice);
                ui.close();
            }
        }
    };
    menu(ui, theme, name, text.map_or("", |(_, text)| text), false, |ui| {
        if choices.len() <= FEW {
            return list(ui);
        }
        ScrollArea::vertical().max_height(HEIGHT).show(ui, |ui| {
            ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
            list(ui);
        });
    });
    chosen.filter(|&choice| choice != current)
}
