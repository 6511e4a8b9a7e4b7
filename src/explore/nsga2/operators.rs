//! Crossover and mutation of whole numbers: the real-valued operators of Deb and Agrawal (Complex Systems 9, 1995; simulated binary crossover and
//! polynomial mutation), their results rounded, as CNNParted uses them through pymoo.

use super::Gene;
use rand::RngExt;
use rand_pcg::Pcg64;

/// How often an operator is used and how near to the parents its results stay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operator {
    /// Probability that it is applied to a pair, or to an individual.
    pub probability: f64,
    /// Distribution index: the larger, the nearer.
    pub eta: f64,
}

/// Probability that one gene of a pair takes part in a crossover, and that the two results are exchanged.
const HALF: f64 = 0.5;

/// Turns copies of two parents into two children.
pub(super) fn cross(rng: &mut Pcg64, how: Operator, bounds: &[Gene], first: &mut [u32], second: &mut [u32]) {
    if !rng.random_bool(how.probability) {
        return;
    }
    for (gene, (a, b)) in bounds.iter().zip(first.iter_mut().zip(second)) {
        if a == b || !rng.random_bool(HALF) {
            continue;
        }
        let (low, high) = (f64::from(*a.min(b)), f64::from(*a.max(b)));
        let apart = high - low;
        let chance: f64 = rng.random();
        let spread = |room: f64| {
            let alpha = 2.0 - (1.0 + 2.0 * room / apart).powf(-(how.eta + 1.0));
            let share = chance * alpha;
            let base = if share <= 1.0 { share } else { 1.0 / (2.0 - share) };
            base.powf(1.0 / (how.eta + 1.0))
        };
        let middle = low + high;
        let below = 0.5 * (middle - spread(low - f64::from(gene.least)) * apart);
        let above = 0.5 * (middle + spread(f64::from(gene.most) - high) * apart);
        (*a, *b) = (gene.round(below), gene.round(above));
        if rng.random_bool(HALF) {
            std::mem::swap(a, b);
        }
    }
}

/// Changes an individual; each gene with probability 1 / number of genes, at most ½.
pub(super) fn mutate(rng: &mut Pcg64, how: Operator, bounds: &[Gene], genome: &mut [u32]) {
    if !rng.random_bool(how.probability) {
        return;
    }
    let share = HALF.min(1.0 / genome.len().max(1) as f64);
    for (gene, value) in bounds.iter().zip(genome) {
        let width = f64::from(gene.most) - f64::from(gene.least);
        if width == 0.0 || !rng.random_bool(share) {
            continue;
        }
        let chance: f64 = rng.random();
        let power = how.eta + 1.0;
        let step = if chance < HALF {
            let rest = 1.0 - (f64::from(*value) - f64::from(gene.least)) / width;
            (2.0 * chance + (1.0 - 2.0 * chance) * rest.powf(power)).powf(1.0 / power) - 1.0
        } else {
            let rest = 1.0 - (f64::from(gene.most) - f64::from(*value)) / width;
            1.0 - (2.0 * (1.0 - chance) + (2.0 * chance - 1.0) * rest.powf(power)).powf(1.0 / power)
        };
        *value = gene.round(f64::from(*value) + step * width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    const GENE: Gene = Gene { least: 3, most: 203 };
    const CROSSOVER: Operator = Operator {
        probability: 1.0,
        eta: 15.0,
    };

    #[test]
    fn children_stay_in_bounds_and_about_their_parents() {
        let mut rng = Pcg64::seed_from_u64(1);
        let (mut sum, mut near, mut changed) = (0.0, 0, 0);
        const PAIRS: u32 = 20_000;
        for _ in 0..PAIRS {
            let (mut a, mut b) = ([80], [120]);
            cross(&mut rng, CROSSOVER, &[GENE], &mut a, &mut b);
            assert!((GENE.least..=GENE.most).contains(&a[0]) && (GENE.least..=GENE.most).contains(&b[0]));
            sum += f64::from(a[0]) + f64::from(b[0]);
            near += u32::from(a[0].abs_diff(80).min(a[0].abs_diff(120)) <= 10);
            changed += u32::from(a != [80] && a != [120]);
        }
        // The operator keeps the mean of the two parents, and an index of 15 keeps children near to one of them.
        assert!((sum / f64::from(2 * PAIRS) - 100.0).abs() < 0.5, "{sum}");
        assert!(near > PAIRS * 9 / 10, "{near}");
        assert!(changed > PAIRS / 4, "{changed}");
    }

    #[test]
    fn mutants_stay_in_bounds_and_go_both_ways() {
        let mut rng = Pcg64::seed_from_u64(2);
        let how = Operator {
            probability: 1.0,
            eta: 10.0,
        };
        for start in [GENE.least, 50, GENE.most] {
            let (mut up, mut down) = (0, 0);
            for _ in 0..4_000 {
                let mut genome = [start];
                mutate(&mut rng, how, &[GENE], &mut genome);
                assert!((GENE.least..=GENE.most).contains(&genome[0]));
                up += u32::from(genome[0] > start);
                down += u32::from(genome[0] < start);
            }
            assert_eq!(up == 0, start == GENE.most);
            assert_eq!(down == 0, start == GENE.least);
            if start == 50 {
                assert!(up.abs_diff(down) < 400, "{up} up, {down} down");
            }
        }
    }

    #[test]
    fn a_gene_with_one_value_keeps_it() {
        let mut rng = Pcg64::seed_from_u64(3);
        let only = Gene { least: 7, most: 7 };
        let (mut a, mut b) = ([7], [7]);
        cross(&mut rng, CROSSOVER, &[only], &mut a, &mut b);
        mutate(&mut rng, CROSSOVER, &[only], &mut a);
        assert_eq!((a, b), ([7], [7]));
    }
}
