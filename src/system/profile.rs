//! The numbers of a measured device by name, and what makes one unusable.

use crate::cost::profile::Profile;
use crate::cost::profile::device::MOST_COSTS;
use crate::network::blocks::MOST_BLOCKS;
use crate::presets::Allowed::{AboveZero, NotNegative};
use crate::presets::{Fault, Parameter};
use crate::units::{Unit, clock};
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
        if let Some(sizes) = &self.sizes
            && sizes.bytes.len() != blocks + 1
        {
            let problem = format!("are {}, must be {}", sizes.bytes.len(), blocks + 1);
            faults.push(fault("sizes.bytes", problem));
        }
        faults.extend(self.bundle_faults());
        let clocks = self.clocks();
        let is_measured = match self.clock_hz {
            Some(clock) => clocks.contains(&clock),
            None => self.bundles.clocks().contains(&None),
        };
        if !is_measured && faults.is_empty() {
            let known: Vec<String> = clocks.iter().copied().map(clock).collect();
            let known = match known.is_empty() {
                true => "none, as the profile has no clocks".to_owned(),
                false => format!("one of {}", known.join(", ")),
            };
            let is = self.clock_hz.map_or("none".to_owned(), clock);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::profile::device::{Block, Sizes};
    use crate::cost::profile::{BundleCost, BundleTable};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn profile() -> Profile {
        let block = |name: &str| Block {
            name: name.to_owned(),
            layers: vec![format!("/{name}")],
        };
        let cost = |clock| BundleCost {
            clock_hz: Some(clock),
            latency_s: 1e-3,
            energy_j: None,
            runs: 5,
            estimated: false,
        };
        let costs = [((0, 0), cost(10)), ((1, 1), cost(10)), ((0, 1), cost(20))];
        Profile {
            source: "bench".to_owned(),
            network: "net".to_owned(),
            blocks: Arc::new(vec![block("a"), block("b")]),
            bundles: Arc::new(BundleTable::of(2, costs)),
            clock_hz: Some(10),
            longest: None,
            load: 1.0,
            battery_j: None,
            sizes: None,
        }
    }

    #[track_caller]
    fn check(spoil: impl Fn(&mut Profile), expected: &str) {
        let mut spoilt = profile();
        spoil(&mut spoilt);
        let faults: Vec<String> = spoilt.faults().iter().map(ToString::to_string).collect();
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{faults:?}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(profile().faults(), []);
        check(
            |p| p.clock_hz = Some(7),
            "clock_hz: is 0.000007 MHz, must be one of 0.00001 MHz",
        );
        check(|p| p.clock_hz = None, "clock_hz: is none, must be");
        check(|p| p.longest = Some(0), "longest: is 0");
        check(|p| p.blocks = Arc::new(Vec::new()), "blocks: are 0, must be 1 to");
        check(
            |p| Arc::make_mut(&mut p.blocks)[1].layers.clear(),
            "blocks[1].layers: are none",
        );
        check(
            |p| Arc::make_mut(&mut p.blocks)[1].layers = vec!["/a".to_owned()],
            "blocks[1].layers: name /a a second time",
        );
        let with = |span, latency_s| {
            let cost = BundleCost {
                latency_s,
                ..profile().bundles.at(0, 0)[0].clone()
            };
            Arc::new(BundleTable::of(2, [(span, cost)]))
        };
        let three = Sizes {
            symbols: BTreeMap::new(),
            bytes: vec![None; 4],
        };
        check(|p| p.sizes = Some(three.clone()), "sizes.bytes: are 4, must be 3");
        check(|p| p.bundles = with((1, 0), 1.0), "hold blocks 1 to 0");
        check(|p| p.bundles = with((0, 2), 1.0), "hold blocks 0 to 2");
        check(|p| p.bundles = with((0, 0), -1.0), "latency_s");
        check(|p| p.bundles = with((0, 0), f64::NAN), "latency_s");
        check(|p| p.bundles = Arc::new(BundleTable::of(2, [])), "bundles.rows: are 0");
        check(
            |p| p.bundles = Arc::new(BundleTable::of(3, [])),
            "bundles: are of 3 blocks, must be of 2",
        );
    }

    #[test]
    fn a_clock_is_set_to_the_nearest_measured_one() {
        let mut profile = profile();
        assert!(profile.set("clock_hz", 16.0) && profile.clock_hz == Some(20));
        assert!(profile.set("load", 2.0) && profile.load == 2.0);
        assert!(!profile.set("colour", 1.0));
    }
}
