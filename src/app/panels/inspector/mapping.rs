//! How a spatial accelerator runs the selected layer: the loops of its mapping, what holds it back, what every level does for every
//! operand, and how sure it is that nothing better exists.

use super::rows::{card, note, row, title};
use crate::app::{Command, Cx, icon, theme};
use crate::cost::LayerCost;
use crate::cost::spatial::Spatial;
use crate::cost::spatial::count::Counted;
use crate::cost::spatial::dim::Operand;
use crate::cost::spatial::mapping::Mapping;
use crate::cost::spatial::model::Detail;
use crate::cost::spatial::search::{Found, Statistics};
use crate::cost::spatial::usage::bottleneck_words;
use crate::system::{Device, DeviceModel};
use crate::units::Unit;
use egui::{Align, Align2, Button, FontId, Layout, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of a line of the nest, and of a row of the table.
const LINE: f32 = 15.0;
/// How far a loop stands in from the one around it.
const INDENT: f32 = 7.0;
/// Columns of the table: tile, reads, fills, updates, energy.
const COLUMNS: [(&str, &str); 5] = [
    ("tile", "words held at a time"),
    ("reads", "words read from one instance"),
    ("fills", "words written from the level outside"),
    ("updates", "words written from the level inside"),
    ("energy", "joules of all instances"),
];

/// Draws the section, where the layer has a mapping or runs on the vector unit of `device`.
pub fn ui(ui: &mut Ui, cx: &mut Cx, device: &Device, cost: &LayerCost) {
    let (DeviceModel::Spatial(model), Some(detail)) = (&device.model, cost.detail.as_deref()) else {
        return;
    };
    match detail {
        Detail::Nothing => note(ui, "It needs no cycles of its own on this accelerator.", cx.theme.weak),
        Detail::Vector { ops, cycles, .. } => {
            title(ui, "Vector unit");
            row(ui, cx, "operations", &Unit::Count.format(*ops as f64));
            row(ui, cx, "cycles", &Unit::Count.format(*cycles as f64));
        }
        Detail::Array {
            workload,
            repeat,
            found,
        } => {
            head(ui, cx, model, found, *repeat);
            let used = format!("{} of {}", found.counted.macs_used, model.architecture.mac.units());
            row(ui, cx, "MAC units that work", &used);
            let share = found.counted.utilisation(workload, &model.architecture);
            row(ui, cx, "utilisation", &Unit::Percent.format(share));
            let runs = match repeat {
                1 => Unit::Count.format(found.counted.cycles as f64),
                several => format!("{several} × {}", Unit::Count.format(found.counted.cycles as f64)),
            };
            row(ui, cx, "cycles", &runs);
            let limit = match bottleneck_words(&model.architecture, &found.counted) {
                Some(words) => words,
                None => "arithmetic".to_owned(),
            };
            row(ui, cx, "limited by", &limit);
            let searched = searched(found.search, cx.derived.mappings.are_first());
            note(ui, &searched, cx.theme.weak);
            ui.add_space(3.0);
            card(ui, cx.theme.grid, |ui| nest(ui, cx, model, &found.mapping));
            ui.add_space(3.0);
            table(ui, cx, model, &found.counted);
        }
    }
}

/// How a search went, in words.
fn searched(search: Statistics, is_first: bool) -> String {
    let looked_at = format!("{} mappings looked at", grouped(search.nodes));
    if is_first {
        format!("first mapping found, {looked_at}: better ones are not searched to the end yet")
    } else if search.gap <= 0.0 {
        format!("proven optimal, {looked_at}")
    } else {
        let gap = Unit::Percent.format(search.gap);
        format!("may be up to {gap} better, {looked_at}: raise the search budget")
    }
}

/// A whole number with groups of three digits apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// The title, with a button that copies everything as text.
fn head(ui: &mut Ui, cx: &mut Cx, model: &Spatial, found: &Found, repeat: u64) {
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let title = match cx.derived.mappings.are_first() {
            true => "First mapping",
            false => "Best mapping",
        };
        ui.label(RichText::new(title).font(theme::semibold(theme::BODY)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(format!("{} copy", icon::COPY)).size(theme::SMALL);
            let copy = ui.add(Button::new(text.color(cx.theme.weak)).frame_when_inactive(false));
            copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Copy the mapping"));
            let hint = "Copy the loops and the accesses of every level as text";
            if copy.on_hover_text(hint).clicked() {
                let is_first = cx.derived.mappings.are_first();
                cx.push(Command::Copy(as_text(model, found, repeat, is_first)));
            }
        });
    });
}

/// Loops, accesses and statistics as text.
fn as_text(model: &Spatial, found: &Found, repeat: u64, is_first: bool) -> String {
    let names: Vec<&str> = model
        .architecture
        .levels
        .iter()
        .map(|level| level.name.as_str())
        .collect();
    let mut text = found.mapping.nest(&names);
    let counted = &found.counted;
    text.push_str(&format!(
        "\n{} cycles, {}, {} of {} MAC units, {}\n",
        counted.cycles,
        Unit::Joules.format(counted.energy_j),
        counted.macs_used,
        model.architecture.mac.units(),
        searched(found.search, is_first),
    ));
    if repeat > 1 {
        text.push_str(&format!("runs {repeat} times, one after another\n"));
    }
    text.push_str("\nlevel\toperand\ttile\treads\tfills\tupdates\tenergy [J]\n");
    for (name, level) in names.iter().zip(&counted.levels) {
        for operand in Operand::ALL {
            if let Some(count) = &level.operands[operand.index()] {
                text.push_str(&format!(
                    "{name}\t{}\t{}\t{}\t{}\t{}\t{:e}\n",
                    operand.word(),
                    count.tile,
                    count.reads,
                    count.fills,
                    count.updates,
                    count.energy_j
                ));
            }
        }
    }
    text
}

/// One line of the nest.
struct Line {
    /// The level it belongs to, on its first line.
    level: String,
    depth: usize,
    text: String,
    meaning: String,
    is_spread: bool,
}

/// The loops from the outermost inwards; a level without any has a line of its own.
fn lines(model: &Spatial, mapping: &Mapping) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut depth = 0;
    for (level, memory) in mapping.levels.iter().zip(&model.architecture.levels) {
        let kept = Operand::ALL.into_iter().filter(|operand| level.keep[operand.index()]);
        let kept: Vec<&str> = kept.map(Operand::word).collect();
        let stored = if kept.is_empty() {
            format!("{} stores nothing", memory.name)
        } else {
            format!("{} stores {}", memory.name, kept.join(", "))
        };
        let mut name = memory.name.clone();
        let temporal = level.temporal.iter().rev().map(|entry| (entry, false));
        let spatial = level.spatial.iter().map(|entry| (entry, true));
        let before = lines.len();
        for (&(dim, factor), is_spread) in temporal.chain(spatial) {
            let word = if is_spread { "each" } else { "for" };
            lines.push(Line {
                level: std::mem::take(&mut name),
                depth,
                text: format!("{word} {} in 0..{factor}", dim.letter().to_lowercase()),
                meaning: match is_spread {
                    true => format!("{}, spread over instances; {stored}", dim.words()),
                    false => format!("{}, one after another; {stored}", dim.words()),
                },
                is_spread,
            });
            depth += 1;
        }
        if lines.len() == before {
            lines.push(Line {
                level: name,
                depth,
                text: "no loop".to_owned(),
                meaning: stored,
                is_spread: false,
            });
        }
    }
    lines
}

/// The nest: names of levels at the left, loops standing in from one another, what they run over at the right.
fn nest(ui: &mut Ui, cx: &Cx, model: &Spatial, mapping: &Mapping) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let font = FontId::proportional(theme::SMALL);
    let lines = lines(model, mapping);
    let width = |text: &str| {
        let galley = ui
            .painter()
            .layout_no_wrap(text.to_owned(), font.clone(), cx.theme.text);
        galley.size().x
    };
    let names = lines.iter().map(|line| width(&line.level)).fold(0.0, f32::max);
    let names = names.min(ui.available_width() * 0.4);
    // Deep nests stand in by less, so that the innermost loop is still read.
    let deepest = lines.last().map_or(1, |line| line.depth.max(1)) as f32;
    let room = ui.available_width() - names - 8.0 - 78.0;
    let indent = INDENT.min((room / deepest).max(2.0));
    for line in &lines {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let painter = ui.painter();
        if response.hovered() {
            painter.rect_filled(rect.expand2(vec2(4.0, 0.0)), 2.0, cx.theme.card);
        }
        let name = crate::app::words::elide(ui, &line.level, &font, names);
        painter.text(
            rect.left_center(),
            Align2::LEFT_CENTER,
            name,
            font.clone(),
            cx.theme.text,
        );
        let left = rect.left() + names + 8.0 + line.depth as f32 * indent;
        for step in 0..line.depth {
            let x = rect.left() + names + 10.0 + step as f32 * indent;
            painter.vline(x, rect.y_range(), (1.0, cx.theme.grid));
        }
        let colour = match (line.is_spread, line.text.as_str()) {
            (true, _) => cx.theme.accent,
            (false, "no loop") => cx.theme.weak,
            (false, _) => cx.theme.text,
        };
        painter.text(
            pos2(left, rect.center().y),
            Align2::LEFT_CENTER,
            &line.text,
            font.clone(),
            colour,
        );
        let spoken = format!("{} {}: {}", line.level, line.text, line.meaning);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken.trim()));
        response.on_hover_text(&line.meaning);
    }
}

/// What every level does for every operand it stores, of one run.
fn table(ui: &mut Ui, cx: &Cx, model: &Spatial, counted: &Counted) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let font = FontId::proportional(theme::SMALL);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE + 2.0), Sense::hover());
    for (index, (name, _)) in COLUMNS.iter().enumerate() {
        let at = pos2(edge(rect, index), rect.center().y);
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, name, font.clone(), cx.theme.weak);
    }
    let meanings = COLUMNS.map(|(name, meaning)| format!("{name}: {meaning}"));
    response.on_hover_text(format!("Of one run. {}", meanings.join("; ")));
    for (level, memory) in counted.levels.iter().zip(&model.architecture.levels) {
        if level.operands.iter().all(Option::is_none) {
            continue;
        }
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE + 2.0), Sense::hover());
        ui.painter()
            .hline(rect.x_range(), rect.top() + 1.0, (1.0, cx.theme.grid));
        let used = match level.instances_used {
            1 => String::new(),
            several => format!(" · {several} instances"),
        };
        let name = format!("{}{used}", memory.name);
        ui.painter().text(
            rect.left_center(),
            Align2::LEFT_CENTER,
            name,
            font.clone(),
            cx.theme.text,
        );
        for operand in Operand::ALL {
            let Some(count) = &level.operands[operand.index()] else {
                continue;
            };
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
            let words = |number: u64| Unit::Count.format(number as f64);
            let texts = [
                words(count.tile),
                words(count.reads),
                words(count.fills),
                words(count.updates),
                Unit::Joules.format(count.energy_j),
            ];
            let painter = ui.painter();
            let left = rect.left_center() + vec2(6.0, 0.0);
            painter.text(left, Align2::LEFT_CENTER, operand.letter(), font.clone(), cx.theme.weak);
            for (index, text) in texts.iter().enumerate() {
                let at = pos2(edge(rect, index), rect.center().y);
                painter.text(at, Align2::RIGHT_CENTER, text, font.clone(), cx.theme.text);
            }
            let [tile, reads, fills, updates, energy] = &texts;
            let spoken = format!(
                "{} in {}: tile {tile}, reads {reads}, fills {fills}, updates {updates}, energy {energy}",
                operand.word(),
                memory.name
            );
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
            response.on_hover_text(spoken.clone());
        }
    }
}

/// The right edge of a column.
fn edge(rect: Rect, column: usize) -> f32 {
    const SHARES: [f32; 5] = [0.22, 0.41, 0.59, 0.79, 1.0];
    rect.left() + rect.width() * SHARES.get(column).copied().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_say_what_they_prove() {
        let search = |nodes, gap| Statistics { nodes, gap };
        assert_eq!(
            searched(search(4888, 0.0), false),
            "proven optimal, 4\u{a0}888 mappings looked at"
        );
        let gap = searched(search(1_000_000, 0.031), false);
        assert!(
            gap.starts_with("may be up to 3.10 % better, 1\u{a0}000\u{a0}000 mappings"),
            "{gap}"
        );
        assert!(searched(search(3, 0.5), true).starts_with("first mapping found"));
    }
}
