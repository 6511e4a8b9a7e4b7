//! What a candidate costs.
//!
//! [`Evaluator::totals`] is the part that searches call millions of times: no allocation, no words. [`Problem::evaluate`] adds
//! what only people read: per partition numbers, memory, and what is broken in words.

use super::problem::{Crossing, Prepared};
use super::{AreaRule, Broken, Candidate, Problem, Rejection};

/// The six objectives.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// Milliseconds, transfers included.
    pub latency_ms: f64,
    /// Millijoules, transfers included.
    pub energy_mj: f64,
    /// Inferences per second with all platforms at work at once.
    pub throughput_fps: f64,
    /// Square millimetres of the platforms with layers.
    pub area_mm2: f64,
    /// Milliseconds of all transfers.
    pub link_latency_ms: f64,
    /// Millijoules of all transfers.
    pub link_energy_mj: f64,
}

/// Numbers of one partition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartitionNumbers {
    /// Milliseconds of its layers.
    pub latency_ms: f64,
    /// Millijoules of its layers.
    pub energy_mj: f64,
    /// The transfer into it, if one counts.
    pub transfer: Option<Crossing>,
    /// Weights and the most that is alive of its own layers' outputs, in elements.
    pub memory_elements: u64,
}

/// Everything known of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The six objectives.
    pub totals: Totals,
    /// Chosen design of every platform, by index: the one with the least latency times energy over its partitions.
    pub designs: Vec<usize>,
    /// Partitions in chain order.
    pub partitions: Vec<PartitionNumbers>,
    /// What makes it infeasible; empty = feasible.
    pub broken: Vec<Broken>,
}

impl Evaluation {
    /// Number of transfers that count.
    pub fn real_cuts(&self) -> usize {
        self.partitions.iter().filter(|p| p.transfer.is_some()).count()
    }
}

/// Work space for judging many candidates of a problem.
#[derive(Debug)]
pub struct Evaluator<'a> {
    problem: &'a Problem,
    /// Layers of each partition, half open.
    ranges: Vec<(usize, usize)>,
    transfers: Vec<Option<Crossing>>,
    latencies: Vec<f64>,
    /// Latency and energy of each platform's designs over all its partitions.
    of_designs: Vec<Vec<(f64, f64)>>,
    designs: Vec<usize>,
    /// Per platform the latency from the beginning of its first partition to now and to the end of its last.
    spans: Vec<Option<(f64, f64)>>,
}

impl<'a> Evaluator<'a> {
    /// Work space for `problem`.
    pub fn new(problem: &'a Problem) -> Self {
        let platforms = problem.platforms.len();
        Self {
            problem,
            ranges: Vec::new(),
            transfers: Vec::new(),
            latencies: Vec::new(),
            of_designs: problem
                .platforms
                .iter()
                .map(|p| vec![(0.0, 0.0); p.designs.len()])
                .collect(),
            designs: vec![0; platforms],
            spans: vec![None; platforms],
        }
    }

    /// The objectives of a candidate, and whether it is feasible.
    pub fn totals(&mut self, cuts: &[usize], platforms: &[usize]) -> Result<(Totals, bool), Rejection> {
        self.problem.check(cuts, platforms)?;
        self.split(cuts);
        self.transfer(platforms)?;
        self.choose_designs(platforms);
        let totals = self.sum(platforms);
        let is_feasible = self.has_bits(platforms)
            && (self.problem.rules.overrun_is_feasible || totals.link_latency_ms.is_finite())
            && self.problem.broken_limits(&totals).next().is_none();
        Ok((totals, is_feasible))
    }

    fn split(&mut self, cuts: &[usize]) {
        self.ranges.clear();
        let mut start = 0;
        for &cut in cuts.iter().chain(std::iter::once(&self.problem.graph.last())) {
            self.ranges.push((start, cut + 1));
            start = cut + 1;
        }
    }

    /// Which partitions receive a transfer that counts, and what it costs.
    fn transfer(&mut self, platforms: &[usize]) -> Result<(), Rejection> {
        self.transfers.clear();
        // The platform that counts as having the data, and that of the partition before.
        let (mut holder, mut before) = (None, None);
        for (partition, (&platform, &(start, end))) in platforms.iter().zip(&self.ranges).enumerate() {
            let is_empty = start == end;
            let is_charged = start > 1 || !self.problem.rules.free_input;
            let moves = if self.problem.rules.phantom_transfers {
                before.is_some_and(|before| before != platform) || holder.is_some_and(|holder| holder != platform)
            } else {
                holder.is_some_and(|holder| holder != platform)
            };
            let counts = moves && !is_empty && is_charged;
            let crossing = counts.then(|| self.problem.crossing(partition, start - 1));
            self.transfers.push(crossing.transpose()?);
            let takes_over = if self.problem.rules.phantom_transfers {
                counts || partition == 0
            } else {
                !is_empty
            };
            if takes_over {
                holder = Some(platform);
            }
            before = Some(platform);
        }
        Ok(())
    }

    fn choose_designs(&mut self, platforms: &[usize]) {
        for sums in &mut self.of_designs {
            sums.fill((0.0, 0.0));
        }
        for (&platform, &(start, end)) in platforms.iter().zip(&self.ranges) {
            for (design, sums) in self.problem.platforms[platform]
                .designs
                .iter()
                .zip(&mut self.of_designs[platform])
            {
                sums.0 += design.latency_ms.range(start, end);
                sums.1 += design.energy_mj.range(start, end);
            }
        }
        for (chosen, sums) in self.designs.iter_mut().zip(&self.of_designs) {
            let products = sums.iter().map(|(latency, energy)| latency * energy).enumerate();
            let least = products.reduce(|best, next| if next.1 < best.1 { next } else { best });
            *chosen = least.map_or(0, |(design, _)| design);
        }
    }

    fn sum(&mut self, platforms: &[usize]) -> Totals {
        let mut totals = Totals::default();
        self.latencies.clear();
        self.spans.fill(None);
        let mut longest = 0.0_f64;
        for ((&platform, &(start, end)), transfer) in platforms.iter().zip(&self.ranges).zip(&self.transfers) {
            let design = &self.problem.platforms[platform].designs[self.designs[platform]];
            let latency = design.latency_ms.range(start, end);
            totals.latency_ms += latency;
            totals.energy_mj += design.energy_mj.range(start, end);
            if let Some(transfer) = transfer {
                totals.link_latency_ms += transfer.latency_ms;
                totals.link_energy_mj += transfer.energy_mj;
                longest = longest.max(transfer.latency_ms);
            }
            self.latencies.push(latency);
            let span = self.spans[platform].get_or_insert((0.0, 0.0));
            span.1 = span.0 + latency;
            for (now, _) in self.spans.iter_mut().flatten() {
                *now += latency;
            }
        }
        totals.latency_ms += totals.link_latency_ms;
        totals.energy_mj += totals.link_energy_mj;
        let spans = self.spans.iter().flatten().map(|&(_, to_last)| to_last);
        totals.throughput_fps = 1000.0 / spans.fold(longest, f64::max);
        let used = self.problem.platforms.iter().enumerate();
        totals.area_mm2 = used
            .map(|(index, platform)| self.area(index, platform, platforms))
            .sum();
        totals
    }

    /// Area of a platform: nothing unless it has a layer other than `input`.
    fn area(&self, index: usize, platform: &Prepared, platforms: &[usize]) -> f64 {
        let ranges = platforms.iter().zip(&self.ranges).filter(|&(&p, _)| p == index);
        let mut filled = ranges
            .map(|(_, &(start, end))| (start.max(1), end))
            .filter(|(start, end)| start < end);
        let design = &platform.designs[self.designs[index]];
        match platform.area {
            AreaRule::OfLayers => filled.map(|(start, end)| design.layer_area_mm2.range(start, end)).sum(),
            AreaRule::OfDesign if filled.next().is_some() => design.area_mm2,
            AreaRule::OfDesign => 0.0,
        }
    }

    fn has_bits(&self, platforms: &[usize]) -> bool {
        let mut parts = platforms.iter().zip(&self.ranges);
        parts.all(|(&platform, &(start, end))| self.problem.platforms[platform].is_wide_enough(start, end))
    }
}

impl Problem {
    /// Judges one candidate in full.
    pub fn evaluate(&self, candidate: &Candidate) -> Result<Evaluation, Rejection> {
        let mut evaluator = Evaluator::new(self);
        let (totals, _) = evaluator.totals(&candidate.cuts, &candidate.platforms)?;
        let parts = candidate
            .platforms
            .iter()
            .zip(&evaluator.ranges)
            .zip(&evaluator.transfers);
        let partitions = parts.map(|((&platform, &(start, end)), &transfer)| {
            let design = &self.platforms[platform].designs[evaluator.designs[platform]];
            PartitionNumbers {
                latency_ms: design.latency_ms.range(start, end),
                energy_mj: design.energy_mj.range(start, end),
                transfer,
                memory_elements: self.graph.memory_elements(start, end),
            }
        });
        Ok(Evaluation {
            totals,
            partitions: partitions.collect(),
            broken: self.broken(&totals, &candidate.platforms, &evaluator),
            designs: evaluator.designs,
        })
    }

    fn broken(&self, totals: &Totals, platforms: &[usize], evaluator: &Evaluator) -> Vec<Broken> {
        let parts = || platforms.iter().zip(&evaluator.ranges);
        let narrow = parts().flat_map(|(&platform, &(start, end))| {
            let prepared = &self.platforms[platform];
            let layers = self.graph.layers.iter().zip(&prepared.narrow).take(end).skip(start);
            layers.filter_map(|(layer, narrow)| {
                let narrow = (*narrow)?;
                Some(Broken::Bits {
                    layer: layer.clone(),
                    platform: prepared.name.clone(),
                    required: narrow.required,
                    available: narrow.available,
                })
            })
        });
        let overrun = evaluator
            .transfers
            .iter()
            .enumerate()
            .filter_map(|(partition, transfer)| {
                let transfer = transfer.filter(|t| t.latency_ms.is_infinite() && !self.rules.overrun_is_feasible)?;
                Some(Broken::Bandwidth {
                    partition,
                    bytes: transfer.bytes,
                })
            });
        narrow.chain(overrun).chain(self.broken_limits(totals)).collect()
    }

    fn broken_limits(&self, totals: &Totals) -> impl Iterator<Item = Broken> + use<> {
        let again = if self.rules.link_counted_twice { 1.0 } else { 0.0 };
        let limits = self.limits;
        let largest = [
            (
                "latency in ms",
                totals.latency_ms + again * totals.link_latency_ms,
                limits.latency_ms,
            ),
            (
                "energy in mJ",
                totals.energy_mj + again * totals.link_energy_mj,
                limits.energy_mj,
            ),
            ("area in mm²", totals.area_mm2, limits.area_mm2),
        ];
        let throughput = totals.throughput_fps;
        let smallest = limits
            .throughput_fps
            .filter(|&limit| throughput < limit)
            .map(|limit| Broken::Limit {
                total: "throughput per second",
                value: throughput,
                limit,
            });
        let largest = largest.into_iter().filter_map(|(total, value, limit)| {
            let limit = limit.filter(|&limit| value > limit)?;
            Some(Broken::Limit { total, value, limit })
        });
        largest.chain(smallest)
    }

    /// What moving everything alive after a layer into a partition costs.
    fn crossing(&self, partition: usize, after: usize) -> Result<Crossing, Rejection> {
        let free = Crossing {
            bytes: 0,
            latency_ms: 0.0,
            energy_mj: 0.0,
        };
        let link = match self.links.as_slice() {
            [] => return Ok(free),
            [only] => Some(only),
            several if self.rules.first_link_skipped => several.get(partition),
            several => several.get(partition.saturating_sub(1)),
        };
        let crossing = link.and_then(|costs| costs.get(after)).copied();
        crossing.ok_or(Rejection::NoLink {
            partition,
            links: self.links.len(),
        })
    }

    fn check(&self, cuts: &[usize], platforms: &[usize]) -> Result<(), Rejection> {
        let last = self.graph.last();
        let count = self.platforms.len();
        if platforms.len() != cuts.len() + 1 {
            return Err(Rejection::Lengths {
                cuts: cuts.len(),
                platforms: platforms.len(),
            });
        }
        if let Some(&cut) = cuts.iter().find(|&&cut| cut > last) {
            return Err(Rejection::CutOutside { cut, last });
        }
        if let Some(&platform) = platforms.iter().find(|&&platform| platform >= count) {
            return Err(Rejection::NoPlatform { platform, count });
        }
        if !cuts.is_sorted() {
            return Err(Rejection::CutOrder);
        }
        self.check_order(platforms)
    }

    fn check_order(&self, platforms: &[usize]) -> Result<(), Rejection> {
        let is_first = |&(index, platform): &(usize, &usize)| !platforms[..index].contains(platform);
        if self.order.each_once && !platforms.iter().enumerate().all(|entry| is_first(&entry)) {
            return Err(Rejection::PlatformAgain);
        }
        if self.order.fixed && !platforms.is_sorted() {
            return Err(Rejection::PlatformOrder);
        }
        if let Some(allowed) = self.order.max_platforms {
            let used = platforms.iter().enumerate().filter(is_first).count();
            if used > allowed {
                return Err(Rejection::TooManyPlatforms { used, allowed });
            }
        }
        Ok(())
    }
}
