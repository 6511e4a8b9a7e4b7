//! An explanation as a tree to unfold and as a text to copy.

use crate::app::{Theme, theme};
use crate::design::Explanation;
use crate::design::explain::SUM;
use egui::collapsing_header::CollapsingState;
use egui::{Id, Label, RichText, TextWrapMode, Ui};
use std::fmt::Write as _;

/// Levels that are open at first: the number itself.
const OPEN_LEVELS: usize = 1;

/// Summands of a plain sum that are listed in a line.
const SUMMANDS_SHOWN: usize = 8;

/// Draws a number with everything it is made of.
pub fn ui(ui: &mut Ui, theme: &Theme, node: &Explanation) {
    let id = ui.scope_id().with("why");
    ui.spacing_mut().item_spacing.y = 2.0;
    draw(ui, theme, node, id, 0);
}

fn draw(ui: &mut Ui, theme: &Theme, node: &Explanation, id: Id, level: usize) {
    if node.parts.is_empty() {
        ui.horizontal_top(|ui| {
            // As wide as the button that unfolds the others.
            ui.add_space(ui.spacing().indent);
            ui.vertical(|ui| {
                line(ui, theme, node);
                small(ui, theme, &node.source);
            });
        });
        return;
    }
    let state = CollapsingState::load_with_default_open(ui.ctx(), id, level < OPEN_LEVELS);
    let header = state.show_header(ui, |ui| {
        ui.vertical(|ui| {
            line(ui, theme, node);
            for text in formula_lines(node) {
                small(ui, theme, &format!("= {text}"));
            }
        });
    });
    header.body(|ui| {
        for (index, part) in node.parts.iter().enumerate() {
            draw(ui, theme, part, id.with(index), level + 1);
        }
    });
}

/// `t_A = 20.9 ms — what it is`.
fn line(ui: &mut Ui, theme: &Theme, node: &Explanation) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.label(RichText::new(&node.symbol).font(theme::semibold(theme::BODY)));
        ui.label(format!("= {}", node.unit.format(node.value)));
        ui.label(RichText::new(&node.meaning).color(theme.weak));
    });
}

fn small(ui: &mut Ui, theme: &Theme, text: &str) {
    if !text.is_empty() {
        let text = RichText::new(text).size(theme::SMALL).color(theme.weak);
        ui.add(Label::new(text).wrap_mode(TextWrapMode::Wrap));
    }
}

/// The formula and, where that says more, the formula with the values filled in.
fn formula_lines(node: &Explanation) -> Vec<String> {
    match node.formula.as_str() {
        "" => Vec::new(),
        SUM if node.parts.len() > SUMMANDS_SHOWN => vec![format!("sum of the {} parts", node.parts.len())],
        SUM => {
            let values: Vec<_> = node.parts.iter().map(|part| part.unit.format(part.value)).collect();
            vec![values.join(" + ")]
        }
        formula => {
            let filled = filled(formula, &node.parts);
            let mut lines = vec![formula.to_owned()];
            if filled != formula && filled != node.unit.format(node.value) {
                lines.push(filled);
            }
            lines
        }
    }
}

/// A formula with the values of its parts in place of their symbols. A symbol is only replaced where it stands alone:
/// `t` in `t_A` is another symbol.
fn filled(formula: &str, parts: &[Explanation]) -> String {
    let is_part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::with_capacity(formula.len());
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        let starts_word = !text.ends_with(is_part_of_word);
        let found = parts.iter().filter(|part| {
            let behind = rest.strip_prefix(part.symbol.as_str());
            starts_word && !part.symbol.is_empty() && behind.is_some_and(|b| !b.starts_with(is_part_of_word))
        });
        // Of two symbols that both fit, the longer one is meant.
        match found.max_by_key(|part| part.symbol.len()) {
            Some(part) => {
                text.push_str(&part.unit.format(part.value));
                rest = &rest[part.symbol.len()..];
            }
            None => {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    text
}

/// The whole tree as indented text.
pub fn text(node: &Explanation) -> String {
    let mut text = String::new();
    write_node(&mut text, node, 0);
    text
}

fn write_node(text: &mut String, node: &Explanation, level: usize) {
    let indent = "  ".repeat(level);
    let value = node.unit.format(node.value);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{indent}{} = {value} — {}", node.symbol, node.meaning);
    for formula in formula_lines(node) {
        let _ = writeln!(text, "{indent}  = {formula}");
    }
    if !node.source.is_empty() {
        let _ = writeln!(text, "{indent}  ({})", node.source);
    }
    for part in &node.parts {
        write_node(text, part, level + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Unit;

    fn leaf(symbol: &str, value: f64) -> Explanation {
        Explanation {
            symbol: symbol.to_owned(),
            meaning: "a time".to_owned(),
            value,
            unit: Unit::Seconds,
            formula: String::new(),
            source: "data sheet".to_owned(),
            parts: Vec::new(),
        }
    }

    #[test]
    fn values_take_the_place_of_whole_symbols() {
        let parts = [leaf("t", 1.0), leaf("t_A", 0.002), leaf("t_AB", 0.003)];
        assert_eq!(filled("t_A + t_AB + t", &parts), "2.00 ms + 3.00 ms + 1.00 s");
        assert_eq!(filled("max(t, xt)", &parts), "max(1.00 s, xt)");
    }

    #[test]
    fn the_text_tells_the_whole_tree() {
        let root = Explanation {
            formula: "t_A + t_B".to_owned(),
            source: String::new(),
            parts: vec![leaf("t_A", 0.002), leaf("t_B", 0.001)],
            ..leaf("t", 0.003)
        };
        let expected = "t = 3.00 ms — a time\n  = t_A + t_B\n  = 2.00 ms + 1.00 ms\n  t_A = 2.00 ms — a time\n    (data \
                        sheet)\n  t_B = 1.00 ms — a time\n    (data sheet)\n";
        assert_eq!(text(&root), expected);
    }
}
