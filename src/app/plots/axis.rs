//! Axes in engineering units, linear or logarithmic.
//!
//! Plot coordinates are the number on the axis' scale (linear) or the decimal logarithm of the number in the unit without prefix (logarithmic:
//! decades of bits, not of bytes), so that the plot itself stays linear and only the ticks know better. On a reversed axis they are negated: what is better the larger
//! it is still gets better towards the lower left.

use crate::units::{Scale, Unit};
use egui_plot::{GridInput, GridMark};

/// Least distance between grid lines in points; [`GridInput::base_step_size`] is measured in it.
pub const GRID_POINTS: f32 = 8.0;

/// Decades from which on ticks carry their own prefix instead of sharing one.
const DECADES_OF_ONE_PREFIX: f64 = 4.0;

/// One axis of a plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    name: &'static str,
    unit: Unit,
    log: bool,
    reversed: bool,
    scale: Scale,
    shares_prefix: bool,
    tick_points: f32,
}

impl Axis {
    /// An axis for values from `low` to `high` (SI), with ticks about `tick_points` apart or more.
    pub fn new(name: &'static str, unit: Unit, log: bool, [low, high]: [f64; 2], tick_points: f32) -> Self {
        let decades = if low > 0.0 { (high / low).log10() } else { 0.0 };
        Self {
            name,
            unit,
            log,
            reversed: false,
            scale: unit.scale_for(high),
            shares_prefix: !log || decades < DECADES_OF_ONE_PREFIX,
            tick_points,
        }
    }

    /// The same axis with its large values at the left or at the bottom, if `reversed`.
    #[must_use]
    pub fn reversed(mut self, reversed: bool) -> Self {
        self.reversed = reversed;
        self
    }

    /// The same axis with ticks in the unit itself: for what nobody thinks of in thousands.
    #[must_use]
    pub fn without_prefix(mut self) -> Self {
        self.scale = self.unit.scale_for(0.0);
        self.shares_prefix = true;
        self
    }

    /// The coordinate of an SI value; `None` where the axis has no place for it (not finite, or not positive on a
    /// logarithmic axis).
    pub fn coordinate(&self, value: f64) -> Option<f64> {
        let coordinate = if self.log {
            (value / self.plain()).log10()
        } else {
            value / self.scale.factor
        };
        coordinate.is_finite().then_some(self.directed(coordinate))
    }

    /// The SI value at a coordinate.
    pub fn value(&self, coordinate: f64) -> f64 {
        let coordinate = self.directed(coordinate);
        if self.log {
            10_f64.powf(coordinate) * self.plain()
        } else {
            coordinate * self.scale.factor
        }
    }

    /// SI value of one of the unit without prefix.
    fn plain(&self) -> f64 {
        self.unit.scale_for(0.0).factor
    }

    fn directed(&self, coordinate: f64) -> f64 {
        if self.reversed { -coordinate } else { coordinate }
    }

    /// What it shows.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The unit its ticks share.
    pub fn symbol(&self) -> &str {
        &self.scale.symbol
    }

    /// Name, unit and scale: `latency (ms, log)`.
    pub fn title(&self) -> String {
        match (self.shares_prefix, self.log) {
            (true, true) => format!("{} ({}, log)", self.name, self.scale.symbol),
            (true, false) => format!("{} ({})", self.name, self.scale.symbol),
            (false, _) => format!("{} (log)", self.name),
        }
    }

    /// Where lines of the grid stand.
    pub fn marks(&self, input: &GridInput) -> Vec<GridMark> {
        let (low, high) = match input.bounds {
            (low, high) if self.reversed => (-high, -low),
            bounds => bounds,
        };
        let per_tick = input.base_step_size * f64::from(self.tick_points / GRID_POINTS);
        if !(low < high && per_tick > 0.0 && (high - low).is_finite()) {
            return Vec::new();
        }
        let mut marks = if self.log {
            logarithmic_marks(low, high, per_tick)
        } else {
            linear_marks(low, high, nice_step(per_tick))
        };
        for mark in &mut marks {
            mark.value = self.directed(mark.value);
        }
        marks
    }

    /// The text at a mark.
    pub fn tick(&self, mark: &GridMark) -> String {
        let value = self.value(mark.value);
        if !self.log {
            return self.scale.print(value, mark.step_size * self.scale.factor);
        }
        if !self.shares_prefix {
            let printed = self.unit.print(value);
            return format!("{} {}", trimmed(printed.number), printed.unit);
        }
        // Three significant digits tell neighbours apart: the steps are never finer than a hundredth of the value.
        let digit = 10_f64.powf((value / self.plain()).log10().floor() - 2.0) * self.plain();
        trimmed(self.scale.print(value, digit))
    }
}

/// Without zeros behind the point.
fn trimmed(number: String) -> String {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        number
    }
}

/// The smallest 1, 2 or 5 times a power of ten that is not below `least` (> 0).
fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let found = [1.0, 2.0, 5.0].into_iter().find(|m| m * power >= least * 0.999_999);
    found.map_or(power * 10.0, |m| m * power)
}

fn linear_marks(low: f64, high: f64, step: f64) -> Vec<GridMark> {
    let first = (low / step).ceil();
    // More than a few hundred cannot be: a step is at least some points wide. The bound keeps rounding harmless.
    let count = ((high / step).floor() - first).clamp(-1.0, 500.0) as i32;
    (0..=count)
        .map(|i| GridMark {
            value: (first + f64::from(i)) * step,
            step_size: step,
        })
        .collect()
}

/// Whole decades where many are shown, 1-2-5 where few are, and a linear grid within less than a decade.
fn logarithmic_marks(low: f64, high: f64, per_tick: f64) -> Vec<GridMark> {
    // The step is only used to hide what is too narrow; these marks are chosen wide enough.
    let mark = |value: f64| GridMark {
        value,
        step_size: per_tick * 4.0,
    };
    if high - low < 0.7 {
        let (from, to) = (10_f64.powf(low), 10_f64.powf(high));
        let step = nice_step((to - from) * per_tick / (high - low));
        return linear_marks(from, to, step)
            .into_iter()
            .filter(|m| m.value > 0.0)
            .map(|m| mark(m.value.log10()))
            .collect();
    }
    let multiples: &[f64] = if per_tick < 0.3 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let stride = per_tick.ceil().max(1.0) as usize;
    let first = low.floor().max(-400.0) as i32;
    let last = high.ceil().min(400.0) as i32;
    let decades = (first..=last).filter(|d| d.rem_euclid(stride as i32) == 0);
    decades
        .flat_map(|decade| multiples.iter().map(move |m| f64::from(decade) + m.log10()))
        .filter(|v| (low..=high).contains(v))
        .map(mark)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis, bounds: (f64, f64), points: f64) -> Vec<String> {
        let input = GridInput {
            bounds,
            base_step_size: (bounds.1 - bounds.0) / points * f64::from(GRID_POINTS),
        };
        axis.marks(&input).iter().map(|m| axis.tick(m)).collect()
    }

    #[test]
    fn linear_ticks_share_one_prefix() {
        let axis = Axis::new("latency", Unit::Seconds, false, [0.011, 0.048], 60.0);
        assert_eq!(axis.title(), "latency (ms)");
        assert_eq!(axis.coordinate(0.020), Some(20.0));
        assert_eq!(texts(&axis, (10.0, 50.0), 300.0), ["10", "20", "30", "40", "50"]);
        assert_eq!(axis.coordinate(f64::INFINITY), None);
    }

    #[test]
    fn logarithmic_ticks_are_one_two_five() {
        let axis = Axis::new("energy", Unit::Joules, true, [0.8e-3, 0.06], 40.0);
        assert_eq!(axis.title(), "energy (mJ, log)");
        assert_eq!(texts(&axis, (-3.0, -1.2), 400.0), ["1", "2", "5", "10", "20", "50"]);
        assert_eq!(axis.coordinate(0.0), None);
    }

    #[test]
    fn a_logarithmic_axis_zoomed_in_or_out_keeps_readable_ticks() {
        let wide = Axis::new("latency", Unit::Seconds, true, [1e-6, 100.0], 60.0);
        assert_eq!(wide.title(), "latency (log)");
        let ticks = texts(&wide, (-6.0, 2.0), 300.0);
        assert_eq!(ticks, ["1 µs", "100 µs", "10 ms", "1 s", "100 s"]);
        let narrow = Axis::new("latency", Unit::Seconds, true, [0.0101, 0.0109], 60.0);
        let (low, high) = (0.0101_f64.log10(), 0.0109_f64.log10());
        assert_eq!(texts(&narrow, (low, high), 300.0), ["10.2", "10.4", "10.6", "10.8"]);
    }

    #[test]
    fn decades_are_those_of_the_unit_that_is_read() {
        let axis = Axis::new("rate", Unit::BitsPerSecond, true, [1e5 / 8.0, 1e9 / 8.0], 60.0);
        assert_eq!(axis.coordinate(1e6 / 8.0), Some(6.0));
        assert_eq!(
            texts(&axis, (5.0, 9.0), 300.0),
            ["100 kbit/s", "1 Mbit/s", "10 Mbit/s", "100 Mbit/s", "1 Gbit/s"]
        );
        let share = Axis::new("speed", Unit::Percent, true, [0.1, 10.0], 60.0);
        assert_eq!(texts(&share, (1.0, 3.0), 240.0), ["10", "100", "1000"]);
    }

    #[test]
    fn ticks_without_prefix_are_in_the_unit_itself() {
        let axis = Axis::new("intensity", Unit::MacsPerByte, true, [0.1, 1e5], 40.0).without_prefix();
        assert_eq!(axis.title(), "intensity (MAC/B, log)");
        assert_eq!(texts(&axis, (-1.0, 1.0), 90.0), ["0.1", "1", "10"]);
        assert_eq!(texts(&axis, (3.0, 5.0), 90.0), ["1000", "10000", "100000"]);
    }

    #[test]
    fn a_reversed_axis_counts_down() {
        let axis = Axis::new("throughput", Unit::PerSecond, false, [5.0, 40.0], 60.0).reversed(true);
        assert_eq!(axis.coordinate(20.0), Some(-20.0));
        assert_eq!(axis.value(-20.0), 20.0);
        assert_eq!(texts(&axis, (-40.0, -10.0), 240.0), ["10", "20", "30", "40"]);
        let log = Axis::new("throughput", Unit::PerSecond, true, [1.0, 100.0], 40.0).reversed(true);
        assert_eq!(texts(&log, (-2.0, 0.0), 200.0), ["1", "10", "100"]);
    }

    #[test]
    fn absurd_bounds_give_no_marks() {
        let axis = Axis::new("latency", Unit::Seconds, false, [0.0, 0.0], 60.0);
        assert!(texts(&axis, (1.0, 1.0), 100.0).is_empty());
        assert!(texts(&axis, (f64::NEG_INFINITY, f64::INFINITY), 100.0).is_empty());
    }
}
