//! The shapes of the plot. Dots have a shape for each device beside its hue, so that they are told apart without colour.

use super::scene::{DeviceRoof, Slope};
use crate::app::plots::canvas::Canvas;
use crate::app::{Theme, theme};
use crate::cost::roof::Roof;
use egui::epaint::PathShape;
use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};
use std::f32::consts::{FRAC_PI_2, PI, TAU};

/// Smallest and largest radius of a dot in points.
pub const DOTS: [f32; 2] = [2.5, 8.0];
/// Radius of the mark of a partition.
pub const MARK: f32 = 8.0;
/// Length of the dashes in which roofs that lie on each other take turns.
const DASH: f32 = 14.0;

/// A line y = rate × x within the frame, from the left to the right up to the intensity `end`.
pub fn slope(canvas: &Canvas<'_>, bytes_per_s: f64, end: f64) -> Option<[Pos2; 2]> {
    let frame = canvas.frame();
    let ([left, bottom], [right, top]) = (canvas.values(frame.left_bottom()), canvas.values(frame.right_top()));
    let from = left.max(bottom / bytes_per_s);
    let to = end.min(right).min(top / bytes_per_s);
    let at = |x: f64| canvas.at(x, x * bytes_per_s);
    (from < to).then(|| Some([at(from)?, at(to)?]))?
}

/// The corners of a roof within the frame.
pub fn roof(canvas: &Canvas<'_>, roof: &Roof) -> Vec<Pos2> {
    let frame = canvas.frame();
    let ridge = roof.ridge().unwrap_or(0.0);
    let rising = roof.bandwidth_bytes_per_s;
    let rising = rising.and_then(|bandwidth| slope(canvas, bandwidth, ridge));
    let mut corners: Vec<Pos2> = rising.into_iter().flatten().collect();
    let y = canvas.y(roof.macs_per_s).filter(|y| frame.y_range().contains(*y));
    let start = canvas.x(ridge).map_or(frame.left(), |x| x.max(frame.left()));
    if let Some(y) = y.filter(|_| start < frame.right()) {
        corners.retain(|corner| corner.x < start - 0.5);
        corners.extend([pos2(start, y), pos2(frame.right(), y)]);
    }
    corners
}

/// Paints a roof: in the hue of its device, in turns where several devices share it.
pub fn roof_line(canvas: &Canvas<'_>, shown: &DeviceRoof, corners: &[Pos2], is_selected: bool) {
    let width = match (is_selected, shown.is_own) {
        (true, _) => 3.0,
        (false, true) => 1.8,
        (false, false) => 1.0,
    };
    let stroke = |device: usize| Stroke::new(width, canvas.theme.device(device));
    let gap = match (shown.devices.len(), shown.is_own) {
        (1, true) => None,
        (1, false) => Some(DASH / 2.0),
        (several, _) => Some(DASH * (several - 1) as f32),
    };
    for (turn, &device) in shown.devices.iter().enumerate() {
        match gap {
            None => {
                canvas.painter.add(PathShape::line(corners.to_vec(), stroke(device)));
            }
            Some(gap) => {
                let offset = DASH * turn as f32;
                let dashes = Shape::dashed_line_with_offset(corners, stroke(device), &[DASH], &[gap], offset);
                canvas.painter.extend(dashes);
            }
        }
    }
}

/// Paints the slope of a link, dotted.
pub fn slope_line(canvas: &Canvas<'_>, shown: &Slope, ends: [Pos2; 2], is_selected: bool) {
    let link = shown.links.first().map_or(0, |(link, _)| *link);
    let hue = canvas.theme.link_hue(link);
    let (hue, radius) = match (is_selected, shown.is_used) {
        (true, _) => (canvas.theme.text, 1.5),
        (false, true) => (hue, 1.2),
        (false, false) => (hue.gamma_multiply(0.6), 1.0),
    };
    canvas.painter.extend(Shape::dotted_line(&ends, hue, 5.0, radius));
}

/// The radius of a dot whose area grows with a share of the longest time.
pub fn radius(share: f64) -> f32 {
    let [least, most] = DOTS;
    let share = share.clamp(0.0, 1.0) as f32;
    (least * least + share * (most * most - least * least)).sqrt()
}

/// Paints the dot of a layer on a device.
pub fn dot(painter: &Painter, theme: &Theme, at: Pos2, radius: f32, device: usize) {
    let outline = Stroke::new(1.0, theme.background);
    mark(painter, at, radius, device, theme.device(device), outline);
}

/// The shape of a device: of about the same area for all of them.
fn mark(painter: &Painter, at: Pos2, radius: f32, device: usize, fill: Color32, outline: Stroke) {
    let polygon = |corners: usize, angle: f32, scale: f32| {
        let corner = |index: usize| at + Vec2::angled(angle + TAU * index as f32 / corners as f32) * radius * scale;
        PathShape::convex_polygon((0..corners).map(corner).collect(), fill, outline)
    };
    match device % 8 {
        0 => {
            painter.circle(at, radius, fill, outline);
        }
        1 => {
            painter.add(polygon(4, PI / 4.0, 1.25));
        }
        2 => {
            painter.add(polygon(3, -FRAC_PI_2, 1.5));
        }
        3 => {
            painter.add(polygon(4, 0.0, 1.3));
        }
        4 => {
            painter.add(polygon(3, FRAC_PI_2, 1.5));
        }
        5 => {
            painter.add(polygon(5, -FRAC_PI_2, 1.15));
        }
        6 => {
            let (long, short) = (2.4 * radius, 0.9 * radius);
            for size in [vec2(long, short), vec2(short, long)] {
                painter.rect_filled(Rect::from_center_size(at, size), 0, fill);
            }
        }
        _ => {
            painter.circle_stroke(at, (radius - 1.0).max(1.5), Stroke::new(2.0, fill));
        }
    }
}

/// The room that [`badge`] takes.
pub const BADGE: Vec2 = vec2(31.0, 16.0);

/// A device's letter beside the shape of its dots.
pub fn badge(painter: &Painter, theme: &Theme, rect: Rect, device: usize) {
    let ground = theme.background.gamma_multiply(0.8);
    painter.rect_filled(rect, 3, ground);
    let letter = Rect::from_min_size(rect.min + vec2(1.0, 1.0), vec2(14.0, 14.0));
    crate::app::widgets::paint_badge(painter, theme, letter, device);
    dot(painter, theme, pos2(rect.right() - 8.0, rect.center().y), 4.5, device);
}

/// A partition: its device's letter in a ring, and how far the link feeds it.
pub fn partition(canvas: &Canvas<'_>, at: Pos2, fed: Pos2, device: usize, link: usize) {
    let theme = canvas.theme;
    let hue = theme.link_hue(link);
    canvas
        .painter
        .extend(Shape::dashed_line(&[at, fed], Stroke::new(1.0, hue), 2.0, 2.0));
    canvas
        .painter
        .hline(fed.x - 6.0..=fed.x + 6.0, fed.y, Stroke::new(2.0, hue));
    let stroke = Stroke::new(2.0, theme.device(device));
    canvas.painter.circle(at, MARK, theme.background, stroke);
    let font = theme::semibold(theme::SMALL);
    let letter = Theme::letter(device);
    canvas.painter.text(at, Align2::CENTER_CENTER, letter, font, theme.text);
}

/// A ring around what is selected or meant.
pub fn ring(canvas: &Canvas<'_>, at: Pos2, radius: f32, is_selected: bool) {
    let stroke = match is_selected {
        true => canvas.theme.selection(),
        false => Stroke::new(1.0, canvas.theme.text),
    };
    canvas.painter.circle_stroke(at, radius, stroke);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_of_dots_grows_with_time() {
        let area = |share| radius(share).powi(2);
        assert_eq!((radius(0.0), radius(1.0)), (DOTS[0], DOTS[1]));
        assert!((area(0.5) - f32::midpoint(area(0.0), area(1.0))).abs() < 1e-3);
        assert_eq!(radius(f64::NAN.max(0.0)), DOTS[0]);
    }
}
