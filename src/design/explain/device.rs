//! Explanations of what a device is asked for: time, energy, memory and power.

use super::layer::{self, tensor_size};
use super::{Context, Node, letter, source};
use crate::design::Explanation;
use crate::design::memory::{self, Held, Visit};
use crate::network::LayerId;
use crate::units::Unit;

impl Context<'_> {
    /// Computing seconds of a device.
    pub(super) fn device_latency(&self, device: usize) -> Explanation {
        let layers = || self.layers(device).map(|l| layer::latency(self.problem, l, device));
        let parts = self
            .bundles(device, Unit::Seconds)
            .unwrap_or_else(|| layers().collect());
        let value = self.evaluation.devices[device].compute_s;
        self.node(device, "t", "computing on", Unit::Seconds, value).sum(parts)
    }

    /// Computing joules of a device.
    pub(super) fn device_energy(&self, device: usize) -> Explanation {
        let layers = || self.layers(device).map(|l| layer::energy(self.problem, l, device));
        let parts = self.bundles(device, Unit::Joules).unwrap_or_else(|| layers().collect());
        let value = self.evaluation.devices[device].compute_j;
        self.node(device, "e", "computing on", Unit::Joules, value).sum(parts)
    }

    /// Bytes of memory of a device.
    pub(super) fn device_memory(&self, device: usize) -> Explanation {
        let load = &self.evaluation.devices[device];
        let weights = self.layers(device).map(|l| layer::weights(self.problem, l, device));
        let weights = self
            .node(device, "w", "weights on", Unit::Bytes, load.weight_bytes as f64)
            .sum(weights.collect());
        let node = self.node(device, "m", "memory of", Unit::Bytes, load.memory_bytes() as f64);
        node.sum(vec![weights, self.activations(device)])
    }

    /// Average watts of a device.
    pub(super) fn device_power(&self, device: usize) -> Explanation {
        let load = &self.evaluation.devices[device];
        let description = &self.problem.system.devices[device];
        let idle = Node::new("P_idle", "idle power", Unit::Watts, description.idle_power_w);
        let idle = idle.given(source(&description.sources, "idle_power_w"));
        let node = self.node(device, "P", "average power of", Unit::Watts, load.power_w);
        if load.compute_j + load.link_j == 0.0 {
            return node.formula("P_idle", vec![idle]);
        }
        if load.compute_j.is_infinite() {
            return node.given("it cannot run one of its layers");
        }
        let rate = match self.problem.system.frame_rate_hz {
            Some(rate_hz) => {
                let node = Node::new("f", "results per second asked for", Unit::PerSecond, rate_hz);
                node.given("frame rate, a setting of the system")
            }
            None => self.throughput(),
        };
        let at_end = |link: &usize| {
            let mut messages = self.evaluation.links[*link].messages.iter();
            messages.any(|m| m.from == device || m.to == device)
        };
        let links = (0..self.evaluation.links.len()).filter(at_end);
        let mut parts = vec![self.device_energy(device)];
        parts.extend(links.map(|link| self.link_end_energy(link, device)));
        let symbols: Vec<_> = parts.iter().map(|p| p.symbol.as_str()).collect();
        let formula = format!("({}) × f + P_idle", symbols.join(" + "));
        parts.extend([rate, idle]);
        node.formula(&formula, parts)
    }

    fn node(&self, device: usize, symbol: &str, what: &str, unit: Unit, value: f64) -> Node {
        let name = &self.problem.system.devices[device].name;
        Node::new(
            format!("{symbol}_{}", letter(device)),
            format!("{what} {name}"),
            unit,
            value,
        )
    }

    fn layers(&self, device: usize) -> impl Iterator<Item = LayerId> + '_ {
        (0..self.placed.placement_of.len()).filter(move |&layer| self.placed.device_of(layer) == device)
    }

    /// What is live when most is.
    fn activations(&self, device: usize) -> Explanation {
        let value = self.evaluation.devices[device].activation_bytes as f64;
        let node = |meaning: String| Node::new(format!("a_{}", letter(device)), meaning, Unit::Bytes, value);
        let visits = self.placed.visits(device).map(|placement| Visit {
            problem: self.problem,
            placed: &self.placed,
            traffic: &self.traffic,
            placement,
        });
        let fullest = visits.min_by_key(|visit| std::cmp::Reverse(memory::peak(self.problem, visit)));
        let contents = fullest.and_then(|visit| memory::peak_contents(self.problem, &visit));
        let Some((layer, held)) = contents else {
            return node("activations".to_owned()).given("it has no layers, so it only forwards");
        };
        let name = &self.problem.network.layers[layer].name;
        let parts = held.iter().map(|held| self.held(device, *held)).collect();
        node(format!("live activations while {name} runs, when they are most")).sum(parts)
    }

    fn held(&self, device: usize, held: Held) -> Explanation {
        let sources = &self.problem.system.devices[device].sources;
        tensor_size(
            self.problem,
            held.tensor,
            held.bits,
            match held.link {
                None if self.problem.table.flat().producer[held.tensor].is_none() => self.why_raw(),
                None => source(sources, "bits"),
                Some(link) => self.why_bits(link, self.encoder(link, held.tensor)),
            },
        )
    }

    fn why_raw(&self) -> String {
        "source width of the raw input, a setting of the system".to_owned()
    }
}
