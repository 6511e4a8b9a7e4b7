//! SRAM: CACTI 7 results for 45 nm and two read-write ports, read between their points.
//!
//! Between sizes energies and areas follow a power law (straight lines in a log-log plot), between widths a straight line, and the nearest
//! number of banks is taken. Outside the table the last line goes on, which is said in words.

use super::{Estimate, PICO};

/// A result of CACTI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Banks.
    pub banks: u32,
    /// Bits of an access.
    pub width_bits: u32,
    /// Bytes in all.
    pub size_bytes: u64,
    /// Picojoules of a read and of a write, square micrometres.
    pub values: [f64; 3],
}

const fn point(banks: u32, width_bits: u32, size_bytes: u64, values: [f64; 3]) -> Point {
    Point {
        banks,
        width_bits,
        size_bytes,
        values,
    }
}

/// Results of CACTI 7 (commit 1ffd8df) through Accelergy's CACTI plug-in (commit 4cfdd87, default settings), 45 nm, ordered by banks, width,
/// size. No width has fewer than two sizes.
pub const TABLE: [Point; 15] = [
    point(1, 16, 512, [0.82908, 1.31187, 3_939.55]),
    point(1, 16, 4_096, [4.19859, 3.17537, 29_198.6]),
    point(1, 16, 32_768, [14.5541, 9.24231, 219_323.0]),
    point(1, 64, 512, [1.67141, 2.83219, 4_620.93]),
    point(1, 64, 4_096, [4.1644, 8.08814, 28_373.4]),
    point(1, 64, 32_768, [21.462, 19.432, 191_355.0]),
    point(4, 64, 16_384, [23.4536, 24.5241, 161_507.0]),
    point(4, 64, 65_536, [46.1574, 45.047, 484_228.0]),
    point(4, 64, 262_144, [101.572, 86.2898, 1_618_010.0]),
    point(4, 128, 16_384, [45.4958, 49.3581, 221_872.0]),
    point(4, 128, 65_536, [81.9386, 86.43, 586_260.0]),
    point(4, 128, 262_144, [164.0, 159.94, 1_793_110.0]),
    point(4, 128, 1_048_576, [333.414, 325.676, 7_092_230.0]),
    point(4, 256, 16_384, [103.456, 111.788, 370_284.0]),
    point(4, 256, 65_536, [167.042, 182.737, 822_458.0]),
];

/// Single results of the same program for other numbers of banks: the buffer of CNNParted's Eyeriss. What [`TABLE`] says for its nearest
/// number of banks is scaled to meet them.
pub const OTHER_BANKS: [Point; 1] = [point(32, 64, 131_072, [74.0954, 75.166, 1_162_370.0])];

/// Energy and area of an SRAM of so many bytes (at least 1), from [`TABLE`] or another table ordered as it is and with two sizes of some
/// width for every number of banks.
pub fn interpolate(table: &[Point], bytes: f64, width_bits: f64, banks: u32) -> Estimate {
    let nearest = table.iter().map(|point| point.banks);
    let nearest = nearest.min_by_key(|&other| (other.abs_diff(banks), other)).unwrap_or(1);
    let curves: Vec<&[Point]> = table
        .chunk_by(|a, b| (a.banks, a.width_bits) == (b.banks, b.width_bits))
        .filter(|curve| curve[0].banks == nearest && curve.len() > 1)
        .collect();
    let mut remarks = Vec::new();
    let single = OTHER_BANKS
        .iter()
        .find(|point| point.banks == banks && banks != nearest);
    if let Some(single) = single {
        if (f64::from(single.width_bits), single.size_bytes as f64) != (width_bits, bytes) {
            let (size, width) = (single.size_bytes, single.width_bits);
            remarks.push(format!(
                "{banks} banks scaled from one result for {size} byte and {width} bit"
            ));
        }
    } else if nearest != banks {
        remarks.push(format!("{banks} banks taken as {nearest}"));
    }
    let width = |curve: &[Point]| f64::from(curve[0].width_bits);
    // The two widths around the one asked for, or the two nearest.
    let above = curves.iter().position(|curve| width(curve) >= width_bits);
    let above = above.unwrap_or(curves.len() - 1).max(1).min(curves.len() - 1);
    let (low, high) = (curves[above.saturating_sub(1)], curves[above]);
    let (narrowest, widest) = (width(curves[0]), width(curves[curves.len() - 1]));
    if width_bits < narrowest || width_bits > widest {
        let end = if width_bits < narrowest { narrowest } else { widest };
        remarks.push(format!("a width of {width_bits} bit extrapolated from {end}"));
    }
    let used: Vec<&[Point]> = if width(low) == width_bits {
        vec![low]
    } else if width(high) == width_bits {
        vec![high]
    } else {
        vec![low, high]
    };
    let least = used.iter().map(|curve| curve[0].size_bytes).max().unwrap_or(0);
    let most = used.iter().map(|curve| curve[curve.len() - 1].size_bytes).min();
    let most = most.unwrap_or(u64::MAX);
    if bytes < least as f64 || bytes > most as f64 {
        let end = if bytes < least as f64 { least } else { most };
        remarks.push(format!("a size of {bytes} byte extrapolated from {end}"));
    }
    let at = |value: usize, bytes: f64, width_bits: f64| {
        let [first, second] = [low, high].map(|curve| along_size(curve, value, bytes));
        along_width((width(low), first), (width(high), second), width_bits)
    };
    let [read, write, area] = std::array::from_fn(|value| {
        let of_table = at(value, bytes, width_bits);
        match single {
            Some(single) => {
                let there = at(value, single.size_bytes as f64, f64::from(single.width_bits));
                of_table * single.values[value] / there
            }
            None => of_table,
        }
    });
    let joined = remarks.join(", ");
    Estimate {
        read_energy_j: PICO * read,
        write_energy_j: PICO * write,
        area_m2: PICO * area,
        assumption: (!joined.is_empty()).then(|| format!("SRAM table (CACTI, 45 nm): {joined}")),
    }
}

/// A value of a curve (at least two sizes, ascending) at a size, along the power law through the two points around or nearest to it.
fn along_size(curve: &[Point], value: usize, bytes: f64) -> f64 {
    let above = curve.partition_point(|point| (point.size_bytes as f64) < bytes);
    let above = above.clamp(1, curve.len() - 1);
    let (a, b) = (&curve[above - 1], &curve[above]);
    let [from, to] = [a, b].map(|point| (point.size_bytes as f64).ln());
    let share = (bytes.ln() - from) / (to - from);
    (a.values[value].ln() * (1.0 - share) + b.values[value].ln() * share).exp()
}

/// The straight line through the values at two widths, which outside them neither falls towards the wider nor rises towards the narrower
/// memory, nor falls faster than the width itself.
fn along_width(low: (f64, f64), high: (f64, f64), width_bits: f64) -> f64 {
    if low.0 == high.0 {
        return low.1 * width_bits / low.0;
    }
    let share = (width_bits - low.0) / (high.0 - low.0);
    let line = low.1 + (high.1 - low.1) * share;
    if share < 0.0 {
        line.clamp(low.1 * width_bits / low.0, low.1)
    } else if share > 1.0 {
        line.clamp(high.1, high.1 * width_bits / high.0)
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_met_at_its_points() {
        for point in TABLE {
            let found = interpolate(
                &TABLE,
                point.size_bytes as f64,
                f64::from(point.width_bits),
                point.banks,
            );
            let values = [found.read_energy_j, found.write_energy_j, found.area_m2];
            for (ours, expected) in values.iter().zip(point.values) {
                assert!((ours / PICO / expected - 1.0).abs() < 1e-12, "{point:?}: {found:?}");
            }
            assert_eq!(found.assumption, None, "{point:?}");
        }
    }

    #[test]
    fn single_results_are_met() {
        for point in OTHER_BANKS {
            let found = interpolate(
                &TABLE,
                point.size_bytes as f64,
                f64::from(point.width_bits),
                point.banks,
            );
            assert!((found.write_energy_j / PICO / point.values[1] - 1.0).abs() < 1e-12);
            assert_eq!(found.assumption, None);
        }
    }

    #[test]
    fn what_lies_outside_is_said() {
        let words = |bytes, width, banks| interpolate(&TABLE, bytes, width, banks).assumption.unwrap();
        assert_eq!(
            words(864_000.0, 64.0, 32),
            "SRAM table (CACTI, 45 nm): 32 banks scaled from one result for 131072 byte and 64 bit, a size of 864000 byte \
             extrapolated from 262144"
        );
        assert!(words(8192.0, 64.0, 2).contains("2 banks taken as 1"));
        assert!(words(65536.0, 512.0, 4).contains("a width of 512 bit extrapolated from 256"));
        assert!(words(128.0, 16.0, 1).contains("a size of 128 byte extrapolated from 512"));
        assert_eq!(interpolate(&TABLE, 100_000.0, 100.0, 4).assumption, None);
    }

    #[test]
    fn larger_and_wider_never_becomes_cheaper_beyond_the_table() {
        for banks in [1, 2, 4, 32] {
            for width in [1.0, 8.0, 16.0, 64.0, 256.0, 1024.0, 4096.0] {
                let at = |bytes: f64| interpolate(&TABLE, bytes, width, banks);
                let (small, large) = (at(1e6), at(1e9));
                assert!(small.read_energy_j > 0.0 && small.read_energy_j < large.read_energy_j);
                assert!(small.area_m2 > 0.0 && small.area_m2 < large.area_m2);
            }
        }
    }
}
