//! The least weighted sum of all designs: flow networks within a branch and bound over what they cannot say.
//!
//! A sub-problem charges every design that agrees with its guess at most what it costs. If its best design really costs what it is
//! charged, no other of the sub-problem is better. Otherwise some open fact was charged too low, and both answers to it are tried: is a device
//! used, is there a message. A device that is taken to be used although its best design leaves it empty gets one layer after the other;
//! those flows go on from where the common one ended. Systems whose devices all have one width, or whose links fix it, need a
//! single flow.

use super::flow::{Amount, Cancelled, MOST};
use super::graph::{Graph, Solved, Solver};
use super::guess::{Actual, Guess};
use super::terms::{Kind, Terms, Weights, weigh};
use crate::design::traffic::sent_bits;
use crate::network::LayerId;
use std::rc::Rc;

/// Flows after which a search gives up on proving its best design.
const MOST_FLOWS: usize = 10_000;

/// The outcome of a search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Optimum {
    /// The best design that costs less than was asked for, with its weighted sum.
    pub(crate) best: Option<(Amount, Actual)>,
    /// No design costs less than this and than what was asked for.
    pub(crate) bound: Amount,
}

/// A sub-problem that waits.
struct Waiting {
    /// None of its designs costs less.
    bound: Amount,
    guess: Rc<Guess>,
    /// A flow to go on from with a layer forced onto a device; `None` = a new flow.
    forced: Option<(Rc<Solver>, LayerId, usize)>,
}

/// An open fact that was charged too low.
enum Doubt {
    /// Whether a device is used.
    Used(usize),
    /// Which layer runs on a device that is used.
    Layer(usize),
    /// Whether there is a message.
    Sent(usize, Kind),
}

/// The design with the least weighted sum below `below`, on at most so many devices.
pub(crate) fn least(
    terms: &Terms,
    weights: Weights,
    most_devices: usize,
    below: Amount,
    cancel: &dyn Fn() -> bool,
) -> Result<Optimum, Cancelled> {
    let mut waiting = vec![Waiting {
        bound: 0,
        guess: Rc::new(Guess::open(terms)),
        forced: None,
    }];
    let mut limit = below.min(MOST);
    let mut best = None;
    // The least that a design could cost that was given up on.
    let mut unproven = Amount::MAX;
    let mut flows = 0;
    while let Some(Waiting { bound, guess, forced }) = waiting.pop() {
        if bound >= limit {
            continue;
        }
        if flows == MOST_FLOWS {
            unproven = unproven.min(bound);
            continue;
        }
        flows += 1;
        let solver = match &forced {
            Some((solver, layer, device)) => {
                let mut solver = Solver::clone(solver);
                solver.force(*layer, *device);
                Some(solver)
            }
            None => Graph::solver(terms, &guess, weights),
        };
        let Some(mut solver) = solver else { continue };
        let Some(solved) = solver.solve(limit, cancel)? else {
            continue;
        };
        let actual = Actual::new(terms, solved.device_of.clone());
        let cost = weigh(actual.cost, weights);
        let too_many = actual.used.iter().filter(|&&used| used).count() > most_devices;
        if too_many || cost > solved.charged {
            match doubt(terms, weights, &guess, &solved, &actual, too_many) {
                Some(doubt) => split(terms, &guess, solver, doubt, solved.charged, most_devices, &mut waiting),
                None => unproven = unproven.min(solved.charged),
            }
        }
        if !too_many && cost < limit {
            limit = cost;
            best = Some((cost, actual));
        }
    }
    Ok(Optimum {
        best,
        bound: limit.min(unproven),
    })
}

/// What made the charge too low, or the design use too many devices.
fn doubt(
    terms: &Terms,
    weights: Weights,
    guess: &Guess,
    solved: &Solved,
    actual: &Actual,
    too_many_devices: bool,
) -> Option<Doubt> {
    for (link, sender) in actual.senders.iter().enumerate() {
        let (Some(sender), Some(assumed)) = (*sender, guess.sender(terms, link)) else {
            continue;
        };
        let bits = |device: usize| sent_bits(terms.problem, link, device);
        if !actual.sent[link][Kind::Forward as usize] || bits(sender) == bits(assumed) {
            continue;
        }
        // Either the one that sends could have been unused, or the one that was taken to send is.
        let asked = sender.max(assumed);
        return Some(match guess.used[asked] {
            None => Doubt::Used(asked),
            Some(_) => Doubt::Layer(asked),
        });
    }
    let open = |device: &usize| actual.used[*device] && guess.used[*device].is_none();
    let costly = |device: &usize| too_many_devices || weigh(terms.area(*device), weights) > 0;
    if let Some(device) = (0..terms.devices()).filter(open).find(costly) {
        return Some(Doubt::Used(device));
    }
    let links = actual.sent.iter().zip(&solved.paid_for).enumerate();
    let mut messages = links.flat_map(|(link, (sent, paid))| Kind::ALL.map(|kind| (link, kind, sent, paid)));
    let unpaid = messages.find(|&(link, kind, sent, paid)| {
        sent[kind as usize] && !paid[kind as usize] && guess.sent[link][kind as usize].is_none()
    });
    unpaid.map(|(link, kind, ..)| Doubt::Sent(link, kind))
}

/// Adds the sub-problems that answer a doubt.
fn split(
    terms: &Terms,
    guess: &Rc<Guess>,
    solver: Solver,
    doubt: Doubt,
    bound: Amount,
    most_devices: usize,
    waiting: &mut Vec<Waiting>,
) {
    let mut wait = |guess: Guess| {
        waiting.push(Waiting {
            bound,
            guess: Rc::new(guess),
            forced: None,
        });
    };
    // The last one added is tried first.
    match doubt {
        Doubt::Used(device) => {
            for used in [false, true] {
                let mut guess = Guess::clone(guess);
                guess.used[device] = Some(used);
                if guess.used.iter().filter(|&&used| used == Some(true)).count() <= most_devices {
                    wait(guess);
                }
            }
        }
        Doubt::Sent(link, kind) => {
            for sent in [false, true] {
                let mut guess = Guess::clone(guess);
                guess.sent[link][kind as usize] = Some(sent);
                wait(guess);
            }
        }
        Doubt::Layer(device) => {
            let solver = Rc::new(solver);
            let layers = terms.problem.schedule.order().iter().rev();
            let able = layers.filter(|&&layer| terms.layer(layer, device).is_some());
            waiting.extend(able.map(|&layer| Waiting {
                bound,
                guess: Rc::clone(guess),
                forced: Some((Rc::clone(&solver), layer, device)),
            }));
        }
    }
}
