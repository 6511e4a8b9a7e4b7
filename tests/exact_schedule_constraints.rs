//! Schedules under typed constraints against enumeration by the definition, the integer programme, and the bound of its relaxation.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/small.rs"]
mod small;

use cutscape::explore::schedule::{Conflict, Constraint, Kept, Objective, Plan, Problem, Rules, Sense};
use cutscape::network::blocks::Blocks;
use proptest::prelude::*;
use small::{Made, all, key, made, rules};

/// A constraint before its bound is known: factors and terms as typed, the sense, and where between the least and the most sum of all schedules
/// the bound lies.
#[derive(Debug, Clone)]
struct Draft {
    terms: Vec<(i8, u8, usize, usize)>,
    sense: Sense,
    share: f64,
}

fn draft() -> impl Strategy<Value = Draft> {
    let factor = prop::sample::select(vec![1_i8, 1, 1, 2, 3, -1, -2]);
    let kind = 0_u8..4;
    let term = (factor, kind, 0_usize..6, 0_usize..9);
    (
        prop::collection::vec(term, 1..=3),
        prop::sample::select(vec![Sense::AtMost, Sense::AtMost, Sense::AtLeast, Sense::Equal]),
        prop_oneof![4 => 0.0..=1.0, 1 => -0.3..-0.05],
    )
        .prop_map(|(mut terms, sense, share)| {
            // Terms of one constraint have one unit.
            let kind = terms[0].1;
            terms.iter_mut().for_each(|term| term.1 = kind);
            Draft { terms, sense, share }
        })
}

/// What a term is for a schedule.
type Value = Box<dyn Fn(&Plan) -> f64>;

/// The text of a term, and its value by the definition.
fn term(made: &Made, problem: &Problem, rules: &Rules, kind: u8, index: usize, at: usize) -> (String, Value) {
    let blocks = Blocks::preset("alexnet").unwrap();
    let machines = problem.machines();
    let machine = at % machines.len();
    let name = format!("\"{}\"", machines[machine].name);
    let moves = moves(made, rules);
    let of_machine = move |plan: &Plan, value: fn(&cutscape::explore::schedule::Piece) -> f64| {
        plan.pieces
            .iter()
            .filter(|piece| piece.machine == machine)
            .map(value)
            .sum::<f64>()
    };
    let sent = move |plan: &Plan, way: i8, value: fn(&Move) -> f64| {
        let all = moves(plan).into_iter();
        let all = all.filter(|own| way == 0 || (way > 0) == (own.from < own.to));
        all.map(|own| value(&own)).sum::<f64>()
    };
    match (kind, index) {
        (0, 0) => ("time".to_owned(), Box::new(Plan::latency_s)),
        (0, 1 | 2) => (
            format!("time({name})"),
            Box::new(move |plan| of_machine(plan, |piece| piece.choice.latency_s)),
        ),
        (0, 3) => (
            "transfer".to_owned(),
            Box::new(move |plan| sent(plan, 0, |own| own.seconds)),
        ),
        (0, 4) => (
            "transfer(up)".to_owned(),
            Box::new(move |plan| sent(plan, 1, |own| own.seconds)),
        ),
        (0, _) => (
            "transfer(down)".to_owned(),
            Box::new(move |plan| sent(plan, -1, |own| own.seconds)),
        ),
        (1, 0 | 1) => ("energy".to_owned(), Box::new(Plan::energy_j)),
        (1, 2 | 3) => (
            format!("energy({name})"),
            Box::new(move |plan| of_machine(plan, |piece| piece.choice.energy_j)),
        ),
        (1, _) => (
            "energy(transfer)".to_owned(),
            Box::new(move |plan| sent(plan, 0, |own| own.joules)),
        ),
        (2, 0 | 1) => ("bytes".to_owned(), Box::new(move |plan| sent(plan, 0, |own| own.bytes))),
        (2, 2 | 3) => (
            "bytes(up)".to_owned(),
            Box::new(move |plan| sent(plan, 1, |own| own.bytes)),
        ),
        (2, _) => (
            "bytes(down)".to_owned(),
            Box::new(move |plan| sent(plan, -1, |own| own.bytes)),
        ),
        (_, 0) => ("bundles".to_owned(), Box::new(|plan| plan.pieces.len() as f64)),
        (_, 1) => (
            format!("bundles({name})"),
            Box::new(move |plan| of_machine(plan, |_| 1.0)),
        ),
        (_, 2) => (
            format!("blocks({name})"),
            Box::new(move |plan| of_machine(plan, |piece| (piece.last + 1 - piece.first) as f64)),
        ),
        (_, 3) => ("handovers(up)".to_owned(), Box::new(move |plan| sent(plan, 1, |_| 1.0))),
        (_, _) => {
            let block = at / machines.len() % made.blocks;
            let text = format!("on({}, {name})", blocks.names()[block]);
            let is_there = move |piece: &cutscape::explore::schedule::Piece| {
                piece.machine == machine && (piece.first..=piece.last).contains(&block)
            };
            (
                text,
                Box::new(move |plan| f64::from(u8::from(plan.pieces.iter().any(is_there)))),
            )
        }
    }
}

struct Move {
    from: usize,
    to: usize,
    bytes: f64,
    seconds: f64,
    joules: f64,
}

/// What a schedule sends, from the bytes themselves.
fn moves(made: &Made, rules: &Rules) -> impl Fn(&Plan) -> Vec<Move> + Copy + use<> {
    let (input, output) = (rules.input, rules.output);
    let bytes: &'static [u64] = made.bytes.clone().leak();
    move |plan| {
        let mut all: Vec<(usize, Option<usize>, Option<usize>)> = Vec::new();
        let mut holder = input;
        for piece in &plan.pieces {
            all.push((piece.first, holder, Some(piece.machine)));
            holder = Some(piece.machine);
        }
        all.push((bytes.len() - 1, holder, output));
        let all = all.into_iter().filter_map(|(at, from, to)| {
            let (from, to, bytes) = (from?, to?, bytes[at] as f64);
            let (seconds, joules) = match (from, to) {
                (0, _) => (bytes / 1e3, bytes / 1e3),
                (_, 0) => (bytes / 4e3, bytes / 4e3),
                _ => (bytes / 2e3, 0.0),
            };
            (from != to).then_some(Move {
                from,
                to,
                bytes,
                seconds,
                joules,
            })
        });
        all.collect()
    }
}

type Typed = (String, Sense, f64, Box<dyn Fn(&Plan) -> f64>);

/// The typed constraint, its bound, and its sum by the definition.
fn typed(made: &Made, problem: &Problem, rules: &Rules, every: &[Plan], draft: &Draft) -> Typed {
    let unit = ["s", "J", "B", ""][usize::from(draft.terms[0].1)];
    let terms = draft
        .terms
        .iter()
        .map(|&(factor, kind, index, at)| (f64::from(factor), term(made, problem, rules, kind, index, at)));
    let terms: Vec<_> = terms.collect();
    let text: Vec<String> = terms
        .iter()
        .map(|(factor, (text, _))| format!("({factor}) * {text}").replace("(-", "(0-"))
        .collect();
    let sum = move |plan: &Plan| {
        terms
            .iter()
            .map(|(factor, (_, value))| factor * value(plan))
            .sum::<f64>()
    };
    let mut sums: Vec<f64> = every.iter().map(&sum).collect();
    sums.sort_by(f64::total_cmp);
    let (low, high) = (sums[0], sums[sums.len() - 1]);
    // A sum that occurs, or one out of reach.
    let bound = match draft.share {
        share if share < 0.0 && draft.sense == Sense::AtMost => low + share * (high - low + 1e-3),
        share if share < 0.0 => high - share * (high - low + 1e-3),
        share => sums[((sums.len() - 1) as f64 * share) as usize],
    };
    let sign = match draft.sense {
        Sense::AtMost => "<=",
        Sense::AtLeast => ">=",
        Sense::Equal => "=",
    };
    let number = if bound < 0.0 {
        format!("-{:e} {unit}", -bound)
    } else {
        format!("{bound:e} {unit}")
    };
    (
        format!("{} {sign} {number}", text.join(" + ")),
        draft.sense,
        bound,
        Box::new(sum),
    )
}

fn keeps((_, sense, bound, sum): &Typed, plan: &Plan) -> bool {
    let (sum, slack) = (sum(plan), 1e-9 * bound.abs() + 1e-13);
    match sense {
        Sense::AtMost => sum <= bound + slack,
        Sense::AtLeast => sum >= bound - slack,
        Sense::Equal => (sum - bound).abs() <= slack,
    }
}

fn within(plan: &Plan, rules: &Rules) -> bool {
    let within = |value: f64, budget: Option<f64>| budget.is_none_or(|budget| value <= budget * (1.0 + 1e-9));
    within(plan.latency_s(), rules.latency_s) && within(plan.energy_j(), rules.energy_j)
}

fn cases() -> u32 {
    std::env::var("CUTSCAPE_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn fronts_optima_bounds_and_conflicts_are_those_of_enumeration(made in made(), rules in rules(), drafts in prop::collection::vec(draft(), 1..=3)) {
        let free = made.problem();
        let every = all(&free, &rules);
        if every.is_empty() {
            return Ok(());
        }
        let typed: Vec<Typed> = drafts.iter().map(|draft| typed(&made, &free, &rules, &every, draft)).collect();
        let blocks = Blocks::preset("alexnet").unwrap();
        let names: Vec<&str> = free.machines().iter().map(|machine| machine.name.as_str()).collect();
        let mut constraints = Vec::new();
        for own in &typed {
            match Constraint::parse(&own.0, &blocks, &names) {
                Ok(constraint) => constraints.push(constraint),
                // Terms may cancel each other.
                Err(error) => {
                    prop_assert!(error.problem.contains("nothing of the schedule"), "{}", error);
                    return Ok(());
                }
            }
        }
        for (constraint, own) in constraints.iter().zip(&typed) {
            for plan in every.iter().take(20) {
                let (ours, theirs) = (constraint.value(&free, &rules, plan), (own.3)(plan));
                prop_assert!((ours - theirs).abs() <= 1e-9 * theirs.abs() + 1e-12, "{} {} {}", own.0, ours, theirs);
            }
        }
        let problem = free.clone().constrained(constraints);
        let keeps_all = |plan: &&Plan| typed.iter().all(|own| keeps(own, plan));
        for (objective, value) in [(Objective::Latency, Plan::latency_s as fn(&Plan) -> f64), (Objective::Energy, Plan::energy_j)] {
            let most = every.iter().filter(keeps_all).map(value).max_by(f64::total_cmp);
            let ours = problem.most(&rules, objective);
            let is_same = ours.zip(most).map_or(ours == most, |(ours, most)| (ours - most).abs() < 1e-12);
            prop_assert!(is_same, "{:?} {:?}", ours, most);
        }
        let mut kept: Vec<&Plan> = every.iter().filter(|plan| within(plan, &rules)).filter(keeps_all).collect();
        kept.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap());
        let mut least = f64::INFINITY;
        kept.retain(|plan| {
            let is_better = plan.energy_j() < least;
            least = least.min(plan.energy_j());
            is_better
        });
        let front = problem.front(&rules);
        let numbers = |plan: &Plan| (plan.latency_s(), plan.energy_j());
        let ours: Vec<_> = front.plans.iter().map(numbers).collect();
        let theirs: Vec<_> = kept.iter().map(|plan| numbers(plan)).collect();
        prop_assert_eq!(ours, theirs, "{:?}", typed.iter().map(|own| &own.0).collect::<Vec<_>>());
        for plan in &front.plans {
            prop_assert!(every.contains(plan), "{:?} breaks a rule", plan);
        }
        for (objective, value) in [(Objective::Latency, Plan::latency_s as fn(&Plan) -> f64), (Objective::Energy, Plan::energy_j)] {
            let best = front.best(objective, None);
            let programme = problem.best_by_programme(&rules, objective).unwrap();
            match (best, &programme) {
                (Some(best), Some(plan)) => {
                    let (ours, theirs) = (numbers(best), numbers(plan));
                    let is_near = |a: f64, b: f64| (a - b).abs() <= 2e-9 * a + 1e-15;
                    let (own, other) = match objective {
                        Objective::Latency => ((ours.0, theirs.0), (ours.1, theirs.1)),
                        Objective::Energy => ((ours.1, theirs.1), (ours.0, theirs.0)),
                    };
                    // Sums that are equal but for their rounding are a tie to the programme, and none to enumeration: it may find a better one.
                    let is_better = other.1 < other.0 && !is_near(other.0, other.1);
                    prop_assert!(is_near(own.0, own.1) && (is_better || is_near(other.0, other.1)), "{:?} {:?}", ours, theirs);
                    if !is_better {
                        prop_assert!(plan.pieces.len() <= best.pieces.len(), "{:?} {:?}", best, plan);
                    }
                    prop_assert!(within(plan, &rules), "{:?} breaks a budget", plan);
                    for own in &typed {
                        prop_assert!(keeps(own, plan), "{:?} breaks {}", plan, own.0);
                    }
                }
                (None, None) => {}
                (ours, theirs) => prop_assert!(false, "{:?} {:?} {:?}", ours, theirs, typed.iter().map(|own| &own.0).collect::<Vec<_>>()),
            }
            let best = best.map(value);
            if let Some(best) = best {
                let bound = problem.bound(&rules, objective).unwrap();
                prop_assert!(bound.value <= best + 1e-7 * best + 1e-10, "{} is no bound of {}", bound.value, best);
                let shares: f64 = bound.mix.iter().map(|own| own.share).sum();
                let mean: f64 = bound.mix.iter().map(|own| own.share * value(&own.plan)).sum();
                prop_assert!((shares - 1.0).abs() < 1e-4 && (mean - bound.value).abs() <= 1e-3 * bound.value + 1e-6, "{} {} {:?}", shares, mean, bound);
            }
        }
        check_conflict(&problem, &rules, &every, &typed)?;
    }
}

/// What is in the way is exactly that.
fn check_conflict(problem: &Problem, rules: &Rules, every: &[Plan], typed: &[Typed]) -> Result<(), TestCaseError> {
    let is_kept = |kept: &Kept, plan: &Plan| match kept {
        Kept::Latency(budget) => plan.latency_s() <= budget * (1.0 + 1e-9),
        Kept::Energy(budget) => plan.energy_j() <= budget * (1.0 + 1e-9),
        Kept::Constraint(constraint) => typed
            .iter()
            .any(|own| own.0.trim() == constraint.text && keeps(own, plan)),
    };
    let is_possible = |all: &[&Kept]| every.iter().any(|plan| all.iter().all(|kept| is_kept(kept, plan)));
    let is_any = every
        .iter()
        .any(|plan| within(plan, rules) && typed.iter().all(|own| keeps(own, plan)));
    match problem.conflict(rules) {
        None => prop_assert!(is_any),
        Some(Conflict::Alone { kept, nearest }) => {
            prop_assert!(!is_any && !is_possible(&[&kept]));
            let sums: Vec<f64> = every
                .iter()
                .map(|plan| match &kept {
                    Kept::Latency(_) => plan.latency_s(),
                    Kept::Energy(_) => plan.energy_j(),
                    Kept::Constraint(constraint) => constraint.value(problem, rules, plan),
                })
                .collect();
            prop_assert!(
                sums.iter()
                    .any(|sum| nearest.is_some_and(|nearest| (sum - nearest).abs() < 1e-9)),
                "{:?} {:?}",
                kept,
                nearest
            );
        }
        Some(Conflict::Together(all)) => {
            let all: Vec<&Kept> = all.iter().collect();
            prop_assert!(!is_any && !is_possible(&all));
            for left_out in 0..all.len() {
                let mut fewer = all.clone();
                fewer.remove(left_out);
                prop_assert!(is_possible(&fewer), "{:?} has a part too many", all);
            }
        }
        other => prop_assert!(false, "{:?}", other),
    }
    Ok(())
}
