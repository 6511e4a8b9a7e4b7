//! Rows of numbers of a spatial accelerator, checked as a whole where they are typed, and sections that fold.

use super::super::parameters::{Editor, FIELD, Row};
use super::change::{self, Changed};
use crate::app::icon;
use crate::app::input::{QuantityField, TextField, small};
use crate::app::theme::SMALL;
use crate::presets::Allowed;
use crate::system::Device;
use crate::units::Unit;
use egui::{Id, Label, RichText, Role, Sense, Ui, WidgetInfo};
use std::collections::BTreeMap;

/// How far what is folded away stands in, in points.
const INDENT: f32 = 8.0;

/// The numbers of a device by name.
#[derive(Default)]
pub struct Numbers(BTreeMap<String, f64>);

impl Numbers {
    /// Those of a device.
    pub fn of(device: &Device) -> Self {
        let numbers = device.parameters().into_iter();
        Self(numbers.map(|number| (number.name, number.value)).collect())
    }

    /// A number; `None` where the device has none of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }
}

/// What the sections share.
pub struct Form<'f, 'e> {
    /// The copy that is edited.
    pub editor: &'f mut Editor<'e, Device>,
    /// The device as it is.
    pub base: &'f Device,
    /// The preset it was made from.
    pub preset: Option<&'f Device>,
    /// Numbers of the device.
    pub now: &'f Numbers,
    /// Numbers of the preset.
    pub original: &'f Numbers,
    /// Why the last change was refused.
    pub refused: Option<String>,
}

impl Form<'_, '_> {
    /// A number with a unit, which may be absent where `none` has a word for it.
    pub fn quantity(&mut self, ui: &mut Ui, row: Row, unit: Unit, allowed: Allowed, none: Option<&str>) {
        let (base, preset) = (self.base, self.preset);
        let check = |number| change::with_number(base, preset, row.name, number).map(drop);
        self.number(ui, row, |ui, theme, id, label, value| {
            let field = QuantityField::new(id, label, unit).allowed(allowed).width(FIELD);
            let field = field.check(&check);
            match (none, value) {
                (Some(none), _) => field.show_optional(ui, theme, value, none),
                (None, Some(value)) => field.show(ui, theme, value).map(Some),
                (None, None) => None,
            }
        });
    }

    /// A whole number, every digit of it shown, which may be absent where `none` has a word for it.
    pub fn whole(&mut self, ui: &mut Ui, row: Row, least: u64, most: u64, none: Option<&str>) {
        let (base, preset) = (self.base, self.preset);
        self.number(ui, row, |ui, theme, id, label, value| {
            let mut field = TextField::new(id, label).right().width(FIELD);
            if let Some(none) = none {
                field = field.hint(none);
            }
            let shown = value.map(|value| (value as u64).to_string()).unwrap_or_default();
            let mut new = None;
            field.show(ui, theme, &shown, |text| {
                let number = match text {
                    "" if none.is_some() => None,
                    _ => Some(whole(text, least, most)? as f64),
                };
                change::with_number(base, preset, row.name, number)?;
                new = Some(number);
                Ok(())
            });
            new
        });
    }

    fn number(
        &mut self,
        ui: &mut Ui,
        row: Row,
        field: impl FnOnce(&mut Ui, &crate::app::Theme, Id, &str, Option<f64>) -> Option<Option<f64>>,
    ) {
        let value = self.now.get(row.name);
        let original = self.preset.map(|_| self.original.get(row.name));
        let Some(new) = self.editor.shown(ui, row, value, original, field) else {
            return;
        };
        let changed = change::with_number(self.base, self.preset, row.name, new);
        if self.take(changed) {
            self.editor.record(row.name, original == Some(new));
        }
    }

    /// Takes a changed device, or remembers why there is none; whether there was one.
    pub fn take(&mut self, changed: Changed) -> bool {
        match changed {
            Ok(changed) => {
                *self.editor.edited = changed;
                true
            }
            Err(why) => {
                self.refused = Some(why);
                false
            }
        }
    }

    /// Lets `contents` show rows of a part of the device, which screen readers hear by the part's name.
    pub fn of_part(&mut self, part: &str, contents: impl FnOnce(&mut Form<'_, '_>)) {
        let owner = format!("{part} of {}", self.editor.owner);
        let mut editor = Editor {
            theme: self.editor.theme,
            id: self.editor.id,
            owner: &owner,
            edited: &mut *self.editor.edited,
            preset: self.editor.preset.take(),
        };
        let mut form = Form {
            editor: &mut editor,
            base: self.base,
            preset: self.preset,
            now: self.now,
            original: self.original,
            refused: None,
        };
        contents(&mut form);
        let refused = form.refused.take();
        self.editor.preset = editor.preset;
        self.refused = refused.or(self.refused.take());
    }
}

/// Reads a whole number from `least` to `most`; groups of digits may stand apart.
fn whole(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = digits.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("“{text}” is no whole number from {least} to {most}"))
}

/// A section that is folded until its title is clicked; `aside` is quiet at its right.
pub fn fold(ui: &mut Ui, form: &mut Form, title: &str, aside: &str, contents: impl FnOnce(&mut Ui, &mut Form<'_, '_>)) {
    let theme = form.editor.theme;
    let id = form.editor.id.with(("fold", title));
    let mut open = ui.data_mut(|data| *data.get_persisted_mut_or(id, false));
    let (rect, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 20.0), Sense::click());
    let caret = if open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    let name = format!("{title} of {}", form.editor.owner);
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, &name));
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, 3.0, theme.grid.gamma_multiply(0.5));
    }
    let mut place = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(rect)
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    );
    place.spacing_mut().item_spacing.x = 5.0;
    place.label(RichText::new(caret).size(SMALL).color(theme.weak));
    place.label(RichText::new(title).size(SMALL).color(theme.text));
    place.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.add(Label::new(small(theme, aside)).truncate());
    });
    if response.clicked() {
        open = !open;
        ui.data_mut(|data| data.insert_persisted(id, open));
    }
    if open {
        ui.spacing_mut().indent = INDENT;
        ui.indent(id.with("body"), |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            contents(ui, form);
        });
    }
}
