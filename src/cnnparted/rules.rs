//! The rules of CNNParted that can be chosen: as published, faults included, or with those faults corrected.

/// One option per published fault that concerns the evaluation of a candidate. `true` = as published.
///
/// Two more published rules are no options, because what is right needs another kind of candidate: the whole live set moves
/// at every boundary although a platform may hold a tensor already, and memory is counted in elements and never enforced.
/// [`crate::design`] has the right rules for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// A transfer into a non-empty partition counts wherever its platform differs from that of the partition before, be that
    /// one empty, or from that of the last counted transfer. It invents transfers (A, empty B, A) and misses others.
    /// Corrected: empty partitions are dropped, neighbours on one platform merged, every boundary left is a transfer.
    pub phantom_transfers: bool,
    /// Moving the raw input to the first layer's platform costs nothing, which here means a cut right after `input`.
    pub free_input: bool,
    /// Limits on latency and energy are compared with totals to which the links' share is added once more.
    pub link_counted_twice: bool,
    /// A link with too little bandwidth makes a candidate infinitely slow but leaves it feasible.
    pub overrun_is_feasible: bool,
    /// With several links, the transfer into partition k uses link k counted from 0, so that the first link is never used.
    /// Corrected: it uses link k - 1.
    pub first_link_skipped: bool,
    /// A required width applies to every layer whose name is part of the requirement's, and to none whose own name
    /// contains `input` or `output`. Corrected: names must agree, and only the two pseudo layers are exempt.
    pub bits_by_substring: bool,
    /// Of widths per layer only half the value is compared with the required width.
    pub layer_bits_halved: bool,
    /// Weights of a grouped convolution are not divided by the number of groups.
    pub grouped_weights_whole: bool,
    /// Energy over an interposer is the average power over a frame period times the duration of the transfer.
    pub interposer_energy_averaged: bool,
    /// Energy-efficient Ethernet counts the frame headers twice and adds the time to fall asleep instead of taking it off.
    pub eee_published: bool,
    /// Bluetooth divides bytes by bits per second, and counts a single full packet as empty.
    pub ble_published: bool,
}

impl Rules {
    /// As published, every fault included.
    pub const fn cnnparted() -> Self {
        Self::all(true)
    }

    /// With all these faults corrected.
    pub const fn corrected() -> Self {
        Self::all(false)
    }

    const fn all(published: bool) -> Self {
        Self {
            phantom_transfers: published,
            free_input: published,
            link_counted_twice: published,
            overrun_is_feasible: published,
            first_link_skipped: published,
            bits_by_substring: published,
            layer_bits_halved: published,
            grouped_weights_whole: published,
            interposer_energy_averaged: published,
            eee_published: published,
            ble_published: published,
        }
    }
}
