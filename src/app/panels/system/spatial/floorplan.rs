//! An accelerator drawn to scale: every memory level and the MAC units as rectangles of their whole area, the main memory outside.

use super::change::model;
use crate::app::theme::SMALL;
use crate::app::{Cx, Theme, words};
use crate::cost::spatial::architecture::Architecture;
use crate::system::Device;
use crate::units::Unit;
use egui::{
    Align2, Color32, CornerRadius, FontId, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Height of the chip in points.
const HEIGHT: f32 = 62.0;
/// Width of the main memory, which has no area on the chip.
const OUTSIDE: f32 = 22.0;
/// Room between rectangles.
const GAP: f32 = 1.5;

/// Least width of a rectangle that has its name in it.
const LEAST_LABELLED: f32 = 40.0;

/// Something with an area.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    name: String,
    /// Words of one instance, or none of MAC units.
    holds: String,
    instances: u64,
    /// All instances together.
    area_m2: f64,
    is_mac: bool,
}

/// A part and where it lies.
struct Placed<'p> {
    part: &'p Part,
    rect: Rect,
}

/// Draws the accelerator of device `index`, if it is one whose areas are known.
pub fn ui(ui: &mut Ui, cx: &Cx, index: usize, device: &Device) {
    let Some(architecture) = model(device).map(|model| &model.architecture) else {
        return;
    };
    let (outside, parts) = parts(architecture);
    let total: f64 = parts.iter().map(|part| part.area_m2).sum();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width() - 4.0, HEIGHT), Sense::hover());
    let theme = cx.theme;
    let spoken = spoken(&parts, total);
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Floor plan of {}: {spoken}", Theme::letter(index)),
        )
    });
    let painter = ui.painter();
    let (memory, chip) = match outside.is_empty() {
        true => (None, rect),
        false => {
            let (left, right) = rect.split_left_right_at_x(rect.left() + OUTSIDE);
            (Some(left), right.with_min_x(right.left() + 8.0))
        }
    };
    if let Some(memory) = memory {
        painter.rect_stroke(memory, 2.0, Stroke::new(1.0, theme.weak), StrokeKind::Inside);
        let middle = chip.left() - 8.0;
        painter.hline(middle..=chip.left(), rect.center().y, Stroke::new(1.0, theme.weak));
        let name = outside.first().map_or("", |part| part.name.as_str());
        upright(painter, memory, name, theme.weak);
    }
    if total <= 0.0 || !total.is_finite() {
        painter.rect_stroke(chip, 2.0, Stroke::new(1.0, theme.grid), StrokeKind::Inside);
        let font = FontId::proportional(SMALL);
        painter.text(
            chip.center(),
            Align2::CENTER_CENTER,
            "no areas are known",
            font,
            theme.weak,
        );
        return;
    }
    let hue = theme.device(index);
    let placed = place(&parts, chip);
    let pointer = response.hover_pos();
    let mut pointed = memory
        .filter(|memory| pointer.is_some_and(|at| memory.contains(at)))
        .and(outside.first());
    for Placed { part, rect } in &placed {
        let is_pointed = pointer.is_some_and(|at| rect.contains(at));
        paint(ui, theme, hue, part, rect.shrink(GAP / 2.0), is_pointed);
        if is_pointed {
            pointed = Some(part);
        }
    }
    let hover = match pointed {
        Some(part) => tells(part, total),
        None => spoken,
    };
    response.on_hover_text(hover);
}

/// What lies outside the chip, and what on it, the largest first.
fn parts(architecture: &Architecture) -> (Vec<Part>, Vec<Part>) {
    let levels = architecture.levels.iter().map(|level| Part {
        name: level.name.clone(),
        holds: level.capacity_words.map_or("no limit".to_owned(), |words| {
            format!("{words} words of {}", Unit::Bits.format(f64::from(level.word_bits)))
        }),
        instances: level.instances(),
        area_m2: level.area_m2 * level.instances() as f64,
        is_mac: false,
    });
    let mac = &architecture.mac;
    let mac = Part {
        name: "MAC units".to_owned(),
        holds: Unit::Bits.format(f64::from(mac.bits)),
        instances: mac.units(),
        area_m2: mac.area_m2 * mac.units() as f64,
        is_mac: true,
    };
    // The main memory is the first level; what else has no area is not on the plan.
    let mut levels = levels;
    let first = levels.next();
    let (outside, first): (Vec<_>, Vec<_>) = first.into_iter().partition(|part| part.area_m2 == 0.0);
    let mut inside: Vec<Part> = first.into_iter().chain(levels).chain([mac]).collect();
    inside.retain(|part| part.area_m2 > 0.0);
    inside.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
    (outside, inside)
}

/// A name and numbers for the pointer.
fn tells(part: &Part, total: f64) -> String {
    let area = Unit::SquareMetres.format(part.area_m2);
    let share = Unit::Percent.format(part.area_m2 / total);
    let each = match part.instances {
        1 => String::new(),
        several => format!(
            "{several} × {} each, ",
            Unit::SquareMetres.format(part.area_m2 / several as f64)
        ),
    };
    match part.area_m2 > 0.0 {
        true => format!(
            "{}: {each}{area} in all, {share} of the chip; {}",
            part.name, part.holds
        ),
        false => format!("{}: outside the chip; {}", part.name, part.holds),
    }
}

fn spoken(parts: &[Part], total: f64) -> String {
    let shares = parts
        .iter()
        .map(|part| format!("{} {}", part.name, Unit::Percent.format(part.area_m2 / total)));
    let shares: Vec<String> = shares.collect();
    format!("{} of {}", Unit::SquareMetres.format(total), shares.join(", "))
}

/// Lays parts, the largest first, into a rectangle so that areas are true and shapes are near squares (Bruls, Huizing, van Wijk, Squarified
/// Treemaps, 2000).
fn place(parts: &[Part], room: Rect) -> Vec<Placed<'_>> {
    let total: f64 = parts.iter().map(|part| part.area_m2).sum();
    let scale = f64::from(room.area()) / total;
    let mut placed = Vec::new();
    let (mut rest, mut room) = (parts, room);
    while !rest.is_empty() {
        let side = f64::from(room.width().min(room.height())).max(1e-3);
        // The longest row whose worst shape is still the best.
        let mut taken = 1;
        while taken < rest.len() && worst(&rest[..=taken], scale, side) <= worst(&rest[..taken], scale, side) {
            taken += 1;
        }
        let (row, later) = rest.split_at(taken);
        let sum: f64 = row.iter().map(|part| part.area_m2 * scale).sum();
        let depth = (sum / side) as f32;
        let is_wide = room.width() >= room.height();
        let (strip, left) = match is_wide {
            true => room.split_left_right_at_x((room.left() + depth).min(room.right())),
            false => room.split_top_bottom_at_y((room.top() + depth).min(room.bottom())),
        };
        let mut at = if is_wide { strip.top() } else { strip.left() };
        for part in row {
            let length = (part.area_m2 * scale / f64::from(depth.max(1e-6))) as f32;
            let rect = match is_wide {
                true => Rect::from_min_max(pos2(strip.left(), at), pos2(strip.right(), at + length)),
                false => Rect::from_min_max(pos2(at, strip.top()), pos2(at + length, strip.bottom())),
            };
            at += length;
            placed.push(Placed { part, rect });
        }
        (rest, room) = (later, left);
    }
    placed
}

/// The worst ratio of sides in a row along a side.
fn worst(row: &[Part], scale: f64, side: f64) -> f64 {
    let areas = || row.iter().map(|part| part.area_m2 * scale);
    let sum: f64 = areas().sum();
    let ratios = areas().map(|area| {
        let (length, depth) = (area * side / sum, sum / side);
        (length / depth).max(depth / length)
    });
    ratios.fold(0.0, f64::max)
}

fn paint(ui: &Ui, theme: &Theme, hue: Color32, part: &Part, rect: Rect, is_pointed: bool) {
    let painter = ui.painter();
    let fill = match (part.is_mac, part.instances) {
        (true, _) => hue,
        (false, 1) => theme.tint(hue),
        (false, _) => theme.background.lerp_to_gamma(hue, 0.45),
    };
    let radius = CornerRadius::same(2);
    painter.rect_filled(rect, radius, fill);
    if is_pointed {
        painter.rect_stroke(rect, radius, Stroke::new(1.5, theme.text), StrokeKind::Inside);
    }
    let ink = Theme::on(fill);
    let font = FontId::proportional(SMALL);
    if rect.width() < LEAST_LABELLED {
        return;
    }
    let name = words::elide(ui, &part.name, &font, rect.width() - 6.0);
    let galley = painter.layout_no_wrap(name, font.clone(), ink);
    let fits = galley.size().x + 6.0 <= rect.width() && galley.size().y <= rect.height();
    if !fits {
        return;
    }
    let count = match part.instances {
        1 => Unit::SquareMetres.format(part.area_m2),
        several => format!("× {several}"),
    };
    let second = painter.layout_no_wrap(count, font, ink);
    let both = galley.size().y + second.size().y;
    let has_second = second.size().x + 6.0 <= rect.width() && both <= rect.height();
    let top = rect.center().y - if has_second { both } else { galley.size().y } / 2.0;
    let middle = |width: f32| rect.center().x - width / 2.0;
    let below = top + galley.size().y;
    painter.galley(pos2(middle(galley.size().x), top), galley, ink);
    if has_second {
        painter.galley(pos2(middle(second.size().x), below), second, ink);
    }
}

/// A word that reads upwards.
fn upright(painter: &Painter, rect: Rect, text: &str, colour: Color32) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(SMALL), colour);
    if galley.size().x > rect.height() {
        return;
    }
    let at = rect.center() + vec2(-galley.size().y / 2.0, galley.size().x / 2.0);
    let shape = egui::epaint::TextShape::new(at, galley, colour).with_angle(-std::f32::consts::FRAC_PI_2);
    painter.add(shape);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::sample;

    #[test]
    fn rectangles_are_true_to_their_areas_and_do_not_overlap() {
        let device = sample::spatial("S");
        let architecture = &model(&device).unwrap().architecture;
        let (outside, inside) = parts(architecture);
        assert_eq!(outside[0].name, "DRAM");
        assert_eq!(inside.len(), 3);
        let room = Rect::from_min_size(pos2(10.0, 20.0), vec2(200.0, 60.0));
        let placed = place(&inside, room);
        let total = architecture.area_m2();
        for Placed { part, rect } in &placed {
            let expected = part.area_m2 / total * f64::from(room.area());
            assert!(
                (f64::from(rect.area()) / expected - 1.0).abs() < 1e-3,
                "{part:?} {rect:?}"
            );
            assert!(room.expand(0.01).contains_rect(*rect), "{rect:?}");
        }
        for (index, one) in placed.iter().enumerate() {
            for other in &placed[..index] {
                assert!(!one.rect.shrink(0.01).intersects(other.rect.shrink(0.01)));
            }
        }
    }
}
