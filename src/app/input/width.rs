//! Choosing a width in bits: the usual ones by a click, any other by typing.

use super::{TextField, dropdown};
use crate::app::theme::Theme;
use crate::presets::MAX_BITS;
use crate::units::Unit;
use egui::{Id, Popup, PopupCloseBehavior, Ui};

/// Widths offered by name.
const USUAL: [u32; 4] = [4, 8, 16, 32];

/// A picker for a width of 1 to 64 bits.
pub struct WidthPicker<'a> {
    id: Id,
    label: &'a str,
    width: f32,
}

impl<'a> WidthPicker<'a> {
    /// A picker with a stable identity and a name for screen readers.
    pub fn new(id: Id, label: &'a str) -> Self {
        Self { id, label, width: 88.0 }
    }

    /// Width of the button in points.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Shows the picker; returns a newly chosen width.
    pub fn show(self, ui: &mut Ui, theme: &Theme, value: u32) -> Option<u32> {
        self.run(ui, theme, Some(value), None).flatten()
    }

    /// Shows the picker over a width that may be left to something else, which `none` names. Returns a new state.
    pub fn show_optional(self, ui: &mut Ui, theme: &Theme, value: Option<u32>, none: &str) -> Option<Option<u32>> {
        self.run(ui, theme, value, Some(none))
    }

    fn run(self, ui: &mut Ui, theme: &Theme, value: Option<u32>, none: Option<&str>) -> Option<Option<u32>> {
        let print = |value: u32| Unit::Bits.format(f64::from(value));
        let shown = value.map_or_else(|| none.unwrap_or_default().to_owned(), print);
        let button = dropdown(ui, theme, self.label, shown, self.width);
        let mut new = None;
        let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        popup.show(|ui| {
            ui.set_width(120.0);
            let mut choice = |ui: &mut Ui, choice: Option<u32>, text: String| {
                if ui.selectable_label(choice == value, text).clicked() {
                    new = Some(choice);
                    ui.close();
                }
            };
            if let Some(none) = none {
                choice(ui, None, none.to_owned());
            }
            for usual in USUAL {
                choice(ui, Some(usual), print(usual));
            }
            let name = format!("{}, typed", self.label);
            TextField::new(self.id.with("typed"), &name)
                .hint("1 to 64 bit")
                .width(108.0)
                .show(ui, theme, "", |text| {
                    new = Some(Some(parse_width(text)?));
                    Popup::close_id(&button.ctx, Popup::default_response_id(&button));
                    Ok(())
                });
        });
        new.filter(|new| *new != value)
    }
}

/// Reads a whole number of bits from 1 to 64.
fn parse_width(text: &str) -> Result<u32, String> {
    let bits = Unit::Bits.parse(text).map_err(|error| error.to_string())?;
    if bits.fract() == 0.0 && (1.0..=f64::from(MAX_BITS)).contains(&bits) {
        Ok(bits as u32)
    } else {
        Err(format!("a width is a whole number from 1 to {MAX_BITS} bits"))
    }
}
