//! The objective at every position one cut could take: the curve under the hand.
//!
//! While the cut moves through the schedule, every layer changes its device exactly once, from the nearest device after the cut to the
//! nearest before it. Device times are therefore prefix and suffix sums, and the bytes of the links change only by the
//! tensors at the layer that changes; they are whole numbers, so adding and taking away leaves no rounding.

use super::{Metrics, Objective, Problem};
use crate::design::Design;
use crate::design::evaluate::evaluate_chosen;
use crate::design::traffic::{Span, raw_bits, sent_bits};
use crate::link::{Direction, Duplex};
use crate::network::{Ideal, LayerId, TensorId};
use crate::system::Topology;

/// The objective with the cut at every position of the schedule, 0 to the number of layers, other cuts pushed along as by
/// [`Design::move_cut`]; infinite where a device cannot run a layer.
///
/// As with [`crate::design::evaluate`], table and design must fit the problem; the design must have the cut.
pub fn curve(problem: &Problem, design: &Design, cut: usize, objective: Objective) -> Vec<f64> {
    let system = problem.system;
    let plain_chain = system.topology == Topology::Chain && system.direct.is_empty();
    let sums = matches!(objective, Objective::Latency | Objective::Energy | Objective::Interval);
    problem.chosen(design, |problem| {
        if sums && plain_chain && problem.table.is_additive() && design.is_in_chain_order(system.devices.len()) {
            summed(problem, design, cut, objective)
        } else {
            evaluated(problem, design, cut, objective)
        }
    })
}

/// The curve of a sum over layers and links (or the largest of such sums), for a design in chain order on a plain chain.
fn summed(problem: &Problem, design: &Design, cut: usize, objective: Objective) -> Vec<f64> {
    let order = problem.schedule.order();
    let base = design.assignment(order.len());
    let devices = compute(problem, &base, cut, objective);
    let mut links = Links::new(problem, base.iter().map(|&d| d.max(cut + 1)).collect());
    let mut values = Vec::with_capacity(order.len() + 1);
    for (position, devices) in devices.chunks_exact(problem.system.devices.len()).enumerate() {
        if let Some(&layer) = position.checked_sub(1).and_then(|p| order.get(p)) {
            links.put(layer, base[layer].min(cut));
        }
        let links = links.costs(objective);
        values.push(match objective {
            Objective::Interval => devices.iter().copied().chain(links).fold(0.0, f64::max),
            _ => devices.iter().sum::<f64>() + links.sum::<f64>(),
        });
    }
    values
}

/// The curve of any objective and design, from one evaluation per position.
fn evaluated(problem: &Problem, design: &Design, cut: usize, objective: Objective) -> Vec<f64> {
    let positions = 0..=problem.schedule.order().len();
    let value = |position: usize| {
        let mut moved = design.clone();
        moved.move_cut(cut, &Ideal::prefix(problem.schedule, position));
        Metrics::from(&evaluate_chosen(problem, &moved)).get(objective)
    };
    positions.map(value).collect()
}

/// The position of the least value of a curve, the first of several; `None` if no value is finite.
pub fn best_position(curve: &[f64]) -> Option<usize> {
    let finite = curve.iter().enumerate().filter(|(_, value)| value.is_finite());
    finite.min_by(|a, b| a.1.total_cmp(b.1)).map(|(position, _)| position)
}

/// Positions inside the schedule that a single tensor crosses, raw inputs that are read on both sides included.
pub fn single_tensor_positions(problem: &Problem) -> Vec<usize> {
    let flat = problem.table.flat();
    let mut change = vec![0_i64; flat.layers() + 1];
    for tensor in 0..flat.tensors() {
        let places = flat.consumers.get(tensor).iter().map(|&l| problem.schedule.place(l));
        let made = flat.producer[tensor].map_or(0, |l| problem.schedule.place(l) + 1);
        if let Some(read) = places.max()
            && made <= read
        {
            // It crosses the positions from behind its producer to before its last reader.
            change[made] += 1;
            change[read + 1] -= 1;
        }
    }
    let mut crossing = 0;
    let counts = change.iter().map(|c| {
        crossing += c;
        crossing
    });
    let inside = 1..flat.layers();
    counts
        .enumerate()
        .filter(|&(p, count)| count == 1 && inside.contains(&p))
        .map(|(p, _)| p)
        .collect()
}

/// Seconds or joules of computing of every device, by position.
fn compute(problem: &Problem, base: &[usize], cut: usize, objective: Objective) -> Vec<f64> {
    let order = problem.schedule.order();
    let devices = problem.system.devices.len();
    let cost = |layer: LayerId, device: usize| {
        let row = problem.table.row(device);
        match objective {
            Objective::Energy => row.energy_j[layer],
            _ => row.latency_s[layer],
        }
    };
    let mut sums = vec![0.0; (order.len() + 1) * devices];
    // Devices up to the cut take layers from the front, those after it give them up from the front.
    for (position, &layer) in order.iter().enumerate() {
        let (done, rest) = sums.split_at_mut((position + 1) * devices);
        rest[..=cut].copy_from_slice(&done[position * devices..][..=cut]);
        let device = base[layer].min(cut);
        rest[device] += cost(layer, device);
    }
    for (position, &layer) in order.iter().enumerate().rev() {
        let (rest, done) = sums.split_at_mut((position + 1) * devices);
        let here = &mut rest[position * devices..];
        here[cut + 1..].copy_from_slice(&done[cut + 1..devices]);
        let device = base[layer].max(cut + 1);
        here[device] += cost(layer, device);
    }
    sums
}

/// Bytes on one link, kept up while layers change devices.
#[derive(Debug, Clone, Default)]
struct Load {
    input_back: u128,
    /// Raw input going forward.
    forward_raw: u128,
    /// All else going forward, by the device that encodes it.
    forward_made: Vec<u128>,
    output_back: u128,
}

/// The traffic of all links under an assignment that changes layer by layer.
struct Links<'a> {
    problem: &'a Problem<'a>,
    device_of: Vec<usize>,
    layers_on: Vec<usize>,
    loads: Vec<Load>,
}

impl<'a> Links<'a> {
    fn new(problem: &'a Problem<'a>, device_of: Vec<usize>) -> Self {
        let devices = problem.system.devices.len();
        let empty = Load {
            forward_made: vec![0; devices],
            ..Load::default()
        };
        let mut layers_on = vec![0; devices];
        for &device in &device_of {
            layers_on[device] += 1;
        }
        let mut made = Self {
            problem,
            device_of,
            layers_on,
            loads: vec![empty; problem.system.links.len()],
        };
        for tensor in 0..problem.table.flat().tensors() {
            made.count(tensor, u128::wrapping_add);
        }
        made
    }

    /// Puts a layer on a device.
    fn put(&mut self, layer: LayerId, device: usize) {
        let flat = self.problem.table.flat();
        let (inputs, outputs) = (flat.inputs.get(layer), flat.outputs.get(layer));
        for &tensor in inputs.iter().chain(outputs) {
            self.count(tensor, u128::wrapping_sub);
        }
        self.layers_on[self.device_of[layer]] -= 1;
        self.layers_on[device] += 1;
        self.device_of[layer] = device;
        for &tensor in inputs.iter().chain(outputs) {
            self.count(tensor, u128::wrapping_add);
        }
    }

    /// Adds a tensor to the links it crosses, or takes it away.
    fn count(&mut self, tensor: TensorId, change: fn(u128, u128) -> u128) {
        let problem = self.problem;
        let flat = problem.table.flat();
        let span = Span::of(problem, &self.device_of, tensor);
        let is_raw = flat.producer[tensor].is_none();
        let add = |sum: &mut u128, bits| *sum = change(*sum, u128::from(flat.bytes(tensor, bits)));
        for (link, load) in self.loads.iter_mut().enumerate().take(span.last).skip(span.home) {
            if is_raw {
                add(&mut load.forward_raw, raw_bits(problem, link));
            } else {
                for (sender, sum) in load.forward_made.iter_mut().enumerate().take(link + 1) {
                    add(sum, sent_bits(problem, link, sender));
                }
            }
        }
        for (link, load) in self.loads.iter_mut().enumerate().take(span.home).skip(span.lowest) {
            add(&mut load.input_back, raw_bits(problem, link));
        }
        for (link, load) in self.loads.iter_mut().enumerate().take(span.lowest).skip(span.first) {
            let bits = if is_raw {
                raw_bits(problem, link)
            } else {
                sent_bits(problem, link, span.home)
            };
            add(&mut load.output_back, bits);
        }
    }

    /// Every link's share of the objective.
    fn costs(&self, objective: Objective) -> impl Iterator<Item = f64> + '_ {
        let mut sender = 0;
        self.loads.iter().enumerate().map(move |(index, load)| {
            if self.layers_on[index] > 0 {
                sender = index;
            }
            let system = self.problem.system;
            let cost = |bytes: u128, direction: Direction| {
                if bytes == 0 {
                    return 0.0;
                }
                let transfer = system.transfer(index, u64::try_from(bytes).unwrap_or(u64::MAX), direction);
                match objective {
                    Objective::Energy => transfer.transmit_j + transfer.receive_j,
                    _ => transfer.latency_s,
                }
            };
            let forward = cost(load.forward_raw + load.forward_made[sender], Direction::Forward);
            let back = cost(load.input_back, Direction::Back) + cost(load.output_back, Direction::Back);
            match (objective, system.link(index).duplex) {
                (Objective::Interval, Duplex::Full) => f64::max(forward, back),
                _ => forward + back,
            }
        })
    }
}
