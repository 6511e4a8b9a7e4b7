//! Designs as whole numbers, after CNNParted (cnnparted.md section 6): a code per cut and a code per partition.
//!
//! With K cuts, P devices and n + 1 positions of the schedule (0 to n) a genome has 2 K + 1 genes from 0 to P (n + 1) - 1: the first K
//! give positions (code / P), the others devices (code / (n + 1)). Neighbouring codes thus mean neighbouring positions or the same device, which
//! is what the operators need. Where devices have alternative designs, one gene for each such device follows.
//!
//! CNNParted throws away what is not sorted, which with several cuts is nearly everything; here positions are sorted when read, and devices too
//! where they must run in the order of the system. Partitions without layers do not count.

use super::evolve::Gene;
use crate::design::{Design, Placement};
use crate::explore::{DeviceOrder, Problem, Search};
use crate::network::Ideal;
use rand::RngExt;
use rand_pcg::Pcg64;

/// Most partitions a genome can have.
const MOST_PARTITIONS: usize = 8;
/// Partitions of a design with revisits where nothing else is asked for.
const PARTITIONS_WITH_REVISITS: usize = 6;

/// A partition with layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) device: usize,
    /// Position before its first layer.
    pub(super) start: usize,
    /// Position behind its last layer.
    pub(super) end: usize,
}

/// What genomes mean.
pub(super) struct Encoding<'a> {
    pub(super) problem: &'a Problem<'a>,
    pub(super) genes: Vec<Gene>,
    cuts: usize,
    /// Whether devices run in the order of the system, each at most once.
    pub(super) in_order: bool,
    /// Whether a device may run several partitions.
    pub(super) again: bool,
    /// By gene behind those of cuts and partitions: the device whose alternative it chooses.
    alternatives: Vec<usize>,
}

/// Number of cuts of a search's genomes.
pub(super) fn cuts(problem: &Problem, search: &Search) -> usize {
    let devices = problem.system.devices.len();
    let usual = if search.revisits {
        PARTITIONS_WITH_REVISITS
    } else {
        devices
    };
    let most = search.most_partitions.unwrap_or(usual);
    let devices = problem.constraints.most_devices.filter(|_| !search.revisits);
    let partitions = devices.map_or(most, |devices| most.min(devices));
    partitions.clamp(1, MOST_PARTITIONS) - 1
}

impl<'a> Encoding<'a> {
    pub(super) fn new(problem: &'a Problem<'a>, search: &Search) -> Self {
        let devices = &problem.system.devices;
        let cuts = cuts(problem, search);
        let codes = devices.len() * (problem.schedule.order().len() + 1);
        let code = Gene {
            least: 0,
            most: u32::try_from(codes - 1).unwrap_or(u32::MAX),
        };
        let mut genes = vec![code; 2 * cuts + 1];
        let with_alternatives = (0..devices.len()).filter(|&device| !devices[device].alternatives.is_empty());
        let alternatives: Vec<usize> = with_alternatives.collect();
        genes.extend(alternatives.iter().map(|&device| Gene {
            least: 0,
            most: devices[device].alternatives.len() as u32,
        }));
        Self {
            problem,
            genes,
            cuts,
            in_order: search.order == DeviceOrder::Fixed && !search.revisits,
            again: search.revisits,
            alternatives,
        }
    }

    fn devices(&self) -> usize {
        self.problem.system.devices.len()
    }

    /// Number of positions.
    fn positions(&self) -> usize {
        self.problem.schedule.order().len() + 1
    }

    /// The partitions of a genome in order of time, neighbours on one device as one.
    pub(super) fn parts(&self, genome: &[u32], parts: &mut Vec<Part>) {
        let mut positions = [self.positions() - 1; MOST_PARTITIONS];
        let mut devices = [0; MOST_PARTITIONS];
        let (cut_genes, device_genes) = genome.split_at(self.cuts);
        for (position, &code) in positions.iter_mut().zip(cut_genes) {
            *position = code as usize / self.devices();
        }
        for (device, &code) in devices.iter_mut().zip(device_genes).take(self.cuts + 1) {
            *device = code as usize / self.positions();
        }
        positions[..self.cuts].sort_unstable();
        if self.in_order {
            devices[..=self.cuts].sort_unstable();
        }
        parts.clear();
        let mut start = 0;
        for (&end, &device) in positions.iter().zip(&devices).take(self.cuts + 1) {
            if end == start {
                continue;
            }
            match parts.last_mut() {
                Some(last) if last.device == device => last.end = end,
                _ => parts.push(Part { device, start, end }),
            }
            start = end;
        }
    }

    /// How many rules on the use of devices the partitions break.
    pub(super) fn broken_rules(&self, parts: &[Part]) -> usize {
        let is_first = |index: usize| parts[..index].iter().all(|other| other.device != parts[index].device);
        let used = (0..parts.len()).filter(|&index| is_first(index)).count();
        let repeats = if self.again { 0 } else { parts.len() - used };
        let most = self.problem.constraints.most_devices.unwrap_or(usize::MAX);
        repeats + used.saturating_sub(most)
    }

    /// The design of a genome.
    pub(super) fn design(&self, genome: &[u32]) -> Design {
        let mut parts = Vec::new();
        self.parts(genome, &mut parts);
        let placement = |device: usize, end: usize| Placement {
            device,
            end: Ideal::prefix(self.problem.schedule, end),
        };
        let placements = if self.in_order {
            // A device without layers ends where the last one before it does.
            let end = |device: usize| {
                let before = parts.iter().rev().find(|part| part.device <= device);
                before.map_or(0, |part| part.end)
            };
            let ends = (0..self.devices()).map(|device| placement(device, end(device)));
            ends.collect()
        } else if parts.is_empty() {
            vec![placement(0, 0)]
        } else {
            parts.iter().map(|part| placement(part.device, part.end)).collect()
        };
        let mut alternatives = vec![0; self.devices()];
        for (&device, &chosen) in self.alternatives.iter().zip(&genome[2 * self.cuts + 1..]) {
            alternatives[device] = chosen as usize;
        }
        Design {
            placements,
            alternatives,
        }
    }

    /// A genome of a design; `None` if its boundaries are not positions of the schedule or its partitions are too many.
    pub(super) fn genome(&self, design: &Design) -> Option<Vec<u32>> {
        let mut cuts = Vec::new();
        let mut devices = Vec::new();
        let mut last = 0;
        for placement in &design.placements {
            let end = placement.end.position(self.problem.schedule)?;
            if end > last {
                cuts.push(end);
                devices.push(placement.device);
                last = end;
            }
        }
        let (&end, &device) = (cuts.last()?, devices.last()?);
        if devices.len() > self.cuts + 1 || end + 1 != self.positions() {
            return None;
        }
        // What is left over stays empty behind the end.
        cuts.resize(self.cuts + 1, end);
        devices.resize(self.cuts + 1, device);
        let cuts = cuts.iter().take(self.cuts).map(|&cut| cut * self.devices());
        let devices = devices.iter().map(|&device| device * self.positions());
        let codes = cuts.chain(devices);
        let chosen = self
            .alternatives
            .iter()
            .map(|&d| design.alternatives.get(d).copied().unwrap_or(0));
        Some(codes.chain(chosen).map(|code| code as u32).collect())
    }

    /// Individual `index` of the first population: everything on one device while there are devices, then sorted random cuts and random
    /// devices, in order or without repetition where that is asked for.
    pub(super) fn sample(&self, index: usize, rng: &mut Pcg64, genome: &mut [u32]) {
        for (gene, value) in self.genes.iter().zip(genome.iter_mut()) {
            *value = rng.random_range(gene.least..=gene.most);
        }
        let (cuts, devices) = genome.split_at_mut(self.cuts);
        cuts.sort_unstable();
        let devices = &mut devices[..=self.cuts];
        let positions = self.positions() as u32;
        if index < self.devices() {
            for code in devices.iter_mut() {
                *code = *code % positions + index as u32 * positions;
            }
        } else if self.in_order {
            devices.sort_unstable();
        } else if !self.again && self.cuts < self.devices() {
            // A random order of all devices, as far as it is needed.
            let mut order: Vec<u32> = (0..self.devices() as u32).collect();
            for (place, code) in devices.iter_mut().enumerate() {
                order.swap(place, rng.random_range(place..self.devices()));
                *code = *code % positions + order[place] * positions;
            }
        }
    }
}
