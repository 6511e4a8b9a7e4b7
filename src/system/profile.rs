//! The numbers of a measured device by name, and what makes one unusable.

use crate::cost::profile::Profile;
use crate::cost::profile::device::MOST_COSTS;
use crate::network::blocks::MOST_BLOCKS;
use crate::presets::Allowed::{AboveZero, NotNegative};
use crate::presets::{Fault, Parameter};
use crate::units::Unit;
use std::collections::BTreeSet;

impl Profile {
    /// Every number with its name, unit and range; measured costs are not among them.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let clock = self.clock_hz;
        let clock = clock.map(|hz| Parameter::new("clock_hz", hz as f64, Unit::Hertz, AboveZero));
        let load = Parameter::new("load", self.load, Unit::Percent, AboveZero);
        let battery = self.battery_j;
        let battery = battery.map(|joules| Parameter::new("battery_j", joules, Unit::Joules, AboveZero));
        clock.into_iter().chain([load]).chain(battery).collect()
    }

    /// Everything wrong beyond single numbers.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let fault = |parameter: &str, problem: String| Fault {
            parameter: parameter.to_owned(),
            problem,
        };
        let mut faults = Vec::new();
        let blocks = self.blocks.len();
        if !(1..=MOST_BLOCKS).contains(&blocks) {
            faults.push(fault("blocks", format!("are {blocks}, must be 1 to {MOST_BLOCKS}")));
        }
        if self.bundles.blocks() != blocks {
            let problem = format!("are of {} blocks, must be of {blocks}", self.bundles.blocks());
            faults.push(fault("bundles", problem));
        }
        let mut seen = BTreeSet::new();
        for (index, block) in self.blocks.iter().enumerate() {
            let at = format!("blocks[{index}].layers");
            if block.layers.is_empty() {
                faults.push(fault(&at, "are none, must be at least one".to_owned()));
            }
            if let Some(twice) = block.layers.iter().find(|name| !seen.insert(name.as_str())) {
                faults.push(fault(
                    &at,
                    format!("name {twice} a second time, must name every layer once"),
                ));
            }
        }
        faults.extend(self.bundle_faults());
        let clocks = self.clocks();
        let is_measured = match self.clock_hz {
            Some(clock) => clocks.contains(&clock),
            None => self.bundles.clocks().contains(&None),
        };
        if !is_measured && faults.is_empty() {
            let known: Vec<String> = clocks.iter().map(|hz| format!("{} MHz", *hz as f64 / 1e6)).collect();
            let known = match known.is_empty() {
                true => "none, as the profile has no clocks".to_owned(),
                false => format!("one of {}", known.join(", ")),
            };
            let is = self
                .clock_hz
                .map_or("none".to_owned(), |hz| format!("{} MHz", hz as f64 / 1e6));
            faults.push(fault("clock_hz", format!("is {is}, must be {known}")));
        }
        if self.longest == Some(0) {
            faults.push(fault("longest", "is 0, must be at least 1".to_owned()));
        }
        faults
    }

    fn bundle_faults(&self) -> Vec<Fault> {
        let count = self.bundles.iter().count();
        let whole = |problem: String| Fault {
            parameter: "bundles.rows".to_owned(),
            problem,
        };
        if !(1..=MOST_COSTS).contains(&count) {
            return vec![whole(format!("are {count}, must be 1 to {MOST_COSTS}"))];
        }
        let blocks = self.blocks.len();
        let of_bundle = self.bundles.iter().flat_map(|((first, last), cost)| {
            let name = |field: &str| format!("bundles {first} to {last}: {field}");
            let span = (first > last || last >= blocks).then(|| Fault {
                parameter: "bundles.rows".to_owned(),
                problem: format!("hold blocks {first} to {last}, must be of the {blocks} from 0"),
            });
            let latency = Parameter::new(name("latency_s"), cost.latency_s, Unit::Seconds, NotNegative);
            let energy = cost.energy_j;
            let energy = energy.map(|joules| Parameter::new(name("energy_j"), joules, Unit::Joules, NotNegative));
            let numbers = std::iter::once(latency).chain(energy);
            span.into_iter().chain(numbers.filter_map(|number| number.fault()))
        });
        // One is enough to refuse a profile; thousands would only fill the screen.
        of_bundle.take(5).collect()
    }
}
