//! How data gets from one device to another: over the fewest links; where several ways are as short, each device is reached over the link
//! of the lowest index.
//!
//! The ways from one device form a tree, so a tensor that several devices need crosses a common part of their ways once. A bus joins any
//! two devices in one hop.

use super::{MAX_DEVICES, System, Topology};
use crate::link::Direction;

/// One link, taken from one of its ends to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// The link.
    pub link: usize,
    /// The device that sends.
    pub from: usize,
    /// The device that receives.
    pub to: usize,
}

impl Hop {
    /// The way it goes.
    pub fn direction(self) -> Direction {
        if self.from < self.to {
            Direction::Forward
        } else {
            Direction::Back
        }
    }
}

/// A set of hops: the bit `from × MAX_DEVICES + to` for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hops(u64);

impl Hops {
    const fn one(from: usize, to: usize) -> Self {
        Self(1 << (from * MAX_DEVICES + to))
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn contain(self, hop: Hop) -> bool {
        self.0 & Self::one(hop.from, hop.to).0 != 0
    }

    /// Sender and receiver of every hop, ascending.
    fn iter(self) -> impl Iterator<Item = (usize, usize)> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some((bit / MAX_DEVICES, bit % MAX_DEVICES))
        })
    }
}

/// Stands for the link between two devices that none joins.
const NONE: u8 = u8::MAX;

/// The ways between all devices of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// By sender and receiver: the link that joins them, or [`NONE`].
    links: [[u8; MAX_DEVICES]; MAX_DEVICES],
    /// By home and device: number of hops.
    distances: [[u8; MAX_DEVICES]; MAX_DEVICES],
    /// By home and device: the hops of the way.
    ways: [[Hops; MAX_DEVICES]; MAX_DEVICES],
    /// By home and device: the devices on the way, both ends included, one bit each.
    passed: [[u8; MAX_DEVICES]; MAX_DEVICES],
}

impl Routes {
    /// The ways of a system that keeps the rules of [`System::validate`].
    pub fn of(system: &System) -> Self {
        let devices = system.devices.len();
        let mut routes = Self {
            links: links(system),
            distances: [[0; MAX_DEVICES]; MAX_DEVICES],
            ways: [[Hops::default(); MAX_DEVICES]; MAX_DEVICES],
            passed: [[0; MAX_DEVICES]; MAX_DEVICES],
        };
        for home in 0..devices {
            routes.spread(home, devices);
        }
        routes
    }

    /// Breadth first from a device.
    fn spread(&mut self, home: usize, devices: usize) {
        self.passed[home][home] = 1 << home;
        let mut reached = 1_u8 << home;
        for distance in 1..devices {
            let before = reached;
            for device in (0..devices).filter(|d| before & (1 << d) == 0) {
                let neighbours = (0..devices).filter(|n| before & (1 << n) != 0);
                let linked = neighbours.filter_map(|n| Some((self.link(n, device)?, n)));
                if let Some((_, last)) = linked.min() {
                    reached |= 1 << device;
                    self.distances[home][device] = distance as u8;
                    self.ways[home][device] = self.ways[home][last].with(Hops::one(last, device));
                    self.passed[home][device] = self.passed[home][last] | 1 << device;
                }
            }
        }
    }

    /// Number of hops from one device to another.
    pub fn distance(&self, home: usize, device: usize) -> usize {
        usize::from(self.distances[home][device])
    }

    /// The hops of the way from one device to another.
    pub(crate) fn way(&self, home: usize, device: usize) -> Hops {
        self.ways[home][device]
    }

    /// The hops of a set, each over its link.
    pub(crate) fn hops(&self, set: Hops) -> impl Iterator<Item = Hop> + '_ {
        set.iter().map(|(from, to)| Hop {
            link: usize::from(self.links[from][to]),
            from,
            to,
        })
    }

    /// The links of the way from one device to another.
    pub fn links(&self, home: usize, device: usize) -> impl Iterator<Item = usize> + '_ {
        self.hops(self.way(home, device)).map(|hop| hop.link)
    }

    /// Whether a device stands on the way from `home` to `end`, both included.
    pub fn passes(&self, home: usize, end: usize, device: usize) -> bool {
        self.passed[home][end] & (1 << device) != 0
    }

    /// The link between two devices, if one joins them.
    pub fn link(&self, from: usize, to: usize) -> Option<usize> {
        let link = self.links[from][to];
        (link != NONE).then_some(usize::from(link))
    }
}

/// By two devices: the link that joins them (the first one where there are several), or [`NONE`].
fn links(system: &System) -> [[u8; MAX_DEVICES]; MAX_DEVICES] {
    let mut found = [[NONE; MAX_DEVICES]; MAX_DEVICES];
    let mut join = |a: usize, b: usize, link: usize| {
        if found[a][b] == NONE {
            found[a][b] = link as u8;
            found[b][a] = link as u8;
        }
    };
    let devices = system.devices.len();
    match system.topology {
        Topology::Chain => (1..devices).for_each(|device| join(device - 1, device, device - 1)),
        Topology::Bus => {
            for a in 0..devices {
                (a + 1..devices).for_each(|b| join(a, b, 0));
            }
        }
    }
    for (index, direct) in system.direct.iter().enumerate() {
        join(direct.ends.0, direct.ends.1, system.links.len() + index);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::DirectLink;
    use crate::system::preset::Presets;

    fn system(devices: usize, direct: &[(usize, usize)]) -> System {
        let mut system = Presets::load(None).start_system();
        let (device, link) = (system.devices[0].clone(), system.links[0].clone());
        system.devices = vec![device; devices];
        system.links = vec![link.clone(); devices - 1];
        let direct = direct.iter().map(|&ends| DirectLink {
            ends,
            link: link.clone(),
        });
        system.direct = direct.collect();
        system
    }

    fn way(routes: &Routes, home: usize, device: usize) -> Vec<(usize, usize)> {
        routes.way(home, device).iter().collect()
    }

    #[test]
    fn a_chain_is_walked_and_a_direct_link_is_taken_where_it_is_shorter() {
        let chain = Routes::of(&system(4, &[]));
        assert_eq!(way(&chain, 0, 3), [(0, 1), (1, 2), (2, 3)]);
        assert_eq!(way(&chain, 3, 1), [(2, 1), (3, 2)]);
        assert!(chain.passes(0, 3, 2) && !chain.passes(1, 3, 0));
        let joined = Routes::of(&system(4, &[(0, 3)]));
        assert_eq!(way(&joined, 0, 3), [(0, 3)]);
        assert_eq!(joined.link(3, 0), Some(3));
        // Both ways are two links long; device 2 is reached over link 1 rather than over link 2.
        assert_eq!(way(&joined, 0, 2), [(0, 1), (1, 2)]);
        assert_eq!(joined.distance(3, 1), 2);
        assert_eq!(way(&joined, 3, 1), [(0, 1), (3, 0)]);
    }

    #[test]
    fn on_a_bus_everything_is_one_hop_away() {
        let mut bus = system(5, &[]);
        bus.topology = Topology::Bus;
        bus.links.truncate(1);
        let routes = Routes::of(&bus);
        assert_eq!(way(&routes, 4, 1), [(4, 1)]);
        assert_eq!((routes.distance(0, 4), routes.link(0, 4)), (1, Some(0)));
        assert!(!routes.passes(0, 4, 2));
    }
}
