//! Levels and MAC units whose sizes change: numbers that are given change in the same proportion as their estimates, so that published
//! ones stay exact where nothing changes.

use super::{Estimate, estimate, estimate_mac};
use crate::cost::spatial::architecture::{Level, Mac};

/// `given` in the proportion of two estimates; the estimate itself where there is nothing to scale.
fn scaled(given: f64, old: f64, new: f64) -> f64 {
    let factor = new / old;
    if given > 0.0 && old > 0.0 && factor.is_finite() {
        given * factor
    } else {
        new
    }
}

impl Level {
    /// The level after `change` of its capacity, widths or storage, energies and area scaled along; with what had to be assumed. A change
    /// that leaves the estimates as they are leaves the numbers as they are.
    pub fn changed(&self, change: impl FnOnce(&mut Self)) -> (Self, Option<String>) {
        let mut changed = self.clone();
        change(&mut changed);
        let (old, new) = (estimate(self), estimate(&changed));
        let unchanged = |estimate: &Estimate| (estimate.read_energy_j, estimate.write_energy_j, estimate.area_m2);
        if unchanged(&old) == unchanged(&new) {
            return (changed, None);
        }
        changed.read_energy_j = scaled(self.read_energy_j, old.read_energy_j, new.read_energy_j);
        changed.write_energy_j = scaled(self.write_energy_j, old.write_energy_j, new.write_energy_j);
        changed.area_m2 = scaled(self.area_m2, old.area_m2, new.area_m2);
        (changed, new.assumption.or(old.assumption))
    }

    /// The level with another capacity.
    pub fn resized(&self, words: Option<u64>) -> (Self, Option<String>) {
        self.changed(|level| level.capacity_words = words)
    }
}

impl Mac {
    /// The units with operands of another width, energy and area scaled along.
    pub fn resized(&self, bits: u32) -> Self {
        let mut changed = self.clone();
        if bits != self.bits {
            let (old, new) = (estimate_mac(self.bits), estimate_mac(bits));
            changed.bits = bits;
            changed.energy_j = scaled(self.energy_j, old.read_energy_j, new.read_energy_j);
            changed.area_m2 = scaled(self.area_m2, old.area_m2, new.area_m2);
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::spatial::architecture::StorageClass;
    use crate::cost::spatial::estimate::tests::level;

    #[test]
    fn given_numbers_change_in_proportion() {
        let mut buffer = level(StorageClass::Sram, Some(2048), 64);
        (buffer.read_energy_j, buffer.write_energy_j, buffer.area_m2) = (1e-11, 2e-11, 3e-8);
        assert_eq!(buffer.resized(Some(2048)), (buffer.clone(), None));
        let (larger, assumption) = buffer.resized(Some(4096));
        let factor = estimate(&larger).read_energy_j / estimate(&buffer).read_energy_j;
        assert!(factor > 1.2 && (larger.read_energy_j / buffer.read_energy_j / factor - 1.0).abs() < 1e-12);
        assert_eq!(assumption, None);
        // The way back leads to where it began.
        let (back, _) = larger.resized(Some(2048));
        assert!((back.area_m2 / buffer.area_m2 - 1.0).abs() < 1e-12);
        let (huge, assumption) = buffer.resized(Some(1 << 20));
        assert!(huge.area_m2 > larger.area_m2);
        assert!(assumption.unwrap().contains("extrapolated"));
    }

    #[test]
    fn what_was_not_given_is_estimated() {
        let nothing = level(StorageClass::RegisterFile, Some(16), 16);
        let (changed, _) = nothing.resized(Some(32));
        assert_eq!(changed.read_energy_j, estimate(&changed).read_energy_j);
        let mac = Mac {
            bits: 16,
            mesh_x: 1,
            mesh_y: 1,
            energy_j: 4.0,
            area_m2: 0.0,
        };
        let narrow = mac.resized(8);
        assert!((narrow.energy_j - 4.0 * 0.5608 / 2.20035).abs() < 1e-3);
        assert_eq!(narrow.area_m2, estimate_mac(8).area_m2);
        assert_eq!(mac.resized(16), mac);
    }
}
