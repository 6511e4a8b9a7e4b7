//! What the parameters of a link model are called, mean and may be, as lists, so that files, validation, the window and sweeps
//! need no code per model.

use crate::presets::{Allowed, Parameter};
use crate::units::Unit;

/// A number of a link model with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Name in files, value, unit and range.
    pub parameter: Parameter,
    /// What a row in the window says.
    pub label: &'static str,
    /// What it means.
    pub help: &'static str,
}

/// A parameter of a link model that is one of a few named options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name as in files and in the list of sources.
    pub name: &'static str,
    /// What a row in the window says.
    pub label: &'static str,
    /// What it means.
    pub help: &'static str,
    /// The options in words.
    pub options: Vec<&'static str>,
    /// Index of the present option.
    pub chosen: usize,
    /// Whether it only switches to a published formula that is known to be wrong; such a choice needs no source.
    pub compatibility: bool,
}

/// A number that changed along with a choice, with the source of its new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Along {
    /// The number.
    pub name: &'static str,
    /// Where its new value comes from.
    pub source: &'static str,
}

/// A type with a few values that have names.
pub(super) trait Options: Copy + PartialEq + 'static {
    /// All values with their words, in the order they are offered.
    const ALL: &'static [(Self, &'static str)];
}

/// One number of the model `M`.
pub(super) struct Number<M: 'static> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
    pub(super) unit: Unit,
    pub(super) allowed: Allowed,
    pub(super) get: fn(&M) -> f64,
    pub(super) place: fn(&mut M) -> &mut f64,
}

/// One choice of the model `M`.
pub(super) struct Selector<M: 'static> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
    pub(super) compatibility: bool,
    pub(super) words: fn() -> Vec<&'static str>,
    pub(super) get: fn(&M) -> usize,
    pub(super) set: fn(&mut M, usize),
}

/// Describes the field of that name.
macro_rules! number {
    ($field:ident, $unit:ident, $allowed:expr, $label:literal, $help:literal) => {
        $crate::link::field::Number {
            name: stringify!($field),
            label: $label,
            help: $help,
            unit: $crate::units::Unit::$unit,
            allowed: $allowed,
            get: |model| model.$field,
            place: |model| &mut model.$field,
        }
    };
}

/// Describes the field of that name and type; the last word says whether it is about compatibility.
macro_rules! selector {
    ($field:ident: $type:ty, $label:literal, $help:literal, $compatibility:literal) => {
        $crate::link::field::Selector {
            name: stringify!($field),
            label: $label,
            help: $help,
            compatibility: $compatibility,
            words: $crate::link::field::words::<$type>,
            get: |model| $crate::link::field::index(model.$field),
            set: |model, option| $crate::link::field::set(&mut model.$field, option),
        }
    };
}

pub(super) use {number, selector};

/// The numbers of a model described.
pub(super) fn describe<M>(model: &M, numbers: &[Number<M>]) -> Vec<Described> {
    let describe = |number: &Number<M>| Described {
        parameter: Parameter::new(number.name, (number.get)(model), number.unit, number.allowed),
        label: number.label,
        help: number.help,
    };
    numbers.iter().map(describe).collect()
}

/// The place of a number.
pub(super) fn find<'m, M>(model: &'m mut M, numbers: &[Number<M>], name: &str) -> Option<&'m mut f64> {
    let number = numbers.iter().find(|number| number.name == name)?;
    Some((number.place)(model))
}

/// The choices of a model described.
pub(super) fn choices<M>(model: &M, selectors: &[Selector<M>]) -> Vec<Choice> {
    let describe = |selector: &Selector<M>| Choice {
        name: selector.name,
        label: selector.label,
        help: selector.help,
        options: (selector.words)(),
        chosen: (selector.get)(model),
        compatibility: selector.compatibility,
    };
    selectors.iter().map(describe).collect()
}

/// Chooses an option; an unknown name or option changes nothing.
pub(super) fn choose<M>(model: &mut M, selectors: &[Selector<M>], name: &str, option: usize) {
    if let Some(selector) = selectors.iter().find(|selector| selector.name == name) {
        (selector.set)(model, option);
    }
}

pub(super) fn words<T: Options>() -> Vec<&'static str> {
    T::ALL.iter().map(|&(_, words)| words).collect()
}

pub(super) fn index<T: Options>(value: T) -> usize {
    let same = T::ALL.iter().position(|&(other, _)| other == value);
    same.unwrap_or_default()
}

pub(super) fn set<T: Options>(place: &mut T, option: usize) {
    if let Some(&(value, _)) = T::ALL.get(option) {
        *place = value;
    }
}
