//! What partitions between two boundaries take of a device's memory.

use super::super::costs::sums_before;
use super::super::exact::Sums;
use crate::design::Problem;
use crate::design::memory::{self, Share};
use crate::network::lattice::Lattice;
use crate::network::{LayerId, TensorId};
use std::cmp::Ordering;

/// Memory of partitions of one network.
pub(super) struct Memory<'a> {
    problem: &'a Problem<'a>,
    lattice: &'a Lattice,
    /// Bytes of weights, by boundary and device.
    weights: Vec<Sums<1>>,
    /// By boundary: tensors that exist before it and are needed, and whether a later layer reads them.
    crossing: Vec<Vec<(TensorId, bool)>>,
}

/// Scratch space of one thread, with what it asked before.
pub(super) struct Scratch {
    layers: Vec<LayerId>,
    arriving: Vec<TensorId>,
    /// Device and boundary the answers are for.
    asked: (usize, usize),
    /// By start and class.
    answers: Vec<Option<i128>>,
    classes: usize,
    /// Answers that are there.
    answered: Vec<usize>,
}

impl Scratch {
    pub(super) fn new(places: usize, classes: usize) -> Self {
        Self {
            layers: Vec::new(),
            arriving: Vec::new(),
            asked: (usize::MAX, usize::MAX),
            answers: vec![None; places * classes],
            classes,
            answered: Vec::new(),
        }
    }
}

impl<'a> Memory<'a> {
    pub(super) fn new(problem: &'a Problem<'a>, lattice: &'a Lattice) -> Self {
        let devices = problem.system.devices.len();
        let weight = |layer: LayerId, d: usize| [i128::from(problem.table.row(d).weight_bytes[layer])];
        Self {
            problem,
            lattice,
            weights: sums_before(lattice, devices, weight),
            crossing: crossing_tensors(problem, lattice),
        }
    }

    /// Bytes of the weights between two boundaries.
    pub(super) fn weights(&self, start: usize, end: usize, device: usize) -> i128 {
        let devices = self.problem.system.devices.len();
        self.weights[end * devices + device][0] - self.weights[start * devices + device][0]
    }

    /// Bytes of the layers between two boundaries on a device: weights and the largest live activations. `sender`, of the
    /// given class, is the last used device before.
    pub(super) fn needed(
        &self,
        scratch: &mut Scratch,
        device: usize,
        (start, end): (usize, usize),
        (class, sender): (usize, Option<usize>),
    ) -> i128 {
        if scratch.asked != (device, end) {
            scratch.asked = (device, end);
            for index in scratch.answered.drain(..) {
                scratch.answers[index] = None;
            }
        }
        let index = start * scratch.classes + class;
        if let Some(known) = scratch.answers[index] {
            return known;
        }
        let peak = self.peak(scratch, device, (start, end), sender);
        let needed = self.weights(start, end, device) + i128::from(peak);
        scratch.answers[index] = Some(needed);
        scratch.answered.push(index);
        needed
    }

    fn peak(&self, scratch: &mut Scratch, device: usize, (start, end): (usize, usize), sender: Option<usize>) -> u64 {
        let problem = self.problem;
        let places = self.lattice.places();
        let (before, after) = (&places[start], &places[end]);
        scratch.layers.clear();
        let order = problem.schedule.order().iter().copied();
        scratch
            .layers
            .extend(order.filter(|&l| after.contains(l) && !before.contains(l)));
        scratch.arriving.clear();
        if let Some(link) = device.checked_sub(1) {
            let raw_is_there = problem.system.input_at <= link;
            let wanted_later = problem.system.output_at > link;
            let producer = &problem.table.flat().producer;
            let crossing = self.crossing[start].iter().copied();
            let crossing = crossing
                .filter(|&(t, read_later)| (read_later || wanted_later) && (raw_is_there || producer[t].is_some()));
            scratch.arriving.extend(crossing.map(|(t, _)| t));
        }
        let share = Share {
            problem,
            device,
            layers: &scratch.layers,
            arriving: &scratch.arriving,
            sender,
            side: |layer: LayerId| match (before.contains(layer), after.contains(layer)) {
                (true, _) => Ordering::Less,
                (false, true) => Ordering::Equal,
                (false, false) => Ordering::Greater,
            },
        };
        memory::peak(problem, &share)
    }
}

/// By boundary: tensors that exist before it and that a later layer reads (`true`) or that are wanted only.
fn crossing_tensors(problem: &Problem, lattice: &Lattice) -> Vec<Vec<(TensorId, bool)>> {
    let flat = problem.table.flat();
    let of_place = |ideal: &crate::network::Ideal| {
        let there = (0..flat.tensors()).filter(|&t| flat.producer[t].is_none_or(|layer| ideal.contains(layer)));
        let needed = there.map(|t| (t, flat.consumers.get(t).iter().any(|&l| !ideal.contains(l))));
        needed.filter(|&(t, read_later)| read_later || flat.wanted[t]).collect()
    };
    lattice.places().iter().map(of_place).collect()
}
