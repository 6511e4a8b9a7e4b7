//! The rule on the number of bundles as a state of a few values per device.
//!
//! Let N blocks in b bundles of at most M blocks lie on a device so far. b ≥ ⌈N/M⌉ always holds, and so it does for all that follows: F
//! further blocks need ⌈F/M⌉ bundles or more. `Ceil` asks b + ⌈F/M⌉ ≤ ⌈(N + F)/M⌉ in the end. With r = N mod M the right side is at most
//! ⌊N/M⌋ + ⌈F/M⌉ + (r > 0), so b = ⌈N/M⌉ at every step, not only at the end: r alone is the state, and a bundle of s blocks may follow
//! if it adds as many bundles as the rule does. `FloorPlusOne` allows b = N/M + 1 for r = 0 besides, which is one state more, called M here.

use super::{Count, MOST_MACHINES, Rules};

/// By device, how its last bundles stand.
pub(super) type State = [u16; MOST_MACHINES];

/// The state behind a further bundle of `size` blocks on a device; `None` = the rule forbids it.
pub(super) fn after(state: State, machine: usize, size: usize, machines: usize, rules: &Rules) -> Option<State> {
    let is_last = machine + 1 == machines;
    let most = rules.longest;
    let was = usize::from(state[machine]);
    let sum = was + size;
    let is = match rules.count {
        Count::Free => return Some(state),
        _ if size > most => return None,
        Count::FloorPlusOne if is_last => match was {
            0 => size % most,
            _ if was == most => (size == most).then_some(most)?,
            _ if sum == most => most,
            _ => sum.checked_sub(most)?,
        },
        Count::Ceil | Count::FloorPlusOne => match was {
            0 => size % most,
            _ => sum.checked_sub(most).filter(|&rest| rest > 0)?,
        },
    };
    let mut next = state;
    next[machine] = u16::try_from(is).ok()?;
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sequence of sizes that adds up to `blocks` on one device keeps the rule exactly if the states allow it.
    #[test]
    fn states_say_what_the_rule_says() {
        for count in [Count::Ceil, Count::FloorPlusOne] {
            for longest in 1..=5 {
                let rules = Rules {
                    count,
                    ..Rules::up_to(longest)
                };
                for blocks in 1..=9 {
                    walk(&rules, blocks, blocks, &mut Vec::new());
                }
            }
        }
    }

    fn walk(rules: &Rules, blocks: usize, left: usize, sizes: &mut Vec<usize>) {
        if left == 0 {
            let states = sizes
                .iter()
                .try_fold([0; MOST_MACHINES], |state, &size| after(state, 0, size, 1, rules));
            let most = match rules.count {
                Count::Ceil => blocks.div_ceil(rules.longest),
                _ => blocks / rules.longest + 1,
            };
            assert_eq!(states.is_some(), sizes.len() <= most, "{rules:?} {sizes:?}");
        }
        for size in 1..=left.min(rules.longest) {
            sizes.push(size);
            walk(rules, blocks, left - size, sizes);
            sizes.pop();
        }
    }
}
