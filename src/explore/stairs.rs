//! Which of the labels that come by in rising order are better in something than all before.
//!
//! Labels come sorted by their first number, so only the others are compared. With two numbers the last kept label decides, with three a
//! staircase of the second and third. With more, kept labels lie in blocks that know the least of each number among their own: a
//! block that is beaten somewhere by its own least is passed over as a whole.

use super::exact::Sums;

/// Labels in a block.
const BLOCK: usize = 16;

/// The labels kept so far.
#[derive(Debug, Default)]
pub(crate) struct Stairs<const M: usize> {
    kept: u32,
    /// Second and third number and index: the second rises, the third falls. With two numbers, only the last kept one.
    steps: Vec<(i128, i128, u32)>,
    /// Least of each number, and the labels.
    blocks: Vec<(Sums<M>, Vec<Sums<M>>)>,
}

impl<const M: usize> Stairs<M> {
    /// Forgets all labels.
    pub(crate) fn clear(&mut self) {
        self.kept = 0;
        self.steps.clear();
        self.blocks.clear();
    }

    /// The index (in the order of keeping) of a label kept so far that is at most `most` in all numbers but the first.
    pub(crate) fn at_most(&self, most: &Sums<M>) -> Option<usize> {
        let found = match M {
            0 => None,
            1 => (self.kept > 0).then_some(0),
            2 => self.steps.last().filter(|step| step.0 <= most[1]).map(|step| step.2),
            3 => {
                let after = self.steps.partition_point(|step| step.0 <= most[1]);
                let step = after.checked_sub(1).and_then(|last| self.steps.get(last));
                step.filter(|step| step.1 <= most[2]).map(|step| step.2)
            }
            _ => self.in_blocks(most),
        };
        found.map(|index| index as usize)
    }

    fn in_blocks(&self, most: &Sums<M>) -> Option<u32> {
        let below = |cost: &Sums<M>| (1..M).all(|i| cost[i] <= most[i]);
        let blocks = self.blocks.iter().enumerate().filter(|(_, (least, _))| below(least));
        let mut found = blocks.filter_map(|(index, (_, members))| {
            let within = members.iter().position(below)?;
            Some((index * BLOCK + within) as u32)
        });
        found.next()
    }

    /// Keeps a label, which is at most as good in the first number as those kept before, and better than each in another one.
    pub(crate) fn keep(&mut self, cost: &Sums<M>) {
        match M {
            0 | 1 => {}
            2 => {
                self.steps.clear();
                self.steps.push((cost[1], 0, self.kept));
            }
            3 => {
                let from = self.steps.partition_point(|step| step.0 < cost[1]);
                let beaten = self.steps[from..].iter().take_while(|step| step.1 >= cost[2]);
                let to = from + beaten.count();
                self.steps.splice(from..to, [(cost[1], cost[2], self.kept)]);
            }
            _ => match self.blocks.last_mut() {
                Some((least, members)) if members.len() < BLOCK => {
                    for i in 0..M {
                        least[i] = least[i].min(cost[i]);
                    }
                    members.push(*cost);
                }
                _ => self.blocks.push((*cost, vec![*cost])),
            },
        }
        self.kept += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with looking at all pairs, for labels that repeat many numbers.
    fn check<const M: usize>(range: u64) {
        let mut state = 7_u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            i128::from((state >> 33) % range)
        };
        let mut labels: Vec<Sums<M>> = (0..400).map(|_| std::array::from_fn(|_| draw())).collect();
        labels.sort_unstable();
        let mut stairs = Stairs::<M>::default();
        let mut kept: Vec<Sums<M>> = Vec::new();
        for label in labels {
            let below = |k: &Sums<M>| (0..M).all(|i| k[i] <= label[i]);
            let found = stairs.at_most(&label);
            assert_eq!(found.is_some(), kept.iter().any(below));
            match found {
                Some(index) => assert!(below(&kept[index])),
                None => {
                    stairs.keep(&label);
                    kept.push(label);
                }
            }
        }
        assert!(!kept.is_empty());
    }

    #[test]
    fn exactly_the_labels_no_other_is_at_least_as_good_as_are_kept() {
        check::<1>(50);
        check::<2>(50);
        check::<3>(12);
        check::<4>(8);
        check::<6>(5);
    }
}
