//! What a mapping may do with the loops of a level: a rule for each dimension, and an order of letters.

use super::form::Form;
use crate::app::input::{TextField, small};
use crate::app::theme::{SMALL, Theme};
use crate::cost::spatial::architecture::Rule;
use crate::cost::spatial::dim::Dim;
use egui::{Button, Color32, Id, Popup, PopupCloseBehavior, Response, RichText, Role, Stroke, Ui, WidgetInfo, vec2};

/// Height of a button with a rule.
const CHIP: f32 = 20.0;

/// Rules beside one another.
const IN_A_ROW: usize = 4;

/// A rule in a few characters, after the letter of its dimension.
pub fn short(dim: Dim, rule: Rule) -> String {
    let letter = dim.letter();
    match rule {
        Rule::Free => format!("{letter} free"),
        Rule::One => format!("{letter} 1"),
        Rule::Full => format!("{letter} all"),
        Rule::Exactly(factor) => format!("{letter} = {factor}"),
        Rule::AtMost(factor) => format!("{letter} ≤ {factor}"),
    }
}

/// A rule for every dimension, to be chosen; returns the one that was. `slot` names the loops they are about.
pub fn rules(ui: &mut Ui, form: &Form, slot: &str, of: impl Fn(Dim) -> Rule) -> Option<(Dim, Rule)> {
    let mut chosen = None;
    let gap = 3.0;
    let width = (ui.available_width() - gap * (IN_A_ROW - 1) as f32) / IN_A_ROW as f32;
    for dims in Dim::ALL.chunks(IN_A_ROW) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for &dim in dims {
                let rule = of(dim);
                let name = format!("{} {slot} of {}", dim.words(), form.editor.owner);
                let button = chip(
                    ui,
                    form.editor.theme,
                    &name,
                    &short(dim, rule),
                    rule != Rule::One,
                    width,
                );
                let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
                popup.show(|ui| {
                    ui.set_width(190.0);
                    let id = form.editor.id.with((slot, form.editor.owner, dim));
                    if let Some(new) = menu(ui, form, id, dim, rule) {
                        chosen = Some((dim, new));
                        ui.close();
                    }
                });
                button.on_hover_text(format!("{}: {}", dim.words(), words(rule)));
            }
        });
    }
    chosen
}

/// A button with a choice in few characters, quiet where that is “nothing”; narrow enough for four beside one another.
pub fn chip(ui: &mut Ui, theme: &Theme, name: &str, text: &str, is_something: bool, width: f32) -> Response {
    ui.spacing_mut().interact_size.y = CHIP;
    ui.spacing_mut().button_padding.y = 1.0;
    let (colour, fill) = match is_something {
        true => (theme.text, theme.background),
        false => (theme.weak, Color32::TRANSPARENT),
    };
    let button = Button::new(RichText::new(text).size(SMALL).color(colour))
        .fill(fill)
        .stroke(Stroke::new(1.0, theme.grid))
        .truncate();
    let response = ui.add_sized(vec2(width, CHIP), button);
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.to_owned()),
        ..WidgetInfo::labeled(Role::ComboBox, true, name)
    });
    response
}

fn words(rule: Rule) -> String {
    match rule {
        Rule::Free => "any factor".to_owned(),
        Rule::One => "no loop here".to_owned(),
        Rule::Full => "all of it that levels further in leave".to_owned(),
        Rule::Exactly(factor) => format!("the factor {factor}, any where the dimension is smaller"),
        Rule::AtMost(factor) => format!("any factor up to {factor}"),
    }
}

/// The rules to choose from.
fn menu(ui: &mut Ui, form: &Form, id: Id, dim: Dim, rule: Rule) -> Option<Rule> {
    let mut new = None;
    ui.label(small(form.editor.theme, format!("{} ({})", dim.words(), dim.letter())));
    for (choice, text) in [
        (Rule::Free, "free: any factor"),
        (Rule::One, "one: no loop here"),
        (Rule::Full, "all that is left"),
    ] {
        if ui.selectable_label(choice == rule, text).clicked() {
            new = Some(choice);
        }
    }
    let (exactly, at_most) = match rule {
        Rule::Exactly(factor) => (factor.to_string(), String::new()),
        Rule::AtMost(factor) => (String::new(), factor.to_string()),
        Rule::Free | Rule::One | Rule::Full => Default::default(),
    };
    let factors = [("exactly", &exactly), ("at most", &at_most)];
    for (word, shown) in factors {
        ui.horizontal(|ui| {
            ui.label(word);
            let label = format!("{word}, {}", dim.words());
            let field = TextField::new(id.with(word), &label).hint("factor").width(70.0).right();
            field.show(ui, form.editor.theme, shown, |text| {
                let factor = factor(text)?;
                new = Some(match word {
                    "exactly" => Rule::Exactly(factor),
                    _ => Rule::AtMost(factor),
                });
                Ok(())
            });
        });
    }
    new.filter(|new| *new != rule)
}

fn factor(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("“{text}” is no whole number of 1 or more"))
}

/// Dimensions by their letters: `C P N M`.
pub fn letters(dims: &[Dim]) -> String {
    let letters: Vec<&str> = dims.iter().map(|dim| dim.letter()).collect();
    letters.join(" ")
}

/// Reads dimensions by their letters, each at most once.
pub fn read_letters(text: &str) -> Result<Vec<Dim>, String> {
    let mut dims = Vec::new();
    for letter in text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | '-'))
    {
        let upper = letter.to_uppercase().to_string();
        let dim = Dim::from_letter(&upper).ok_or_else(|| {
            let known = letters(&Dim::ALL);
            format!("“{letter}” is no dimension, write letters of {known}")
        })?;
        if dims.contains(&dim) {
            return Err(format!("{upper} is named twice, name it once"));
        }
        dims.push(dim);
    }
    Ok(dims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_letters() {
        let read = |text| read_letters(text).map(|dims| letters(&dims));
        assert_eq!(read("c P,N m").as_deref(), Ok("C P N M"));
        assert_eq!(read("").as_deref(), Ok(""));
        assert_eq!(read("C C").unwrap_err(), "C is named twice, name it once");
        assert!(read("C X").unwrap_err().starts_with("“X” is no dimension"));
    }
}
