//! How the dock's tabs are split, in a form the session file keeps.
//!
//! It is a description of its own, not the tile tree itself: a file says only what a person arranged, and whatever it
//! says, the tree made from it has every tab exactly once.

use crate::app::session::Tab;
use egui::Id;
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

/// All tabs of the dock.
pub(super) const TABS: [Tab; 9] = [
    Tab::Pareto,
    Tab::Sweep,
    Tab::Timeline,
    Tab::Layers,
    Tab::Designs,
    Tab::Compare,
    Tab::Roofline,
    Tab::Bundles,
    Tab::Inspector,
];

/// Levels of splits a file may ask for; more are no arrangement anyone made.
const DEEPEST: usize = 8;

/// A part of the dock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Arrangement {
    /// Tabs, one of which is on top.
    Tabs {
        /// From left to right.
        tabs: Vec<Tab>,
        /// The one on top.
        active: Tab,
    },
    /// Parts beside or below each other.
    Split {
        /// Whether they are stacked, else side by side.
        stacked: bool,
        /// From left to right or top to bottom, with their shares of the room.
        parts: Vec<(f32, Arrangement)>,
    },
}

/// Width in points from which on two tabs have room beside each other.
const ROOM_FOR_TWO: f32 = 640.0;

impl Default for Arrangement {
    /// That of a wide window.
    fn default() -> Self {
        Self::for_width(f32::INFINITY)
    }
}

impl Arrangement {
    /// What a person who has not arranged anything gets: what else is possible at the left, what this design does at the right where there is
    /// room, else all tabs behind each other.
    pub fn for_width(width: f32) -> Self {
        if width < ROOM_FOR_TWO {
            return Self::Tabs {
                tabs: TABS.to_vec(),
                active: Tab::Pareto,
            };
        }
        let tabs = |tabs: &[Tab]| Self::Tabs {
            tabs: tabs.to_vec(),
            active: tabs[0],
        };
        Self::Split {
            stacked: false,
            parts: vec![(0.44, tabs(&TABS[..2])), (0.56, tabs(&TABS[2..]))],
        }
    }

    /// The tree of tiles; the default one where a tab stands twice, or a share is no share. Tabs that are missing, because an earlier
    /// version of the program did not have them, come to the last group.
    pub fn tree(&self) -> Tree<Tab> {
        let mut seen = Vec::new();
        if !self.is_sound(DEEPEST, &mut seen) {
            log::warn!("the dock's saved arrangement is not usable; the default one takes its place");
            return Self::default().tree();
        }
        let mut whole = self.clone();
        let missing: Vec<Tab> = TABS.into_iter().filter(|tab| !seen.contains(tab)).collect();
        whole.append(&missing);
        let mut tiles = Tiles::default();
        let root = whole.insert(&mut tiles);
        Tree::new(Id::unique("dock"), root, tiles)
    }

    /// Adds tabs to the last group.
    fn append(&mut self, new: &[Tab]) {
        match self {
            Self::Tabs { tabs, .. } => tabs.extend(new),
            Self::Split { parts, .. } => {
                if let Some((_, last)) = parts.last_mut() {
                    last.append(new);
                }
            }
        }
    }

    fn is_sound(&self, depth: usize, seen: &mut Vec<Tab>) -> bool {
        match self {
            Self::Tabs { tabs, active } => {
                let new = tabs.iter().all(|tab| {
                    let new = !seen.contains(tab);
                    seen.push(*tab);
                    new
                });
                new && tabs.contains(active)
            }
            Self::Split { parts, .. } => {
                let sound = |(share, part): &(f32, Self)| {
                    share.is_finite() && *share > 0.0 && part.is_sound(depth.saturating_sub(1), seen)
                };
                depth > 0 && !parts.is_empty() && parts.iter().all(sound)
            }
        }
    }

    fn insert(&self, tiles: &mut Tiles<Tab>) -> TileId {
        match self {
            Self::Tabs { tabs, active } => {
                let children: Vec<_> = tabs.iter().map(|tab| tiles.insert_pane(*tab)).collect();
                let on_top = tabs.iter().position(|tab| tab == active);
                let mut container = egui_tiles::Tabs::new(children);
                if let Some(child) = on_top.and_then(|index| container.children.get(index)) {
                    container.active = Some(*child);
                }
                tiles.insert_container(container)
            }
            Self::Split { stacked, parts } => {
                let dir = if *stacked {
                    LinearDir::Vertical
                } else {
                    LinearDir::Horizontal
                };
                let children: Vec<_> = parts.iter().map(|(_, part)| part.insert(tiles)).collect();
                let mut linear = Linear::new(dir, children.clone());
                for (child, (share, _)) in children.iter().zip(parts) {
                    linear.shares.set_share(*child, *share);
                }
                tiles.insert_container(linear)
            }
        }
    }

    /// The arrangement of a tree; `None` for a tree that has lost its root.
    pub fn of(tree: &Tree<Tab>) -> Option<Self> {
        Self::of_tile(&tree.tiles, tree.root()?)
    }

    fn of_tile(tiles: &Tiles<Tab>, id: TileId) -> Option<Self> {
        match tiles.get(id)? {
            Tile::Pane(tab) => Some(Self::Tabs {
                tabs: vec![*tab],
                active: *tab,
            }),
            Tile::Container(Container::Tabs(container)) => {
                let mut panes = Vec::new();
                collect_tabs(tiles, id, &mut panes);
                let on_top = container.active.and_then(|id| tiles.get_pane(&id)).copied();
                let active = on_top.or_else(|| panes.first().copied())?;
                Some(Self::Tabs { tabs: panes, active })
            }
            Tile::Container(Container::Linear(linear)) => {
                let part = |id: &TileId| Some((linear.shares[*id], Self::of_tile(tiles, *id)?));
                Some(Self::Split {
                    stacked: linear.dir == LinearDir::Vertical,
                    parts: linear.children.iter().filter_map(part).collect(),
                })
            }
            Tile::Container(Container::Grid(grid)) => Some(Self::Split {
                stacked: false,
                parts: grid
                    .children()
                    .filter_map(|id| Some((1.0, Self::of_tile(tiles, *id)?)))
                    .collect(),
            }),
        }
    }
}

/// The panes below a tile: what was split inside a tab is kept as tabs.
fn collect_tabs(tiles: &Tiles<Tab>, id: TileId, found: &mut Vec<Tab>) {
    match tiles.get(id) {
        Some(Tile::Pane(tab)) => found.push(*tab),
        Some(Tile::Container(container)) => container.children().for_each(|id| collect_tabs(tiles, *id, found)),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrangement_survives_the_tree_and_the_file() {
        let stacked = Arrangement::Split {
            stacked: true,
            parts: vec![
                (
                    0.3,
                    Arrangement::Tabs {
                        tabs: vec![
                            Tab::Inspector,
                            Tab::Layers,
                            Tab::Timeline,
                            Tab::Designs,
                            Tab::Compare,
                            Tab::Roofline,
                            Tab::Bundles,
                            Tab::Sweep,
                        ],
                        active: Tab::Layers,
                    },
                ),
                (
                    0.7,
                    Arrangement::Tabs {
                        tabs: vec![Tab::Pareto],
                        active: Tab::Pareto,
                    },
                ),
            ],
        };
        for arrangement in [Arrangement::default(), stacked] {
            assert_eq!(Arrangement::of(&arrangement.tree()), Some(arrangement.clone()));
            let text = ron::to_string(&arrangement).unwrap();
            assert_eq!(ron::from_str::<Arrangement>(&text).unwrap(), arrangement);
        }
    }

    #[test]
    fn an_arrangement_of_an_earlier_version_gets_the_new_tabs() {
        let group = |tabs: &[Tab]| Arrangement::Tabs {
            tabs: tabs.to_vec(),
            active: tabs[0],
        };
        let split = |right: &[Tab]| Arrangement::Split {
            stacked: false,
            parts: vec![(0.3, group(&[Tab::Pareto])), (0.7, group(right))],
        };
        let old = split(&[Tab::Layers, Tab::Inspector]);
        let new = split(&[
            Tab::Layers,
            Tab::Inspector,
            Tab::Sweep,
            Tab::Timeline,
            Tab::Designs,
            Tab::Compare,
            Tab::Roofline,
            Tab::Bundles,
        ]);
        assert_eq!(Arrangement::of(&old.tree()), Some(new));
    }

    #[test]
    fn an_unusable_arrangement_becomes_the_default() {
        let tabs = |tabs: &[Tab], active| Arrangement::Tabs {
            tabs: tabs.to_vec(),
            active,
        };
        let split = |share, part| Arrangement::Split {
            stacked: false,
            parts: vec![(share, part)],
        };
        let all = || tabs(&TABS, Tab::Pareto);
        let deep = (0..100).fold(all(), |part, _| split(1.0, part));
        let faulty = [
            tabs(&[Tab::Pareto, Tab::Pareto, Tab::Layers], Tab::Pareto),
            tabs(&[Tab::Layers, Tab::Inspector], Tab::Pareto),
            split(f32::NAN, all()),
            split(-1.0, all()),
            Arrangement::Split {
                stacked: true,
                parts: Vec::new(),
            },
            deep,
        ];
        for arrangement in faulty {
            assert_eq!(Arrangement::of(&arrangement.tree()), Some(Arrangement::default()));
        }
    }
}
