//! A pocket calculator for the formulas of explanations.

use cutscape::design::Explanation;
use cutscape::design::explain::SUM;

/// The value of a node's formula over the values of its parts.
pub fn calculate(node: &Explanation) -> Result<f64, String> {
    if node.formula == SUM {
        return Ok(node.parts.iter().map(|p| p.value).sum());
    }
    let mut reader = Reader {
        rest: node.formula.trim_start(),
        node,
    };
    let value = reader.sum()?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(format!("“{}” is left over", reader.rest))
    }
}

struct Reader<'a> {
    rest: &'a str,
    node: &'a Explanation,
}

impl Reader<'_> {
    fn take(&mut self, text: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(text) else {
            return false;
        };
        self.rest = rest.trim_start();
        true
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.take(text) {
            Ok(())
        } else {
            Err(format!("“{text}” expected before “{}”", self.rest))
        }
    }

    fn sum(&mut self) -> Result<f64, String> {
        let mut value = self.product()?;
        loop {
            if self.take("+") {
                value += self.product()?;
            } else if self.take("−") {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Result<f64, String> {
        let mut value = self.factor()?;
        loop {
            if self.take("×") {
                value *= self.factor()?;
            } else if self.take("/") {
                value /= self.factor()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self) -> Result<f64, String> {
        for (name, pick) in [("max(", f64::max as fn(f64, f64) -> f64), ("min(", f64::min)] {
            if self.take(name) {
                let mut value = self.sum()?;
                while self.take(",") {
                    value = pick(value, self.sum()?);
                }
                self.expect(")")?;
                return Ok(value);
            }
        }
        for (name, round) in [("ceil(", f64::ceil as fn(f64) -> f64), ("floor(", f64::floor)] {
            if self.take(name) {
                let value = round(self.sum()?);
                self.expect(")")?;
                return Ok(value);
            }
        }
        if self.take("(") {
            let value = self.sum()?;
            self.expect(")")?;
            return Ok(value);
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        if let Ok(number) = word.parse() {
            return Ok(number);
        }
        let mut named = self.node.parts.iter().filter(|p| p.symbol == word);
        match (named.next(), named.next()) {
            (Some(part), None) => Ok(part.value),
            (Some(_), Some(_)) => Err(format!("“{word}” means two parts")),
            (None, _) => Err(format!("“{word}” is no part")),
        }
    }
}
