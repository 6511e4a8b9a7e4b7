//! Fields for typed values. What is typed stays a draft until Enter or the loss of focus; Esc gives it up; a draft that
//! cannot be accepted stays, outlined, with the reason beside it.

mod buttons;
mod slider;
mod step;
mod width;

pub use buttons::{chip, dropdown};
pub use slider::{LogSlider, Slid};
pub use step::step;
pub use width::WidthPicker;

use super::theme::{SMALL, Theme};
use crate::presets::{Allowed, Parameter};
use crate::units::Unit;
use egui::text::{CCursor, CCursorRange, LayoutJob, TextWrapping};
use egui::{
    Align, Align2, FontSelection, Frame, Id, Key, Margin, Modifiers, Response, Stroke, TextBuffer, TextEdit, Tooltip,
    Ui,
};

/// A one-line text field over a value that lives elsewhere.
pub struct TextField<'a> {
    id: Id,
    label: &'a str,
    hint: &'a str,
    width: f32,
    font: FontSelection,
    align: Align,
    quiet: bool,
}

/// What is being typed.
#[derive(Clone)]
struct Draft {
    /// The value's text when typing began; a draft left behind is dropped once the value is another.
    origin: String,
    text: String,
    error: Option<String>,
    /// Focus has come and nothing was typed yet: the click that brought it selects everything.
    fresh: bool,
}

impl<'a> TextField<'a> {
    /// A field with a stable identity and a name for screen readers.
    pub fn new(id: Id, label: &'a str) -> Self {
        Self {
            id,
            label,
            hint: "",
            width: 88.0,
            font: FontSelection::default(),
            align: Align::LEFT,
            quiet: false,
        }
    }

    /// Shown while the field is empty.
    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// Width in points.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Another font than body text.
    #[must_use]
    pub fn font(mut self, font: impl Into<FontSelection>) -> Self {
        self.font = font.into();
        self
    }

    /// Text at the right end, for numbers.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.align = Align::RIGHT;
        self
    }

    /// Without a frame until the pointer or the focus comes: for names that are mostly read.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Shows the field with the value's text; `accept` gets a changed text once and says why it cannot be taken.
    pub fn show(
        self,
        ui: &mut Ui,
        theme: &Theme,
        value: &str,
        accept: impl FnOnce(&str) -> Result<(), String>,
    ) -> Response {
        let had_focus = ui.memory(|memory| memory.has_focus(self.id));
        let kept = ui.data(|data| data.get_temp::<Draft>(self.id));
        let mut draft = kept
            .filter(|draft| had_focus || draft.origin == value)
            .unwrap_or_else(|| Draft {
                origin: value.to_owned(),
                text: value.to_owned(),
                error: None,
                fresh: false,
            });
        let response = self.edit(ui, theme, &mut draft);
        let entered = entered(ui, &response);
        if response.lost_focus() {
            let given_up = ui.input(|input| input.key_pressed(Key::Escape));
            let unchanged = draft.text.trim() == draft.origin.trim();
            let accepted = if given_up || unchanged {
                Ok(())
            } else {
                accept(draft.text.trim())
            };
            draft.error = accepted.err();
            if draft.error.is_some() && entered {
                response.request_focus();
            }
        }
        if let Some(error) = &draft.error {
            announce_error(&response, error);
        }
        let keep = response.has_focus() || draft.error.is_some();
        ui.data_mut(|data| {
            if keep {
                data.insert_temp(self.id, draft);
            } else {
                data.remove::<Draft>(self.id);
            }
        });
        response
    }

    /// Shows the field over a text that follows every key, for searching; also whether Enter ended the typing.
    pub fn live(self, ui: &mut Ui, theme: &Theme, text: &mut String) -> (Response, bool) {
        let mut draft = Draft {
            origin: String::new(),
            text: std::mem::take(text),
            error: None,
            fresh: false,
        };
        let response = self.edit(ui, theme, &mut draft);
        *text = draft.text;
        let entered = entered(ui, &response);
        (response, entered)
    }

    fn edit(&self, ui: &mut Ui, theme: &Theme, draft: &mut Draft) -> Response {
        let margin = Margin::symmetric(5, 2);
        let mut edit = TextEdit::singleline(&mut draft.text)
            .id(self.id)
            .hint_text(self.hint)
            .font(self.font.clone())
            .align(Align2([self.align, Align::Center]))
            .clip_text(true)
            .desired_width(self.width);
        let busy = ui
            .ctx()
            .read_response(self.id)
            .is_some_and(|last| last.hovered() || last.has_focus());
        let frame = Frame::new().corner_radius(4).inner_margin(margin);
        if draft.error.is_some() {
            edit = edit.frame(frame.fill(theme.background).stroke(Stroke::new(1.5, theme.worse)));
        } else if self.quiet && !busy {
            edit = edit.frame(frame);
        } else {
            let outline = if busy { theme.weak } else { theme.grid };
            edit = edit.frame(frame.fill(theme.background).stroke(Stroke::new(1.0, outline)));
        }
        // A text too long for the field ends in “…” until the focus comes.
        let font = self.font.clone().resolve(ui.style());
        let mut shortened = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
            let mut job = LayoutJob::simple_singleline(text.as_str().to_owned(), font.clone(), theme.text);
            job.wrap = TextWrapping::truncate_at_width(width);
            job.halign = self.align;
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        if !ui.memory(|memory| memory.has_focus(self.id)) {
            edit = edit.layouter(&mut shortened);
        }
        let mut output = edit.show(ui);
        let response = output.response.response.clone();
        if response.changed() {
            draft.error = None;
            draft.fresh = false;
        }
        draft.fresh |= response.gained_focus();
        if response.gained_focus() || (draft.fresh && response.clicked()) {
            let all = CCursorRange::two(CCursor::new(0), CCursor::new(draft.text.chars().count()));
            output.state.cursor.set_char_range(Some(all));
            output.state.store(ui.ctx(), self.id);
        }
        ui.ctx()
            .accesskit_node_builder(self.id, |node| node.set_label(self.label));
        response
    }
}

/// Whether Enter has just ended the typing in a field. The key press is used up: it shall not also move the selected cut.
pub fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
}

/// Says why a draft was not taken: beside the field while it has the focus or the pointer, and to screen readers.
fn announce_error(response: &Response, error: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_invalid(egui::accesskit::Invalid::True);
        node.set_description(error);
    });
    if response.has_focus() || response.hovered() {
        let tooltip = Tooltip::always_open(
            response.ctx.clone(),
            response.layer_id,
            response.id.with("error"),
            response.rect,
        );
        tooltip.show(|ui| ui.label(error));
    }
}

/// A field for a number with a unit; arrow up and down step through 1, 2, 5, 10 …
pub struct QuantityField<'a> {
    text: TextField<'a>,
    unit: Unit,
    allowed: Allowed,
    sign: &'static str,
    check: Option<&'a dyn Fn(Option<f64>) -> Result<(), String>>,
}

impl<'a> QuantityField<'a> {
    /// A field for a number of this unit, zero or more.
    pub fn new(id: Id, label: &'a str, unit: Unit) -> Self {
        Self {
            text: TextField::new(id, label).right(),
            unit,
            allowed: Allowed::NotNegative,
            sign: "",
            check: None,
        }
    }

    /// Which numbers make sense.
    #[must_use]
    pub fn allowed(mut self, allowed: Allowed) -> Self {
        self.allowed = allowed;
        self
    }

    /// Width in points.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.text = self.text.width(width);
        self
    }

    /// A sign before the number (`≤`), for limits.
    #[must_use]
    pub fn sign(mut self, sign: &'static str) -> Self {
        self.sign = sign;
        self
    }

    /// What else must hold of a number that is typed, or why it cannot be taken.
    #[must_use]
    pub fn check(mut self, check: &'a dyn Fn(Option<f64>) -> Result<(), String>) -> Self {
        self.check = Some(check);
        self
    }

    /// Without a frame until the pointer or the focus comes.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.text = self.text.quiet();
        self
    }

    /// Shows the field; returns a newly typed number.
    pub fn show(self, ui: &mut Ui, theme: &Theme, value: f64) -> Option<f64> {
        self.run(ui, theme, Some(value), None).1.flatten()
    }

    /// Shows the field over a number that may be absent: an empty field, which shows `none`. Returns a new state.
    pub fn show_optional(self, ui: &mut Ui, theme: &Theme, value: Option<f64>, none: &'a str) -> Option<Option<f64>> {
        self.run(ui, theme, value, Some(none)).1
    }

    fn run(
        mut self,
        ui: &mut Ui,
        theme: &Theme,
        value: Option<f64>,
        none: Option<&'a str>,
    ) -> (Response, Option<Option<f64>>) {
        let id = self.text.id;
        if let Some(none) = none {
            self.text = self.text.hint(none);
        }
        let print = |value: f64| format!("{}{}", self.sign, self.unit.format(value));
        let (unit, allowed) = (self.unit, self.allowed);
        let read = |text: &str| {
            let number = read(unit, allowed, none.is_some(), &in_unit_shown(unit, value, text))?;
            self.check.map_or(Ok(()), |check| check(number))?;
            Ok(number)
        };
        let mut new = None;
        if let Some(up) = step::stepped(ui, id) {
            new = step::step_draft(ui, id, unit, up, read, print);
        }
        let shown = value.map(print).unwrap_or_default();
        let response = self.text.show(ui, theme, &shown, |text| {
            new = Some(read(text)?);
            Ok(())
        });
        (response, new.filter(|new| *new != value))
    }
}

/// A bare number means the unit that the field shows: typed over `41.4 ms`, `30` is 30 ms. Where no number stands, or 0, it means the
/// unit without a prefix.
fn in_unit_shown(unit: Unit, shown: Option<f64>, text: &str) -> String {
    let bare = text.trim().trim_start_matches(['≤', '≥', '<', '>', '=']).trim();
    let is_bare = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    match shown.filter(|shown| is_bare && *shown != 0.0 && shown.is_finite()) {
        Some(shown) => format!("{bare} {}", unit.print(shown).unit),
        None => text.to_owned(),
    }
}

/// Reads a typed number; an empty text is no number where that is allowed.
fn read(unit: Unit, allowed: Allowed, optional: bool, text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() && optional {
        return Ok(None);
    }
    let value = unit.parse(text).map_err(|error| error.to_string())?;
    match Parameter::new("", value, unit, allowed).fault() {
        Some(fault) => Err(fault.problem),
        None => Ok(Some(value)),
    }
}

/// A field for a whole number of `least` or more; returns a newly typed one.
pub fn integer_field(ui: &mut Ui, theme: &Theme, id: Id, label: &str, value: u64, least: u64) -> Option<u64> {
    let mut new = None;
    let field = TextField::new(id, label).right();
    field.show(ui, theme, &value.to_string(), |text| {
        let number = text.parse().ok().filter(|&number| number >= least);
        new = Some(number.ok_or_else(|| format!("“{text}” is no whole number of {least} or more"))?);
        Ok(())
    });
    new.filter(|&new| new != value)
}

/// The number as it would be read back from its own text, so that what is set is exactly what is shown.
pub fn as_shown(unit: Unit, value: f64) -> f64 {
    unit.parse(&unit.format(value)).unwrap_or(value)
}

/// Small text in the quieter colour, for labels beside fields.
pub fn small(theme: &Theme, text: impl Into<String>) -> egui::RichText {
    egui::RichText::new(text).size(SMALL).color(theme.weak)
}

#[cfg(test)]
mod tests;
