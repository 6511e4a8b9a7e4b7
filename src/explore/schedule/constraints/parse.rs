//! From tokens to a constraint.
//!
//! ```text
//! constraint = sum ("<=" | ">=" | "=") sum  |  name [".." name] ["not"] "on" name
//! sum        = ["-" | "+"] product {("+" | "-") product}
//! product    = factor {("*" | "/") factor}
//! factor     = number [unit] | term | "(" sum ")"
//! term       = word ["(" name {"," name} ")"]
//! ```

use super::linear::Linear;
use super::tokens::{ConstraintError, Token, error, remedy, tokens};
use super::{Constraint, Sense, Term, Way};
use crate::network::blocks::Blocks;
use crate::units::Unit;

/// Deepest brackets.
const DEEPEST: usize = 50;

struct Parser<'a> {
    text: &'a str,
    blocks: &'a Blocks,
    machines: &'a [&'a str],
    tokens: Vec<(usize, Token)>,
    next: usize,
}

pub(super) fn constraint(text: &str, blocks: &Blocks, machines: &[&str]) -> Result<Constraint, ConstraintError> {
    let mut parser = Parser {
        text,
        blocks,
        machines,
        tokens: tokens(text)?,
        next: 0,
    };
    if parser.is_placement() {
        parser.placement()
    } else {
        parser.comparison()
    }
}

/// A name with its place, and whether it stood in quotes.
struct Name {
    at: usize,
    text: String,
    is_quoted: bool,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(_, token)| token)
    }

    fn at(&self) -> usize {
        let place = self.tokens.get(self.next).or(self.tokens.last());
        place.map_or(0, |(at, _)| *at)
    }

    fn fail<T>(&self, at: usize, problem: impl Into<String>) -> Result<T, ConstraintError> {
        Err(error(self.text, at, problem, remedy()))
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_there = matches!(self.peek(), Token::Sign(own) if *own == sign);
        self.next += usize::from(is_there);
        is_there
    }

    fn needs(&mut self, sign: &str) -> Result<(), ConstraintError> {
        if self.takes(sign) {
            return Ok(());
        }
        let problem = format!("“{sign}” is missing before {}", self.peek().words());
        self.fail(self.at(), problem)
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_there = matches!(self.peek(), Token::Word(own) if own == word);
        self.next += usize::from(is_there);
        is_there
    }

    fn name(&mut self) -> Result<Name, ConstraintError> {
        let at = self.at();
        let (text, is_quoted) = match self.peek() {
            Token::Word(word) => (word.clone(), false),
            Token::Quoted(word) => (word.clone(), true),
            other => {
                let problem = format!("a name is missing before {}", other.words());
                return self.fail(at, problem);
            }
        };
        self.next += 1;
        Ok(Name { at, text, is_quoted })
    }

    fn machine(&self, name: &Name) -> Result<usize, ConstraintError> {
        let found = self.machines.iter().position(|own| *own == name.text);
        found.ok_or_else(|| {
            let problem = format!("no device is called “{}”", name.text.escape_debug());
            let names: Vec<String> = self.machines.iter().map(|name| typed(name)).collect();
            error(self.text, name.at, problem, format!("Devices: {}", names.join(", ")))
        })
    }

    fn block(&self, name: &Name) -> Result<usize, ConstraintError> {
        let found = self.blocks.names().iter().position(|own| *own == name.text);
        found.ok_or_else(|| {
            let problem = format!("no block is called “{}”", name.text.escape_debug());
            let names: Vec<String> = self.blocks.names().iter().map(|name| typed(name)).collect();
            error(self.text, name.at, problem, format!("Blocks: {}", names.join(", ")))
        })
    }

    /// Whether the word `on` stands where a term would not: it then places blocks.
    fn is_placement(&self) -> bool {
        let pairs = self.tokens.iter().zip(self.tokens.iter().skip(1)).skip(1);
        pairs
            .into_iter()
            .any(|((_, token), (_, next))| *token == Token::Word("on".to_owned()) && *next != Token::Sign("("))
    }

    fn placement(&mut self) -> Result<Constraint, ConstraintError> {
        let from = self.name()?;
        let first = self.block(&from)?;
        let last = match self.takes("..") {
            true => {
                let name = self.name()?;
                self.block(&name)?
            }
            false => first,
        };
        if last < first {
            return self.fail(from.at, "the blocks are named from the later to the earlier one");
        }
        let is_not = self.takes_word("not");
        if !self.takes_word("on") {
            let problem = format!("“on” is missing before {}", self.peek().words());
            return self.fail(self.at(), problem);
        }
        let name = self.name()?;
        let machine = self.machine(&name)?;
        self.end()?;
        let terms = (first..=last).map(|block| (1.0, Term::On { block, machine }));
        Ok(Constraint {
            text: self.text.trim().to_owned(),
            terms: terms.collect(),
            sense: Sense::Equal,
            bound: if is_not { 0.0 } else { (last + 1 - first) as f64 },
            unit: Unit::Count,
        })
    }

    fn end(&self) -> Result<(), ConstraintError> {
        match self.peek() {
            Token::End => Ok(()),
            other => self.fail(self.at(), format!("{} is too much", other.words())),
        }
    }

    fn comparison(&mut self) -> Result<Constraint, ConstraintError> {
        let left = self.sum(0)?;
        let at = self.at();
        let sense = match self.peek() {
            Token::Sign("<=") => Sense::AtMost,
            Token::Sign(">=") => Sense::AtLeast,
            Token::Sign("=") => Sense::Equal,
            other => {
                let problem = format!("<=, >= or = is missing before {}", other.words());
                return self.fail(at, problem);
            }
        };
        self.next += 1;
        let right = self.sum(0)?;
        self.end()?;
        // A number on the left changes sides, so that sums keep their signs.
        let (left, right, sense) = match (left.is_number(), sense) {
            (true, Sense::AtMost) => (right, left, Sense::AtLeast),
            (true, Sense::AtLeast) => (right, left, Sense::AtMost),
            (true, Sense::Equal) => (right, left, Sense::Equal),
            (false, _) => (left, right, sense),
        };
        let all = left.plus(right, -1.0).or_else(|problem| self.fail(at, problem))?;
        let mut terms = all.terms;
        terms.retain(|(factor, _)| *factor != 0.0);
        if terms.is_empty() {
            return self.fail(0, "nothing of the schedule is left in it");
        }
        let is_finite = |value: f64| value.is_finite() && value.abs() < 1e30;
        if !terms.iter().all(|(factor, _)| is_finite(*factor)) || !is_finite(all.constant) {
            return self.fail(0, "a number is out of range");
        }
        Ok(Constraint {
            text: self.text.trim().to_owned(),
            terms,
            sense,
            // Without the sign of a zero.
            bound: 0.0 - all.constant,
            unit: all.unit.unwrap_or(Unit::Count),
        })
    }

    fn sum(&mut self, depth: usize) -> Result<Linear, ConstraintError> {
        let mut sum = Linear::default();
        let mut factor = if self.takes("-") { -1.0 } else { 1.0 };
        if factor > 0.0 {
            self.takes("+");
        }
        loop {
            let at = self.at();
            let product = self.product(depth)?;
            sum = sum.plus(product, factor).or_else(|problem| self.fail(at, problem))?;
            let at = self.at();
            factor = match (self.takes("+"), self.takes("-")) {
                (true, false) => 1.0,
                (false, true) => -1.0,
                (false, false) => return Ok(sum),
                (true, true) => return self.fail(at, "two signs follow each other"),
            };
        }
    }

    fn product(&mut self, depth: usize) -> Result<Linear, ConstraintError> {
        let mut product = self.factor(depth)?;
        loop {
            let at = self.at();
            let result = if self.takes("*") {
                product.times(self.factor(depth)?)
            } else if self.takes("/") {
                product.over(&self.factor(depth)?)
            } else {
                return Ok(product);
            };
            product = result.or_else(|problem| self.fail(at, problem))?;
        }
    }

    fn factor(&mut self, depth: usize) -> Result<Linear, ConstraintError> {
        let at = self.at();
        match self.peek().clone() {
            Token::Number(value, unit) => {
                self.next += 1;
                Ok(Linear::number(value, unit))
            }
            Token::Sign("(") if depth >= DEEPEST => self.fail(at, "the brackets are too deep"),
            Token::Sign("(") => {
                self.next += 1;
                let inside = self.sum(depth + 1)?;
                self.needs(")")?;
                Ok(inside)
            }
            Token::Word(word) => {
                self.next += 1;
                let arguments = if self.takes("(") { self.arguments()? } else { Vec::new() };
                Ok(Linear::term(self.term(at, &word, &arguments)?))
            }
            other => self.fail(at, format!("a term or number is missing before {}", other.words())),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Name>, ConstraintError> {
        let mut names = vec![self.name()?];
        while self.takes(",") {
            names.push(self.name()?);
        }
        self.needs(")")?;
        Ok(names)
    }

    fn term(&self, at: usize, word: &str, arguments: &[Name]) -> Result<Term, ConstraintError> {
        let way = |name: &Name| match (name.text.as_str(), name.is_quoted) {
            ("up", false) => Ok(Way::Up),
            ("down", false) => Ok(Way::Down),
            _ => self.fail(name.at, format!("{word} is taken of up or down")),
        };
        let is_transfer = |name: &Name| name.text == "transfer" && !name.is_quoted;
        match (word, arguments) {
            ("time", []) => Ok(Term::Time),
            ("time", [device]) => Ok(Term::TimeOn(self.machine(device)?)),
            ("transfer", []) => Ok(Term::Transfer(Way::Any)),
            ("transfer", [name]) => Ok(Term::Transfer(way(name)?)),
            ("energy", []) => Ok(Term::Energy),
            ("energy", [name]) if is_transfer(name) => Ok(Term::EnergyOfTransfer),
            ("energy", [device]) => Ok(Term::EnergyOn(self.machine(device)?)),
            ("bundles", []) => Ok(Term::Bundles),
            ("bundles", [device]) => Ok(Term::BundlesOn(self.machine(device)?)),
            ("blocks", [device]) => Ok(Term::BlocksOn(self.machine(device)?)),
            ("bytes", []) => Ok(Term::Bytes(Way::Any)),
            ("bytes", [name]) => Ok(Term::Bytes(way(name)?)),
            ("handovers", []) => Ok(Term::Handovers(Way::Any)),
            ("handovers", [name]) => Ok(Term::Handovers(way(name)?)),
            ("on", [block, device]) => Ok(Term::On {
                block: self.block(block)?,
                machine: self.machine(device)?,
            }),
            ("time" | "transfer" | "energy" | "bundles" | "blocks" | "bytes" | "handovers" | "on", _) => {
                self.fail(at, format!("{word} does not take {} names", arguments.len()))
            }
            _ => self.fail(at, format!("“{word}” is no term")),
        }
    }
}

/// A name as it must be typed.
fn typed(name: &str) -> String {
    let is_letter = |c: char| c.is_alphabetic() || c == '_';
    let is_word = name.chars().all(|c| is_letter(c) || c.is_ascii_digit()) && name.starts_with(is_letter);
    if is_word {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}
