//! Arithmetic of linear expressions with units.

use super::Term;
use crate::units::Unit;

/// A sum of terms and a number.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Linear {
    pub terms: Vec<(f64, Term)>,
    pub constant: f64,
    /// `None` = a bare number, which takes the unit of what it is added to.
    pub unit: Option<Unit>,
}

impl Linear {
    pub fn number(constant: f64, unit: Option<Unit>) -> Self {
        Self {
            terms: Vec::new(),
            constant,
            unit,
        }
    }

    pub fn term(term: Term) -> Self {
        Self {
            terms: vec![(1.0, term)],
            constant: 0.0,
            unit: Some(term.unit()),
        }
    }

    pub fn is_number(&self) -> bool {
        self.terms.is_empty()
    }

    fn scaled(mut self, factor: f64, unit: Option<Unit>) -> Self {
        for (own, _) in &mut self.terms {
            *own *= factor;
        }
        self.constant *= factor;
        self.unit = unit;
        self
    }

    /// Adds, or subtracts by a factor of -1; fails with what is wrong.
    pub fn plus(mut self, other: Self, factor: f64) -> Result<Self, String> {
        let unit = match (self.unit, other.unit) {
            (Some(a), Some(b)) if a != b => {
                return Err(format!("{} and {} cannot be added or compared", name(a), name(b)));
            }
            (a, b) => a.or(b),
        };
        for (own, term) in other.terms {
            match self.terms.iter_mut().find(|(_, known)| *known == term) {
                Some((sum, _)) => *sum += factor * own,
                None => self.terms.push((factor * own, term)),
            }
        }
        self.constant += factor * other.constant;
        self.unit = unit;
        Ok(self)
    }

    /// Multiplies; one of both must be a number, and one without a unit.
    pub fn times(self, other: Self) -> Result<Self, String> {
        let (sum, number) = match (self.is_number(), other.is_number()) {
            (_, true) => (self, other),
            (true, _) => (other, self),
            _ => return Err("two terms cannot be multiplied".to_owned()),
        };
        let unit = match (sum.unit, number.unit) {
            (unit, None | Some(Unit::Count)) => unit,
            (None | Some(Unit::Count), unit) => unit,
            (Some(a), Some(b)) => return Err(format!("{} and {} cannot be multiplied", name(a), name(b))),
        };
        Ok(sum.scaled(number.constant, unit))
    }

    /// Divides by a number; by one of the same unit it leaves a count.
    pub fn over(self, number: &Self) -> Result<Self, String> {
        if !number.is_number() {
            return Err("a term cannot be divided by".to_owned());
        }
        if number.constant == 0.0 {
            return Err("0 cannot be divided by".to_owned());
        }
        let unit = match (self.unit, number.unit) {
            (unit, None | Some(Unit::Count)) => unit,
            (Some(a), Some(b)) if a == b => Some(Unit::Count),
            (a, Some(b)) => {
                let a = a.map_or("a number", name);
                return Err(format!("{a} cannot be divided by {}", name(b)));
            }
        };
        Ok(self.scaled(1.0 / number.constant, unit))
    }
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "seconds",
        Unit::Joules => "joules",
        Unit::Bytes => "bytes",
        _ => "counts",
    }
}
