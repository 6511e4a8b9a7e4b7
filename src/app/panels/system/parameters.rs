//! Rows that edit one parameter each, of a device or a link: name with source on hover, field, and, where a person set the
//! value, a button that goes back to the preset's.

use super::{from_right, rest};
use crate::app::icon;
use crate::app::input::{QuantityField, WidthPicker, dropdown, small};
use crate::app::theme::{SMALL, Theme};
use crate::app::widgets::icon_button;
use crate::presets::Allowed;
use crate::system::{BY_HAND, Device, Link};
use crate::units::Unit;
use egui::{Id, Label, Popup, RichText, Ui};
use std::collections::BTreeMap;

/// Width of the fields in points.
pub const FIELD: f32 = 96.0;

/// Something with parameters, each with a source.
pub trait Sourced {
    /// Parameter name -> where its value comes from.
    fn sources(&mut self) -> &mut BTreeMap<String, String>;
}

impl Sourced for Device {
    fn sources(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.sources
    }
}

impl Sourced for Link {
    fn sources(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.sources
    }
}

/// Which parameter a row is about.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Its name in files and in the list of sources.
    pub name: &'a str,
    /// What the row says.
    pub text: &'a str,
    /// What it means, with its unit.
    pub help: &'a str,
}

/// Edits the parameters of a copy of a device or link; the caller compares it with the original afterwards.
pub struct Editor<'a, T> {
    /// Colours.
    pub theme: &'a Theme,
    /// Identity of the whole.
    pub id: Id,
    /// Whose parameters, for screen readers (`A`, `link 1`).
    pub owner: &'a str,
    /// The copy.
    pub edited: &'a mut T,
    /// The preset it was made from, where that is still known.
    pub preset: Option<T>,
}

impl<T: Sourced> Editor<'_, T> {
    /// A number in SI units.
    pub fn number(
        &mut self,
        ui: &mut Ui,
        row: Row,
        unit: Unit,
        allowed: Allowed,
        get: impl Fn(&mut T) -> Option<&mut f64>,
    ) {
        self.row(ui, row, get, |ui, theme, id, label, value| {
            let field = QuantityField::new(id, label, unit).allowed(allowed).width(FIELD);
            field.show(ui, theme, value)
        });
    }

    /// A limit, which may be absent.
    pub fn limit(&mut self, ui: &mut Ui, row: Row, unit: Unit, get: impl Fn(&mut T) -> Option<&mut Option<f64>>) {
        self.optional(ui, row, unit, Allowed::AboveZero, "no limit", get);
    }

    /// A number that may be absent, which `none` says.
    pub fn optional(
        &mut self,
        ui: &mut Ui,
        row: Row,
        unit: Unit,
        allowed: Allowed,
        none: &str,
        get: impl Fn(&mut T) -> Option<&mut Option<f64>>,
    ) {
        self.row(ui, row, get, |ui, theme, id, label, value| {
            let field = QuantityField::new(id, label, unit).allowed(allowed).width(FIELD);
            field.show_optional(ui, theme, value, none)
        });
    }

    /// A width in bits.
    pub fn width(&mut self, ui: &mut Ui, row: Row, get: impl Fn(&mut T) -> Option<&mut u32>) {
        self.row(ui, row, get, |ui, theme, id, label, value| {
            WidthPicker::new(id, label).width(FIELD).show(ui, theme, value)
        });
    }

    /// A width in bits that may be left to something else, named by `none`.
    pub fn optional_width(
        &mut self,
        ui: &mut Ui,
        row: Row,
        none: &str,
        get: impl Fn(&mut T) -> Option<&mut Option<u32>>,
    ) {
        self.row(ui, row, get, |ui, theme, id, label, value| {
            WidthPicker::new(id, label)
                .width(FIELD)
                .show_optional(ui, theme, value, none)
        });
    }

    /// One of several values with a name each.
    pub fn choice<V: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        row: Row,
        choices: &[(V, &str)],
        get: impl Fn(&mut T) -> Option<&mut V>,
    ) {
        self.row(ui, row, get, |ui, theme, _, label, value| {
            let text = choices
                .iter()
                .find(|(choice, _)| *choice == value)
                .map_or("", |(_, text)| text);
            let button = dropdown(ui, theme, label, text, FIELD);
            let mut new = None;
            Popup::menu(&button).show(|ui| {
                for &(choice, text) in choices {
                    if ui.selectable_label(choice == value, text).clicked() {
                        new = Some(choice);
                    }
                }
            });
            new
        });
    }

    /// One row: `field` shows the value and returns a new one.
    pub fn row<V: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        row: Row,
        get: impl Fn(&mut T) -> Option<&mut V>,
        field: impl FnOnce(&mut Ui, &Theme, Id, &str, V) -> Option<V>,
    ) {
        let Some(&mut value) = get(self.edited) else {
            return;
        };
        let original = self.preset.as_mut().and_then(|preset| Some(*get(preset)?));
        let Some(new) = self.shown(ui, row, value, original, field) else {
            return;
        };
        if let Some(place) = get(self.edited) {
            *place = new;
        }
        self.record(row.name, original == Some(new));
    }

    /// Shows a row; returns a new value.
    pub fn shown<V: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        row: Row,
        value: V,
        original: Option<V>,
        field: impl FnOnce(&mut Ui, &Theme, Id, &str, V) -> Option<V>,
    ) -> Option<V> {
        let source = self.edited.sources().get(row.name).cloned();
        let by_hand = source.as_deref() == Some(BY_HAND);
        let label = format!("{} of {}", row.text, self.owner);
        let id = self.id.with(row.name);
        let mut new = None;
        from_right(ui, |ui| {
            new = field(ui, self.theme, id, &label, value);
            if by_hand
                && let Some(original) = original
                && icon_button(
                    ui,
                    self.theme,
                    icon::RESET,
                    &format!("Reset {label} to the preset's value"),
                )
                .clicked()
            {
                new = Some(original);
            }
            let name = RichText::new(row.text).size(SMALL);
            let name = name.color(if by_hand { self.theme.text } else { self.theme.weak });
            let name = rest(ui, |ui| ui.add(Label::new(name).truncate()));
            name.on_hover_ui(|ui| self.explain(ui, row, source.as_deref()));
        });
        new.filter(|new| *new != value)
    }

    /// Records where a new value comes from: the preset, or the user.
    pub fn record(&mut self, name: &str, is_original: bool) {
        let original = self.preset.as_mut().filter(|_| is_original);
        let source = match original {
            Some(preset) => preset.sources().get(name).cloned(),
            None => Some(BY_HAND.to_owned()),
        };
        let sources = self.edited.sources();
        match source {
            Some(source) => sources.insert(name.to_owned(), source),
            None => sources.remove(name),
        };
    }

    fn explain(&self, ui: &mut Ui, row: Row, source: Option<&str>) {
        ui.set_max_width(380.0);
        ui.label(row.help);
        let source = source.unwrap_or("no source given");
        ui.label(small(self.theme, format!("source: {source}")));
        ui.label(small(self.theme, row.name));
    }
}
