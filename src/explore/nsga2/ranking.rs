//! Ranks and crowding of a population (Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 6(2), 2002).

use super::population::Population;

/// What an individual is worth: by rank, then by how much room it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worth {
    /// Number of its front, 0 = nothing is better. Infeasible ones follow after all feasible ones, by rising violation.
    pub(super) rank: u32,
    /// Sum over the objectives of the distance between its neighbours in its front, as a share of the front's width; infinite at the ends.
    pub(super) crowding: f64,
}

/// Ranks populations, again and again in the same memory.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// By individual.
    pub(super) worth: Vec<Worth>,
    /// Individuals, best first: by rank, then by falling crowding, then in their order.
    pub(super) order: Vec<u32>,
    /// By individual: how many are better.
    better: Vec<u32>,
    /// Pairs (better, worse).
    pairs: Vec<(u32, u32)>,
    front: Vec<u32>,
    next: Vec<u32>,
}

impl Ranking {
    /// Ranks all individuals.
    pub(super) fn rank(&mut self, population: &Population) {
        let count = population.len();
        self.worth.clear();
        self.worth.resize(
            count,
            Worth {
                rank: u32::MAX,
                crowding: 0.0,
            },
        );
        self.order.clear();
        let rank = self.rank_feasible(population);
        self.rank_infeasible(population, rank);
        let worth = &self.worth;
        self.order.sort_by(|&a, &b| {
            let (a, b) = (&worth[a as usize], &worth[b as usize]);
            a.rank.cmp(&b.rank).then(b.crowding.total_cmp(&a.crowding))
        });
    }

    /// Peels one front after the other off the feasible ones; the number of fronts.
    fn rank_feasible(&mut self, population: &Population) -> u32 {
        let count = population.len();
        self.better.clear();
        self.better.resize(count, 0);
        self.pairs.clear();
        for a in (0..count).filter(|&a| population.is_feasible(a)) {
            for b in (a + 1..count).filter(|&b| population.is_feasible(b)) {
                let (better, worse) = match compare(population.objectives(a), population.objectives(b)) {
                    Some(true) => (a, b),
                    Some(false) => (b, a),
                    None => continue,
                };
                self.better[worse] += 1;
                self.pairs.push((better as u32, worse as u32));
            }
        }
        self.pairs.sort_unstable();
        self.front.clear();
        let first = (0..count as u32).filter(|&a| population.is_feasible(a as usize) && self.better[a as usize] == 0);
        self.front.extend(first);
        let mut rank = 0;
        while !self.front.is_empty() {
            self.next.clear();
            for &member in &self.front {
                self.worth[member as usize].rank = rank;
                let from = self.pairs.partition_point(|&(better, _)| better < member);
                for &(_, worse) in self.pairs[from..].iter().take_while(|&&(better, _)| better == member) {
                    self.better[worse as usize] -= 1;
                    if self.better[worse as usize] == 0 {
                        self.next.push(worse);
                    }
                }
            }
            self.order.extend_from_slice(&self.front);
            crowd(population, &mut self.front, &mut self.worth);
            std::mem::swap(&mut self.front, &mut self.next);
            self.front.sort_unstable();
            rank += 1;
        }
        rank
    }

    fn rank_infeasible(&mut self, population: &Population, mut rank: u32) {
        let infeasible = (0..population.len() as u32).filter(|&a| !population.is_feasible(a as usize));
        let from = self.order.len();
        self.order.extend(infeasible);
        let violation = |a: u32| population.violation(a as usize);
        self.order[from..].sort_by(|&a, &b| violation(a).total_cmp(&violation(b)));
        let mut last = None;
        for &member in &self.order[from..] {
            rank += u32::from(last.is_some_and(|last| last < violation(member)));
            last = Some(violation(member));
            self.worth[member as usize].rank = rank;
        }
    }
}

/// Whether the first dominates the second (`true`), the second the first (`false`), or neither.
pub(super) fn compare(a: &[f64], b: &[f64]) -> Option<bool> {
    let (mut a_better, mut b_better) = (false, false);
    for (a, b) in a.iter().zip(b) {
        a_better |= a < b;
        b_better |= b < a;
    }
    (a_better != b_better).then_some(a_better)
}

/// Sets the crowding of the members of a front; leaves them in another order.
fn crowd(population: &Population, front: &mut [u32], worth: &mut [Worth]) {
    let objectives = front
        .first()
        .map_or(0, |&member| population.objectives(member as usize).len());
    for objective in 0..objectives {
        let value = |member: u32| population.objectives(member as usize)[objective];
        front.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        let (Some(&first), Some(&last)) = (front.first(), front.last()) else {
            return;
        };
        let width = value(last) - value(first);
        worth[first as usize].crowding = f64::INFINITY;
        worth[last as usize].crowding = f64::INFINITY;
        if width > 0.0 && width.is_finite() {
            for three in front.windows(3) {
                worth[three[1] as usize].crowding += (value(three[2]) - value(three[0])) / width;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_are_peeled_and_the_infeasible_follow() {
        let mut population = Population::new(1, 2);
        let individuals = [
            ([3.0, 3.0], 0.0),
            ([1.0, 2.0], 0.0),
            ([2.0, 1.0], 0.0),
            ([0.0, 0.0], 2.0),
            ([9.0, 9.0], 0.5),
            ([1.5, 1.5], 0.0),
            ([2.0, 2.0], 0.0),
        ];
        for (index, (objectives, violation)) in individuals.iter().enumerate() {
            population.push(&[index as u32], objectives, *violation);
        }
        let mut ranking = Ranking::default();
        ranking.rank(&population);
        let ranks: Vec<u32> = ranking.worth.iter().map(|worth| worth.rank).collect();
        assert_eq!(ranks, [2, 0, 0, 4, 3, 0, 1]);
        assert_eq!(ranking.order, [1, 2, 5, 6, 0, 4, 3]);
        let crowding: Vec<f64> = [1, 5, 2].map(|i: usize| ranking.worth[i].crowding).to_vec();
        assert_eq!(crowding, [f64::INFINITY, 2.0, f64::INFINITY]);
    }
}
