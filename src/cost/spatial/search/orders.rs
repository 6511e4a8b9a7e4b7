//! Orders of the loops of one level. Only what the innermost loops do to each operand's tile matters (accelerators.md 5, step 4), so that
//! of all permutations a handful remains.

use super::super::architecture::Loops;
use super::super::dim::{DIMS, Dim, Operand};
use std::collections::HashMap;
use std::rc::Rc;

/// Orders worth trying, remembered by level, dimensions with a loop, and operands that orders still matter to.
#[derive(Default)]
pub(super) struct Orders {
    known: HashMap<(usize, u8, u8), Choices>,
}

/// Orders, each from the innermost loop outwards.
pub(super) type Choices = Rc<[Vec<Dim>]>;

/// What an order does to the operands, as far as counts go.
type Signature = Vec<(u8, u8)>;

impl Orders {
    /// Orders, the innermost loop first, of the dimensions in `present` (a bit each) at a level, no two of which do the same to the
    /// operands in `matters` (a bit each).
    pub fn of(&mut self, level: usize, loops: &Loops, present: u8, matters: u8) -> Choices {
        let orders = self.known.entry((level, present, matters));
        Rc::clone(orders.or_insert_with(|| distinct(loops, present, matters).into()))
    }
}

fn distinct(loops: &Loops, present: u8, matters: u8) -> Vec<Vec<Dim>> {
    let has = |dim: &Dim| present & (1 << dim.index()) != 0;
    let first: Vec<Dim> = loops.order.iter().copied().filter(has).collect();
    let rest: Vec<Dim> = Dim::ALL
        .into_iter()
        .filter(|dim| has(dim) && !first.contains(dim))
        .collect();
    let mut found: Vec<(Signature, Vec<Dim>)> = Vec::new();
    extend(first, rest, matters, &mut found);
    found.into_iter().map(|(_, order)| order).collect()
}

/// Adds the orders that begin with `first` and go on with `rest` in any order, as far as they do something new.
fn extend(first: Vec<Dim>, rest: Vec<Dim>, matters: u8, found: &mut Vec<(Signature, Vec<Dim>)>) {
    let moved = |operand: &Operand| first.iter().any(|dim| operand.is_moved_by(*dim));
    let decided = Operand::ALL
        .iter()
        .all(|operand| matters & (1 << operand.index()) == 0 || moved(operand));
    if decided || rest.is_empty() {
        let mut order = first;
        order.extend(rest);
        let signature = signature(&order, matters);
        if !found.iter().any(|(known, _)| *known == signature) {
            found.push((signature, order));
        }
        return;
    }
    for index in 0..rest.len() {
        let (mut longer, mut shorter) = (first.clone(), rest.clone());
        longer.push(shorter.remove(index));
        extend(longer, shorter, matters, found);
    }
}

/// By operand that matters: the loops passed before the first that moves its tile, and that first one where it may slide.
fn signature(order: &[Dim], matters: u8) -> Signature {
    let of = |operand: Operand| {
        let passed = order.iter().take_while(|dim| !operand.is_moved_by(**dim));
        let passed = passed.fold(0_u8, |mask, dim| mask | 1 << dim.index());
        let innermost = order.first().filter(|dim| operand == Operand::Inputs && slides(**dim));
        (passed, innermost.map_or(DIMS as u8, |dim| dim.index() as u8))
    };
    let counted = Operand::ALL
        .into_iter()
        .filter(|operand| matters & (1 << operand.index()) != 0);
    counted.map(of).collect()
}

fn slides(dim: Dim) -> bool {
    matches!(dim, Dim::P | Dim::Q | Dim::R | Dim::S)
}
