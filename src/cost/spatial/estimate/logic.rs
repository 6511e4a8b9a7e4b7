//! Adders, multipliers, registers and comparators in 40/45 nm at 5 ns, without scaling to other nodes: the figures of Accelergy's small-logic
//! table (Wu, Emer and Sze, ICCAD 2019), on which CNNParted's accelerators rest.

use super::{Estimate, PICO};

/// Bits of the operands the figures are given for.
const TABLE_BITS: f64 = 32.0;
const ADDER_PJ: f64 = 0.0857;
const IDLE_ADDER_PJ: f64 = 0.0119;
const MULTIPLIER_PJ: f64 = 8.63;
const COMPARATOR_PJ: f64 = 0.029015;
const REGISTER_BIT_PJ: f64 = 0.009;
const ADDER_UM2: f64 = 179.0;
const MULTIPLIER_UM2: f64 = 4600.0;
const COMPARATOR_UM2: f64 = 70.0;
const REGISTER_BIT_UM2: f64 = 5.98;
/// Bits of an address.
const ADDRESS_BITS: f64 = 16.0;

fn linear(value: f64, bits: f64) -> f64 {
    PICO * value * bits / TABLE_BITS
}

/// Joules of an addition of integers.
pub fn adder_j(bits: u32) -> f64 {
    linear(ADDER_PJ, f64::from(bits))
}

/// Joules of a multiplication of integers.
pub fn multiplier_j(bits: u32) -> f64 {
    PICO * MULTIPLIER_PJ * (f64::from(bits) / TABLE_BITS).powi(2)
}

/// Square metres of an adder.
pub fn adder_m2(bits: u32) -> f64 {
    linear(ADDER_UM2, f64::from(bits))
}

/// Square metres of a multiplier.
pub fn multiplier_m2(bits: u32) -> f64 {
    PICO * MULTIPLIER_UM2 * (f64::from(bits) / TABLE_BITS).powi(2)
}

/// A register file of `depth` rows (at least 1): the bits of one row, and a comparator of the address at every row.
pub(super) fn register_file(depth: f64, width_bits: f64) -> Estimate {
    let address_bits = depth.log2().ceil();
    let energy_j = PICO * REGISTER_BIT_PJ * width_bits + linear(COMPARATOR_PJ, address_bits) * depth;
    Estimate {
        read_energy_j: energy_j,
        write_energy_j: energy_j,
        area_m2: PICO * REGISTER_BIT_UM2 * width_bits + linear(COMPARATOR_UM2, address_bits) * depth,
        assumption: None,
    }
}

/// Joules per access and square metres of the two address generators of a “smart buffer”, one of which works at a time.
pub(super) fn address_generators() -> (f64, f64) {
    let energy_j = linear(ADDER_PJ, ADDRESS_BITS) + linear(IDLE_ADDER_PJ, ADDRESS_BITS);
    (energy_j, 2.0 * linear(ADDER_UM2, ADDRESS_BITS))
}
