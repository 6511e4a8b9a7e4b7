//! What a search of accelerators is asked for: which layers count, every design of lists or evolution within ranges, and the sizes.

use super::{Way, Wish};
use crate::app::input::{TextField, chip, small};
use crate::app::{Cx, Theme};
use crate::cost::spatial::space::{GemminiLists, Lists, MeshDims};
use egui::{Align, Id, Label, Layout, Ui};
use std::fmt::Display;
use std::str::FromStr;

/// Width of fields in points.
const FIELD: f32 = 112.0;
/// Largest population and number of generations.
const MOST: usize = 10_000;

/// Draws the form over a wish.
pub fn ui(ui: &mut Ui, cx: &Cx, index: usize, wish: &mut Wish) {
    let letter = Theme::letter(index);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let ways = [(Way::Every, "every design"), (Way::Evolution, "NSGA-II")];
        for (way, text) in ways {
            if chip(ui, cx.theme, text, wish.way == way, 104.0).clicked() {
                wish.way = way;
            }
        }
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let here = format!("layers on {letter}");
        for (here_only, text) in [(false, "all layers"), (true, here.as_str())] {
            if chip(ui, cx.theme, text, wish.here_only == here_only, 104.0).clicked() {
                wish.here_only = here_only;
            }
        }
    });
    ui.add_space(4.0);
    match wish.way {
        Way::Every => lists(ui, cx.theme, wish),
        Way::Evolution => ranges(ui, cx.theme, wish),
    }
}

/// A row with a name and a field at its right.
fn line(ui: &mut Ui, theme: &Theme, name: &str, help: &str, field: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            field(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(small(theme, name)).truncate()).on_hover_text(help);
            });
        });
    });
}

/// Sizes to try: numbers apart by commas.
fn list<T: Display + FromStr + PartialEq>(ui: &mut Ui, theme: &Theme, name: &str, help: &str, values: &mut Vec<T>) {
    line(ui, theme, name, help, |ui| {
        let shown: Vec<String> = values.iter().map(T::to_string).collect();
        let id = Id::unique(("accelerator sizes", name));
        let label = format!("{name} to search");
        let field = TextField::new(id, &label).width(FIELD);
        field.show(ui, theme, &shown.join(", "), |text| {
            *values = numbers(text)?;
            Ok(())
        });
    });
}

/// Reads numbers apart by commas or spaces.
fn numbers<T: FromStr>(text: &str) -> Result<Vec<T>, String> {
    let words = text.split([',', ';', ' ']).filter(|word| !word.is_empty());
    let numbers: Vec<T> = words
        .map(|word| word.parse().map_err(|_| format!("“{word}” is no number of this kind")))
        .collect::<Result<_, String>>()?;
    match numbers.is_empty() {
        true => Err("write at least one number, several apart by commas".to_owned()),
        false => Ok(numbers),
    }
}

/// The two ends of a range.
fn range<T: Display + FromStr + Copy + PartialEq>(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    help: &str,
    ends: &mut (T, T),
) {
    line(ui, theme, name, help, |ui| {
        let id = Id::unique(("accelerator range", name));
        let label = format!("{name} to search");
        let field = TextField::new(id, &label).width(FIELD);
        field.show(ui, theme, &format!("{} to {}", ends.0, ends.1), |text| {
            let found = numbers(&text.replace("to", " ").replace(['-', '–'], " "))?;
            match found[..] {
                [one] => *ends = (one, one),
                [least, most] => *ends = (least, most),
                _ => return Err("write the smallest and the largest, for example 8 to 32".to_owned()),
            }
            Ok(())
        });
    });
}

fn lists(ui: &mut Ui, theme: &Theme, wish: &mut Wish) {
    match &mut wish.lists {
        Lists::Eyeriss(sizes) => {
            list(ui, theme, "rows", "Rows of processing elements", &mut sizes.rows);
            list(ui, theme, "columns", "Processing elements in a row", &mut sizes.columns);
            list(ui, theme, "buffer, KiB", "The shared buffer", &mut sizes.buffer_kib);
            list(
                ui,
                theme,
                "inputs, byte",
                "For inputs in a processing element",
                &mut sizes.input_bytes,
            );
            list(
                ui,
                theme,
                "weights, byte",
                "For weights in a processing element",
                &mut sizes.weight_bytes,
            );
            list(
                ui,
                theme,
                "sums, byte",
                "For partial sums in a processing element",
                &mut sizes.sum_bytes,
            );
        }
        Lists::Simba(sizes) => {
            list(ui, theme, "elements", "Processing elements", &mut sizes.elements);
            list(
                ui,
                theme,
                "MAC units each",
                "MAC units in an element, multiples of four",
                &mut sizes.lanes,
            );
            list(ui, theme, "buffer, KiB", "The shared buffer", &mut sizes.buffer_kib);
            list(
                ui,
                theme,
                "inputs, KiB",
                "The input buffer of an element",
                &mut sizes.input_kib,
            );
            list(
                ui,
                theme,
                "weights, KiB",
                "Each weight buffer of an element",
                &mut sizes.weight_kib,
            );
            let help = "Each accumulation buffer of an element";
            list(ui, theme, "sums, KiB", help, &mut sizes.accumulator_kib);
        }
        Lists::Gemmini(sizes) => gemmini(ui, theme, sizes),
    }
}

fn gemmini(ui: &mut Ui, theme: &Theme, sizes: &mut GemminiLists) {
    let mut sides = match &sizes.sides {
        MeshDims::Fixed(sides) => sides.clone(),
        MeshDims::PowersOfTwo { least, most } => {
            let powers = (0..u32::BITS).map(|power| 1_u32 << power);
            powers.filter(|side| (least..=most).contains(&side)).collect()
        }
    };
    list(ui, theme, "sides", "Rows and columns of the square array", &mut sides);
    sizes.sides = MeshDims::Fixed(sides);
    let help = "Smallest and largest scratchpad; the sizes between are those whose banks have a power of two of rows";
    range(ui, theme, "scratchpad, KiB", help, &mut sizes.scratchpad_kib);
    let help = "Smallest and largest accumulators, in the same steps";
    range(ui, theme, "accumulators, KiB", help, &mut sizes.accumulator_kib);
}

fn ranges(ui: &mut Ui, theme: &Theme, wish: &mut Wish) {
    let sizes = &mut wish.ranges;
    range(ui, theme, "sides", "Units along a side of the array", &mut sizes.side);
    range(
        ui,
        theme,
        "buffer, KiB",
        "The shared buffer or scratchpad",
        &mut sizes.shared_kib,
    );
    let help = "Words or rows of each local buffer; of a Gemmini-like design, kibibytes of the accumulators";
    range(ui, theme, "local buffers", help, &mut sizes.local);
    let count = |ui: &mut Ui, name: &str, help: &str, value: u64, least: u64| {
        let mut new = None;
        line(ui, theme, name, help, |ui| {
            let id = Id::unique(("accelerator number", name));
            let field = TextField::new(id, name).width(FIELD);
            field.show(ui, theme, &value.to_string(), |text| {
                let number = text.parse().ok().filter(|&number: &u64| number >= least);
                new = Some(number.ok_or_else(|| format!("“{text}” is no whole number of {least} or more"))?);
                Ok(())
            });
        });
        new
    };
    if let Some(step) = count(
        ui,
        "step, KiB",
        "Between two sizes of a buffer",
        u64::from(sizes.step_kib),
        1,
    ) {
        sizes.step_kib = u32::try_from(step).unwrap_or(u32::MAX);
    }
    let settings = &mut wish.settings;
    let help = "Designs of a generation";
    if let Some(size) = count(ui, "population", help, settings.population as u64, 2) {
        settings.population = usize::try_from(size).unwrap_or(MOST).min(MOST);
    }
    let help = "Generations, the first population counting as one";
    if let Some(generations) = count(ui, "generations", help, settings.generations as u64, 1) {
        settings.generations = usize::try_from(generations).unwrap_or(MOST).min(MOST);
    }
    if let Some(seed) = count(ui, "seed", "Where the random numbers start", settings.seed, 0) {
        settings.seed = seed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_numbers_apart_by_commas() {
        assert_eq!(numbers::<u32>("8, 12 16;"), Ok(vec![8, 12, 16]));
        assert_eq!(numbers::<f64>("0.375"), Ok(vec![0.375]));
        assert!(numbers::<u32>("8, x").unwrap_err().contains("“x”"));
        assert!(numbers::<u32>(" ").unwrap_err().contains("at least one"));
    }
}
