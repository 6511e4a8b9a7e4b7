//! Least cuts by maximum flow: Dinic's algorithm on whole numbers of 128 bits (Dinic, Soviet Math. Doklady 11, 1970).
//!
//! Networks of designs are long and thin: flow travels along chains of hundreds of layers, in thousands of small
//! portions. A path is therefore continued from where it got stuck instead of being searched anew, which is what makes this much faster here
//! than petgraph's function of the same name (that one clears its marks for every single path).

use std::collections::VecDeque;
use std::ops::Range;

/// Amounts of flow and what arcs can carry.
pub(crate) type Amount = u128;

/// What an arc carries that must never be cut; finite cuts stay far below.
pub(crate) const ENDLESS: Amount = 1 << 125;
/// No finite cut is as large.
pub(crate) const MOST: Amount = 1 << 123;

/// A vertex.
pub(crate) type Vertex = u32;

/// An arc of the residual network.
#[derive(Debug, Clone, Copy)]
struct Arc {
    /// What it can still carry.
    left: Amount,
    to: Vertex,
    /// Index of the arc the other way.
    back: u32,
}

/// A network that flow is sent through.
#[derive(Debug, Clone, Default)]
pub(crate) struct FlowNetwork {
    vertices: Vertex,
    /// From, to, what it carries, what it carries the other way.
    added: Vec<(Vertex, Vertex, Amount, Amount)>,
}

/// Index of an arc in the order of adding.
pub(crate) type ArcId = usize;

/// The outcome of cutting a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeastCut {
    /// What all arcs from the source's side to the sink's side carry together.
    pub(crate) amount: Amount,
    /// By vertex: whether it is on the source's side, which is the smallest of all that give the least amount.
    pub(crate) with_source: Vec<bool>,
}

/// A search was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl FlowNetwork {
    /// A new vertex.
    pub(crate) fn vertex(&mut self) -> Vertex {
        self.vertices += 1;
        self.vertices - 1
    }

    /// An arc between two different vertices that carries `there` one way and `back` the other.
    pub(crate) fn arc(&mut self, from: Vertex, to: Vertex, there: Amount, back: Amount) -> ArcId {
        debug_assert!(from < self.vertices && to < self.vertices && from != to);
        self.added.push((from, to, there, back));
        self.added.len() - 1
    }
}

/// A flow under way from one vertex to another; it only grows, also when arcs get wider.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    source: Vertex,
    sink: Vertex,
    sent: Amount,
    arcs: Vec<Arc>,
    /// By the order of adding: where the arc stands.
    place: Vec<u32>,
    /// By vertex, with one more at the end: its first arc.
    first: Vec<u32>,
    /// By vertex: arcs to the sink, [`FAR`] where it cannot be reached.
    distance: Vec<u32>,
    /// By vertex: the arc to be tried next.
    next: Vec<u32>,
    queue: VecDeque<Vertex>,
}

const FAR: u32 = u32::MAX;

impl Flow {
    /// No flow yet.
    pub(crate) fn new(network: &FlowNetwork, source: Vertex, sink: Vertex) -> Self {
        let vertices = network.vertices as usize;
        let mut first = vec![0_u32; vertices + 1];
        for &(from, to, _, _) in &network.added {
            first[from as usize + 1] += 1;
            first[to as usize + 1] += 1;
        }
        for vertex in 0..vertices {
            first[vertex + 1] += first[vertex];
        }
        let mut free = first.clone();
        let mut take = |vertex: Vertex| {
            free[vertex as usize] += 1;
            free[vertex as usize] - 1
        };
        let unused = Arc {
            left: 0,
            to: 0,
            back: 0,
        };
        let mut arcs = vec![unused; 2 * network.added.len()];
        let mut place = Vec::with_capacity(network.added.len());
        for &(from, to, there, back) in &network.added {
            let (here, other) = (take(from), take(to));
            let arc = |left, to, back| Arc { left, to, back };
            arcs[here as usize] = arc(there, to, other);
            arcs[other as usize] = arc(back, from, here);
            place.push(here);
        }
        Self {
            source,
            sink,
            sent: 0,
            arcs,
            place,
            first,
            distance: vec![FAR; vertices],
            next: vec![0; vertices],
            queue: VecDeque::new(),
        }
    }

    /// Makes an arc one that must not be cut.
    pub(crate) fn never_cut(&mut self, arc: ArcId) {
        let arc = &mut self.arcs[self.place[arc] as usize];
        arc.left = arc.left.max(ENDLESS);
    }

    /// The least cut, if it carries at most `limit` (and less than [`MOST`]).
    pub(crate) fn least_cut(
        &mut self,
        limit: Amount,
        cancel: &dyn Fn() -> bool,
    ) -> Result<Option<LeastCut>, Cancelled> {
        let limit = limit.min(MOST - 1);
        while self.sent <= limit && self.find_distances() {
            if cancel() {
                return Err(Cancelled);
            }
            self.fill(limit);
        }
        Ok((self.sent <= limit).then(|| LeastCut {
            amount: self.sent,
            with_source: self.reachable(),
        }))
    }

    fn arcs_of(&self, vertex: Vertex) -> Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// Counts the arcs from every vertex to the sink; whether the source reaches it.
    fn find_distances(&mut self) -> bool {
        self.distance.fill(FAR);
        self.distance[self.sink as usize] = 0;
        self.queue.clear();
        self.queue.push_back(self.sink);
        while let Some(vertex) = self.queue.pop_front() {
            let further = self.distance[vertex as usize] + 1;
            if further > self.distance[self.source as usize] {
                break;
            }
            for index in self.arcs_of(vertex) {
                let Arc { to, back, .. } = self.arcs[index];
                if self.distance[to as usize] == FAR && self.arcs[back as usize].left > 0 {
                    self.distance[to as usize] = further;
                    self.queue.push_back(to);
                }
            }
        }
        self.distance[self.source as usize] != FAR
    }

    /// Sends flow along shortest paths until none is left, or more than `limit` has been sent.
    fn fill(&mut self, limit: Amount) {
        self.next.copy_from_slice(&self.first[..self.distance.len()]);
        let mut path: Vec<u32> = Vec::new();
        let mut vertex = self.source;
        loop {
            if vertex == self.sink {
                self.send(&path);
                if self.sent > limit {
                    return;
                }
                // Go on from the first arc that is full now.
                let full = path.iter().position(|&arc| self.arcs[arc as usize].left == 0);
                path.truncate(full.unwrap_or(0));
                vertex = path.last().map_or(self.source, |&arc| self.arcs[arc as usize].to);
            } else if let Some(arc) = self.step(vertex) {
                path.push(arc);
                vertex = self.arcs[arc as usize].to;
            } else {
                // A dead end: nothing comes here again in this round.
                self.distance[vertex as usize] = FAR;
                let Some(arc) = path.pop() else {
                    return;
                };
                vertex = self.arcs[self.arcs[arc as usize].back as usize].to;
            }
        }
    }

    /// The next arc from a vertex that leads nearer to the sink.
    fn step(&mut self, vertex: Vertex) -> Option<u32> {
        let distance = self.distance[vertex as usize];
        let end = self.first[vertex as usize + 1];
        let next = &mut self.next[vertex as usize];
        while *next < end {
            let arc = self.arcs[*next as usize];
            let nearer = self.distance[arc.to as usize];
            if arc.left > 0 && nearer != FAR && nearer + 1 == distance {
                return Some(*next);
            }
            *next += 1;
        }
        None
    }

    /// Sends what fits along a path.
    fn send(&mut self, path: &[u32]) {
        let portion = path.iter().map(|&arc| self.arcs[arc as usize].left).min().unwrap_or(0);
        for &arc in path {
            let arc = &mut self.arcs[arc as usize];
            arc.left -= portion;
            let back = arc.back as usize;
            self.arcs[back].left += portion;
        }
        self.sent += portion;
    }

    /// By vertex: whether more flow could get there.
    fn reachable(&self) -> Vec<bool> {
        let mut seen = vec![false; self.distance.len()];
        seen[self.source as usize] = true;
        let mut stack = vec![self.source];
        while let Some(vertex) = stack.pop() {
            for arc in &self.arcs[self.arcs_of(vertex)] {
                if arc.left > 0 && !seen[arc.to as usize] {
                    seen[arc.to as usize] = true;
                    stack.push(arc.to);
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The least cut over all ways to divide the vertices between source (0) and sink (1).
    fn by_brute_force(vertices: u32, arcs: &[(u32, u32, Amount, Amount)]) -> Amount {
        let cut = |sides: u32| {
            let with_source = |v: u32| v == 0 || v != 1 && sides & (1 << v) != 0;
            let carried =
                |&(from, to, there, back): &(u32, u32, Amount, Amount)| match (with_source(from), with_source(to)) {
                    (true, false) => there,
                    (false, true) => back,
                    _ => 0,
                };
            arcs.iter().map(carried).sum()
        };
        (0..1 << vertices).map(cut).min().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn is_the_least_of_all_cuts(
            vertices in 2_u32..8,
            arcs in prop::collection::vec((0_u32..8, 0_u32..8, 0_u32..20, 0_u32..4), 0..24),
            limit in 0_u32..60,
        ) {
            let mut network = FlowNetwork::default();
            for _ in 0..vertices {
                network.vertex();
            }
            let arcs: Vec<_> = arcs
                .iter()
                .map(|&(from, to, there, back)| (from % vertices, to % vertices, Amount::from(there), Amount::from(back)))
                .collect();
            let arcs: Vec<_> = arcs.into_iter().filter(|arc| arc.0 != arc.1).collect();
            for &(from, to, there, back) in &arcs {
                network.arc(from, to, there, back);
            }
            let least = by_brute_force(vertices, &arcs);
            let cut = Flow::new(&network, 0, 1).least_cut(MOST, &|| false).expect("not cancelled").expect("finite");
            prop_assert_eq!(cut.amount, least);
            prop_assert!(cut.with_source[0] && !cut.with_source[1]);
            let mut limited = Flow::new(&network, 0, 1);
            let first = limited.least_cut(Amount::from(limit), &|| false).expect("not cancelled");
            prop_assert_eq!(first.is_some(), least <= Amount::from(limit));
            prop_assert_eq!(limited.least_cut(MOST, &|| false), Ok(Some(cut)));
        }

        #[test]
        fn goes_on_when_an_arc_gets_wider(
            arcs in prop::collection::vec((0_u32..5, 0_u32..5, 0_u32..20), 1..16),
            wider in 0_usize..16,
        ) {
            let mut network = FlowNetwork::default();
            for _ in 0..5 {
                network.vertex();
            }
            let mut arcs: Vec<_> = arcs.into_iter().map(|(from, to, there)| (from, (from + 1 + to % 4) % 5, Amount::from(there), 0)).collect();
            for &(from, to, there, back) in &arcs {
                network.arc(from, to, there, back);
            }
            let mut flow = Flow::new(&network, 0, 1);
            flow.least_cut(MOST, &|| false).expect("not cancelled");
            let wider = wider % arcs.len();
            flow.never_cut(wider);
            arcs[wider].2 = ENDLESS;
            let least = by_brute_force(5, &arcs);
            let cut = flow.least_cut(MOST, &|| false).expect("not cancelled");
            prop_assert_eq!(cut.map(|cut| cut.amount), (least < MOST).then_some(least));
        }
    }

    #[test]
    fn what_must_not_be_cut_is_above_every_limit() {
        let mut network = FlowNetwork::default();
        let (source, sink) = (network.vertex(), network.vertex());
        for _ in 0..10 {
            network.arc(source, sink, ENDLESS, 0);
        }
        let mut flow = Flow::new(&network, source, sink);
        assert_eq!(flow.least_cut(MOST, &|| true), Err(Cancelled));
        assert_eq!(flow.least_cut(MOST, &|| false), Ok(None));
    }
}
