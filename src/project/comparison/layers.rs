//! Layer by layer: what each costs in every design, and which differences are worth showing.

use super::Change;
use crate::network::LayerId;
use crate::units::Unit;
use serde::{Deserialize, Serialize};

/// What is compared of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Measure {
    /// Seconds on its device.
    #[default]
    Latency,
    /// Joules on its device.
    Energy,
}

impl Measure {
    /// Its name in the window.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Energy => "energy",
        }
    }

    /// The unit of its numbers.
    pub fn unit(self) -> Unit {
        match self {
            Self::Latency => Unit::Seconds,
            Self::Energy => Unit::Joules,
        }
    }
}

/// A layer in every design.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedLayer {
    /// The layer.
    pub layer: LayerId,
    /// Its place in the schedule, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// By design; `None` where a design's layers cannot be compared.
    pub costs: Vec<Option<LayerCost>>,
}

/// What a layer costs in one design.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerCost {
    /// Index of its device.
    pub device: usize,
    /// Seconds or joules, or why the device cannot run it.
    pub value: Result<f64, String>,
}

/// What a threshold is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Of {
    /// The layer's own number in the base.
    Layer,
    /// The number of the whole base design.
    #[default]
    Design,
}

/// From which difference on a layer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Threshold {
    /// Smaller shares are hidden; `None` = nothing is.
    pub share: Option<f64>,
    /// What it is a share of.
    pub of: Of,
}

impl ComparedLayer {
    fn value(&self, design: usize) -> Option<Option<f64>> {
        let cost = self.costs.get(design)?.as_ref()?;
        Some(cost.value.as_ref().ok().copied())
    }

    /// The difference of a design to the base; `None` for the base itself and where one of both has no number.
    pub fn change(&self, design: usize, base: usize) -> Option<Change> {
        (design != base).then_some(())?;
        Some(Change::new(self.value(design)??, self.value(base)??))
    }

    /// The largest difference of any design to the base, without its sign; infinite where only one of both devices can run the layer.
    pub fn difference(&self, base: usize) -> f64 {
        let difference = |design: usize| match (self.value(design)?, self.value(base)?) {
            (Some(now), Some(before)) => Some(Change::new(now, before).absolute.abs()),
            (None, None) => Some(0.0),
            _ => Some(f64::INFINITY),
        };
        (0..self.costs.len()).filter_map(difference).fold(0.0, f64::max)
    }

    /// Whether a threshold lets the layer through; `whole` is the number of the whole base design.
    pub fn passes(&self, threshold: Threshold, base: usize, whole: Option<f64>) -> bool {
        let Some(share) = threshold.share.filter(|share| share.is_finite()) else {
            return true;
        };
        let measured_by = match threshold.of {
            Of::Layer => self.value(base).flatten(),
            Of::Design => whole,
        };
        let difference = self.difference(base);
        // Without a number to take a share of, any difference counts.
        difference > 0.0 && difference >= share * measured_by.filter(|by| by.is_finite()).unwrap_or(0.0)
    }
}

/// Sums over layers by design; `None` where a design's layers cannot be compared or one of them cannot run.
pub fn sums(layers: &[ComparedLayer], designs: usize) -> Vec<Option<f64>> {
    let sum = |design: usize| layers.iter().map(|layer| layer.value(design).flatten()).sum();
    (0..designs).map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(values: &[Option<f64>]) -> ComparedLayer {
        let cost = |value: &Option<f64>| {
            Some(LayerCost {
                device: 0,
                value: value.ok_or_else(|| "no 16 bit arithmetic".to_owned()),
            })
        };
        ComparedLayer {
            layer: 0,
            number: 1,
            name: "conv".into(),
            costs: values.iter().map(cost).collect(),
        }
    }

    fn passes(values: &[Option<f64>], share: f64, of: Of) -> bool {
        let share = Some(share);
        layer(values).passes(Threshold { share, of }, 0, Some(100.0))
    }

    #[test]
    fn the_largest_difference_decides() {
        let values = [Some(4.0), Some(5.0), Some(1.0)];
        assert_eq!(layer(&values).difference(0), 3.0);
        assert!(passes(&values, 0.03, Of::Design) && !passes(&values, 0.031, Of::Design));
        assert!(passes(&values, 0.75, Of::Layer) && !passes(&values, 0.76, Of::Layer));
    }

    #[test]
    fn equal_layers_are_hidden_and_impossible_ones_shown() {
        assert!(!passes(&[Some(4.0), Some(4.0)], 0.0, Of::Layer));
        assert!(!passes(&[None, None], 0.5, Of::Design));
        assert!(passes(&[None, Some(1.0)], 0.9, Of::Layer));
        assert!(passes(&[Some(0.0), Some(1.0)], 5.0, Of::Layer));
        assert!(layer(&[Some(4.0), Some(4.0)]).passes(Threshold::default(), 0, None));
    }

    #[test]
    fn a_design_without_layers_is_left_out() {
        let mut layer = layer(&[Some(4.0), Some(6.0), Some(1.0)]);
        layer.costs[2] = None;
        assert_eq!(layer.difference(0), 2.0);
        assert_eq!(layer.change(1, 0).unwrap().absolute, 2.0);
        assert_eq!(layer.change(2, 0), None);
        assert_eq!(sums(&[layer.clone(), layer], 3), [Some(8.0), Some(12.0), None]);
    }
}
