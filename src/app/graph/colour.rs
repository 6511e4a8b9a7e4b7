//! What the colours of the graph mean: devices, operator families, or a quantity on a logarithmic scale; and the legend that says so.

use crate::app::hatch::Hatch;
use crate::app::session::{ColourBy, HeatQuantity};
use crate::app::{Cx, Theme, theme};
use crate::network::{LayerId, OpKind};
use crate::units::Unit;
use egui::{Align2, Color32, CornerRadius, FontId, Painter, Rect, Stroke, StrokeKind, pos2, vec2};

/// Height of a line of the legend.
const ROW: f32 = 18.0;
/// Height of the scale with its ends.
const SCALE: f32 = 26.0;

/// Colours of all layers for one frame.
pub struct Colours {
    /// Hue of every layer; `None` = no value to show.
    hues: Vec<Option<Color32>>,
    heat: Option<Heat>,
    kinds: Vec<OpKind>,
}

/// A quantity as colours.
struct Heat {
    quantity: HeatQuantity,
    /// `None` = no layer has a value above 0.
    scale: Option<Scale>,
    /// Number of layers whose value is not known.
    unknown: usize,
}

/// A logarithmic scale between the 5th and the 95th percentile.
pub struct Scale {
    /// The value that has the least colour; all below it have it as well.
    pub low: f64,
    /// The value that has the greatest colour.
    pub high: f64,
}

impl Colours {
    /// The colours the session asks for.
    pub fn new(cx: &Cx, device_of: &[usize]) -> Self {
        let layers = 0..cx.network.layers.len();
        let plain = |hues: Vec<Option<Color32>>| Self {
            hues,
            heat: None,
            kinds: Vec::new(),
        };
        match cx.session.colour_by {
            ColourBy::Partition => plain(device_of.iter().map(|&d| Some(cx.theme.device(d))).collect()),
            ColourBy::Operator => {
                let present = |kind: &OpKind| cx.network.layers.iter().any(|l| l.kind == *kind);
                Self {
                    kinds: OpKind::ALL.into_iter().filter(present).collect(),
                    ..plain(layers.map(|l| Some(cx.theme.kind(cx.network.layers[l].kind))).collect())
                }
            }
            ColourBy::Heat(quantity) => {
                let values: Vec<Option<f64>> = layers.map(|l| value(cx, quantity, l, device_of[l])).collect();
                let heat = Heat::new(quantity, &values);
                let hue = |v: &Option<f64>| Some(cx.theme.heat(heat.share((*v)?)));
                Self {
                    hues: values.iter().map(hue).collect(),
                    heat: Some(heat),
                    kinds: Vec::new(),
                }
            }
        }
    }

    /// Hue of a layer; grey where there is no value.
    pub fn hue(&self, theme: &Theme, layer: LayerId) -> Color32 {
        self.hues.get(layer).copied().flatten().unwrap_or(theme.grid)
    }

    /// Whether a quantity is shown that is not known of a layer.
    pub fn is_unknown(&self, layer: LayerId) -> bool {
        self.heat.is_some() && self.hues.get(layer).copied().flatten().is_none()
    }

    /// Draws the legend at the lower left corner of the canvas, where the meaning is not told by letters; that of a quantity with its place
    /// and its words.
    pub fn paint_legend(&self, painter: &Painter, theme: &Theme, view: Rect) -> Option<(Rect, String)> {
        if let Some(heat) = &self.heat {
            return Some((heat.paint(painter, theme, view)?, heat.spoken()));
        }
        if !self.kinds.is_empty() {
            paint_kinds(painter, theme, view, &self.kinds);
        }
        None
    }
}

impl Heat {
    fn new(quantity: HeatQuantity, values: &[Option<f64>]) -> Self {
        Self {
            quantity,
            scale: Scale::new(values),
            unknown: values.iter().filter(|value| value.is_none()).count(),
        }
    }

    /// Where a value lies, 0 to 1.
    fn share(&self, value: f64) -> f32 {
        self.scale.as_ref().map_or(0.0, |scale| scale.share(value))
    }

    /// The legend in one sentence.
    fn spoken(&self) -> String {
        let unit = unit(self.quantity);
        let scale = self.scale.as_ref().map(|scale| {
            let [low, high] = [scale.low, scale.high].map(|end| unit.format(end));
            format!("from {low} to {high}")
        });
        let parts: Vec<String> = scale.into_iter().chain(self.words()).collect();
        format!("{} per layer: {}", self.quantity.name(), parts.join("; "))
    }

    /// What the legend says below the scale.
    fn words(&self) -> Option<String> {
        match self.unknown {
            0 => None,
            1 => Some("not known: 1 layer".to_owned()),
            count => Some(format!("not known: {count} layers")),
        }
    }

    /// Draws the legend; its place. Nothing where there is nothing to say.
    fn paint(&self, painter: &Painter, theme: &Theme, view: Rect) -> Option<Rect> {
        let words = self.words();
        if self.scale.is_none() && words.is_none() {
            return None;
        }
        let rows = [
            ROW,
            if self.scale.is_some() { SCALE } else { 0.0 },
            if words.is_some() { ROW } else { 0.0 },
        ];
        let size = vec2(216.0, rows.iter().sum::<f32>() + 6.0);
        let corner = pos2(view.left() + 12.0, view.bottom() - 12.0);
        let frame = Align2::LEFT_BOTTOM.anchor_size(corner, size);
        paint_frame(painter, theme, frame);
        let font = FontId::proportional(theme::SMALL);
        let name = format!("{} per layer", self.quantity.name());
        let at = frame.min + vec2(10.0, 6.0);
        painter.text(at, Align2::LEFT_TOP, name, font.clone(), theme.text);
        if let Some(scale) = &self.scale {
            scale.paint(painter, theme, unit(self.quantity), frame);
        }
        if let Some(words) = words {
            let at = frame.left_bottom() + vec2(10.0, -12.0);
            let swatch = Rect::from_center_size(at + vec2(8.0, 0.0), vec2(16.0, 10.0));
            painter.rect_filled(swatch, CornerRadius::same(2), theme.tint(theme.grid));
            unknown(painter, theme, swatch, 4.0);
            painter.text(at + vec2(22.0, 0.0), Align2::LEFT_CENTER, words, font, theme.weak);
        }
        Some(frame)
    }
}

/// The hatch over what is not known.
pub fn unknown(painter: &Painter, theme: &Theme, rect: Rect, spacing: f32) {
    Hatch::Falling.paint(painter, rect, spacing, Stroke::new(1.0, theme.edge.gamma_multiply(0.5)));
}

impl Scale {
    /// The scale of some values; `None` = none of them is above 0.
    pub fn new(values: &[Option<f64>]) -> Option<Self> {
        let mut known: Vec<f64> = values
            .iter()
            .copied()
            .flatten()
            .filter(|v| *v > 0.0 && v.is_finite())
            .collect();
        known.sort_by(f64::total_cmp);
        let last = known.len().checked_sub(1)?;
        let at = |share: f64| known.get((last as f64 * share).round() as usize).copied();
        Some(Self {
            low: at(0.05)?,
            high: at(0.95)?,
        })
    }

    /// Where a value lies, 0 to 1, clipped.
    pub fn share(&self, value: f64) -> f32 {
        if value <= self.low {
            0.0
        } else if value >= self.high {
            1.0
        } else {
            ((value / self.low).ln() / (self.high / self.low).ln()) as f32
        }
    }

    /// The colours from the least to the greatest value, below the first line of a frame.
    fn paint(&self, painter: &Painter, theme: &Theme, unit: Unit, frame: Rect) {
        let font = FontId::proportional(theme::SMALL);
        let bar = Rect::from_min_size(frame.min + vec2(10.0, 23.0), vec2(frame.width() - 20.0, 7.0));
        let steps = 48;
        for step in 0..steps {
            let share = step as f32 / (steps - 1) as f32;
            let left = bar.left() + bar.width() * step as f32 / steps as f32;
            let piece = Rect::from_min_size(
                pos2(left, bar.top()),
                vec2(bar.width() / steps as f32 + 0.5, bar.height()),
            );
            painter.rect_filled(piece, CornerRadius::ZERO, theme.heat(share));
        }
        let ends = [
            (
                bar.left_bottom(),
                Align2::LEFT_TOP,
                format!("≤ {}", unit.format(self.low)),
            ),
            (
                bar.right_bottom(),
                Align2::RIGHT_TOP,
                format!("≥ {}", unit.format(self.high)),
            ),
        ];
        for (at, align, text) in ends {
            painter.text(at + vec2(0.0, 3.0), align, text, font.clone(), theme.weak);
        }
    }
}

/// The quantity of a layer; `None` = not known (yet).
pub fn value(cx: &Cx, quantity: HeatQuantity, layer: LayerId, device: usize) -> Option<f64> {
    let found = cx.network.layers.get(layer)?;
    let instance = cx.document.built(device)?;
    let cost = || cx.cost(device, layer)?.ok();
    let bytes_of = |tensors: &[usize]| -> f64 {
        let bytes = |&t: &usize| cx.network.tensors[t].bytes(instance.bits) as f64;
        tensors.iter().map(bytes).sum()
    };
    match quantity {
        HeatQuantity::Latency => cost().map(|c| c.latency_s),
        HeatQuantity::Energy => cost().map(|c| c.energy_j),
        // Where nobody knows the MACs, a model counts none, but their rate is not known to be 0.
        HeatQuantity::Utilisation => cost().filter(|_| found.macs.is_some())?.utilisation,
        HeatQuantity::Macs => found.macs.map(|m| m as f64),
        HeatQuantity::Params => Some(found.params as f64),
        HeatQuantity::OutputBytes => Some(bytes_of(&found.outputs)),
        HeatQuantity::Intensity => {
            let moved =
                found.weight_bytes(instance.weight_bits()) as f64 + bytes_of(&found.inputs) + bytes_of(&found.outputs);
            found.macs.filter(|_| moved > 0.0).map(|m| m as f64 / moved)
        }
    }
}

/// The unit of a quantity.
pub fn unit(quantity: HeatQuantity) -> Unit {
    match quantity {
        HeatQuantity::Latency => Unit::Seconds,
        HeatQuantity::Energy => Unit::Joules,
        HeatQuantity::Macs => Unit::Macs,
        HeatQuantity::Params => Unit::Count,
        HeatQuantity::OutputBytes => Unit::Bytes,
        HeatQuantity::Intensity => Unit::MacsPerByte,
        HeatQuantity::Utilisation => Unit::Percent,
    }
}

fn paint_kinds(painter: &Painter, theme: &Theme, view: Rect, kinds: &[OpKind]) {
    let line = 17.0;
    let height = line * kinds.len() as f32 + 10.0;
    let frame = Rect::from_min_size(
        pos2(view.left() + 12.0, view.bottom() - 12.0 - height),
        vec2(148.0, height),
    );
    paint_frame(painter, theme, frame);
    for (index, &kind) in kinds.iter().enumerate() {
        let at = frame.min + vec2(10.0, 5.0 + line * (index as f32 + 0.5));
        let swatch = Rect::from_center_size(at + vec2(5.0, 0.0), vec2(10.0, 10.0));
        painter.rect_filled(swatch, CornerRadius::same(2), theme.kind(kind));
        let font = FontId::proportional(theme::SMALL);
        painter.text(at + vec2(18.0, 0.0), Align2::LEFT_CENTER, kind.name(), font, theme.text);
    }
}

/// The ground of a legend or map on the canvas.
pub fn paint_frame(painter: &Painter, theme: &Theme, frame: Rect) {
    let stroke = Stroke::new(1.0, theme.grid);
    painter.rect(frame, CornerRadius::same(5), theme.panel, stroke, StrokeKind::Inside);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_logarithmic_and_clipped() {
        let values: Vec<Option<f64>> = [1.0, 10.0, 100.0].into_iter().map(Some).collect();
        let scale = Scale::new(&values).unwrap();
        assert_eq!(scale.share(0.5), 0.0);
        assert!((scale.share(10.0) - 0.5).abs() < 1e-6);
        assert_eq!(scale.share(1e6), 1.0);
        assert!(Scale::new(&[None, Some(0.0)]).is_none());
    }

    #[test]
    fn equal_values_have_one_colour() {
        let scale = Scale::new(&[Some(7.0); 5]).unwrap();
        assert_eq!(scale.share(7.0), 0.0);
    }

    #[test]
    fn what_is_not_known_is_counted_in_the_legend() {
        let heat = |values: &[Option<f64>]| Heat::new(HeatQuantity::Utilisation, values);
        assert_eq!(heat(&[Some(0.5), Some(0.0)]).words(), None);
        let some = heat(&[Some(0.5), None, Some(0.02)]);
        assert_eq!(some.words().as_deref(), Some("not known: 1 layer"));
        assert_eq!((some.share(0.5), some.share(0.0)), (1.0, 0.0));
        let none = heat(&[None, None]);
        assert!(none.scale.is_none());
        assert_eq!(none.words().as_deref(), Some("not known: 2 layers"));
        assert_eq!(unit(HeatQuantity::Utilisation).format(0.613), "61.3 %");
    }
}
