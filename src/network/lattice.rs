//! The boundaries a search may cut at, with the step from each to the next: all ideals of a network, or the positions of one schedule.
//!
//! All ideals together stand for every topological order at once, cuts through branches included. Residual networks have hardly more of them
//! than layers; wide graphs have astronomically many, so the enumeration gives up at a cap.

use super::{Ideal, LayerId, Network, Schedule};
use std::collections::HashMap;

/// Boundaries, each with the layers that can come next.
#[derive(Debug, Clone, PartialEq)]
pub struct Lattice {
    places: Vec<Ideal>,
    steps: Vec<Step>,
    first_step: Vec<usize>,
}

/// From a boundary to one that has one layer more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The layer added.
    pub layer: LayerId,
    /// Index of the boundary reached; always larger than the one left.
    pub to: usize,
}

impl Lattice {
    /// All ideals of a network, `None` if they are more than `cap`.
    pub fn of_ideals(network: &Network, cap: usize) -> Option<Self> {
        let layers = network.layers.len();
        if cap == 0 {
            return None;
        }
        let before: Vec<_> = (0..layers).map(|l| network.predecessors(l)).collect();
        let after: Vec<_> = (0..layers).map(|l| network.successors(l)).collect();
        let mut made = Self::starting_with(Ideal::empty(layers));
        let mut ready = vec![(0..layers).filter(|&l| before[l].is_empty()).collect::<Vec<_>>()];
        // Ideals of one size at a time: each is reached from those one layer smaller.
        let mut level = 0..1;
        while !level.is_empty() {
            let mut known: HashMap<Ideal, usize> = HashMap::new();
            let mut next_ready = Vec::new();
            let next = level.end;
            for place in level.clone() {
                for &layer in &ready[place - level.start] {
                    let ideal = made.places[place].with(layer);
                    let to = match known.get(&ideal) {
                        Some(&to) => to,
                        None if made.places.len() == cap => return None,
                        None => {
                            let others = ready[place - level.start].iter().copied().filter(|&l| l != layer);
                            let freed = after[layer].iter().copied();
                            let freed = freed.filter(|&l| before[l].iter().all(|&b| ideal.contains(b)));
                            next_ready.push(others.chain(freed).collect());
                            known.insert(ideal.clone(), made.places.len());
                            made.places.push(ideal);
                            made.places.len() - 1
                        }
                    };
                    made.steps.push(Step { layer, to });
                }
                made.first_step.push(made.steps.len());
            }
            level = next..made.places.len();
            ready = next_ready;
        }
        Some(made)
    }

    /// The positions of a schedule.
    pub fn of_schedule(schedule: &Schedule) -> Self {
        let mut made = Self::starting_with(Ideal::empty(schedule.order().len()));
        for (position, &layer) in schedule.order().iter().enumerate() {
            let next = made.places[position].with(layer);
            made.places.push(next);
            made.steps.push(Step {
                layer,
                to: position + 1,
            });
            made.first_step.push(made.steps.len());
        }
        made.first_step.push(made.steps.len());
        made
    }

    fn starting_with(ideal: Ideal) -> Self {
        Self {
            places: vec![ideal],
            steps: Vec::new(),
            first_step: vec![0],
        }
    }

    /// The boundaries, by rising number of layers: from none to all.
    pub fn places(&self) -> &[Ideal] {
        &self.places
    }

    /// Steps that leave a boundary.
    pub fn steps(&self, place: usize) -> &[Step] {
        &self.steps[self.first_step[place]..self.first_step[place + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::ScheduleKind;

    #[test]
    fn a_network_without_layers_has_one_boundary() {
        let network = Network {
            name: String::new(),
            layers: Vec::new(),
            tensors: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            symbols: std::collections::BTreeMap::new(),
            hash: crate::network::ContentHash::default(),
            fused: false,
        };
        let ideals = Lattice::of_ideals(&network, 1);
        let positions = Lattice::of_schedule(&network.schedule(ScheduleKind::FileOrder));
        assert_eq!(ideals.as_ref(), Some(&positions));
        assert_eq!(positions.places().len(), 1);
        assert!(positions.steps(0).is_empty());
    }
}
