//! All ways from one device, as the tree they form.

use crate::system::routes::{Hop, Routes};
use crate::system::{MAX_DEVICES, System};

/// The ways from one device to all others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    /// By device: the hop that reaches it; `None` for the root.
    pub(crate) into: [Option<Hop>; MAX_DEVICES],
    /// By device: the set of devices on the way to it, the root included and it itself not.
    pub(crate) before: [u8; MAX_DEVICES],
    /// By device: the set of devices whose way goes through it, it itself included.
    pub(crate) through: [u8; MAX_DEVICES],
}

/// The trees of all devices.
pub(crate) fn trees(system: &System) -> Vec<Tree> {
    let routes = Routes::of(system);
    let devices = system.devices.len();
    (0..devices).map(|root| tree(&routes, devices, root)).collect()
}

fn tree(routes: &Routes, devices: usize, root: usize) -> Tree {
    let mut tree = Tree::default();
    for device in 0..devices {
        tree.into[device] = routes.hops(routes.way(root, device)).find(|hop| hop.to == device);
        for passed in (0..devices).filter(|&passed| routes.passes(root, device, passed)) {
            tree.through[passed] |= 1 << device;
            if passed != device {
                tree.before[device] |= 1 << passed;
            }
        }
    }
    tree
}
