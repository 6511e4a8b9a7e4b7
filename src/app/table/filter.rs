//! The filter of the layer table: words and `key:value` tokens, all of which must match.

use super::rows::Row;
use crate::app::Theme;
use crate::system::Device;

/// How to write a filter, for the field's tooltip.
pub const HELP: &str = "Words must appear in the name or the operator.\n\
    op:conv – only operators with “conv” in their type\n\
    device:b – only layers on device B (or a device with that in its name)\n\
    limited:memory – only layers bounded by memory traffic (or compute, overhead)";

/// A filter ready to be asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Operator(String),
    Device(String),
    LimitedBy(String),
}

impl Filter {
    /// Reads a filter; every text is one.
    pub fn new(text: &str) -> Self {
        let token = |word: &str| {
            let word = word.to_lowercase();
            match word.split_once(':') {
                Some(("op" | "operator", value)) => Token::Operator(value.to_owned()),
                Some(("device" | "on", value)) => Token::Device(value.to_owned()),
                Some(("limited", value)) => Token::LimitedBy(value.to_owned()),
                _ => Token::Word(word),
            }
        };
        Self {
            tokens: text.split_whitespace().map(token).collect(),
        }
    }

    /// Whether a row passes. A token without a value passes everything, so that nothing vanishes while it is typed.
    pub fn accepts(&self, row: &Row, devices: &[Device]) -> bool {
        let contains = |text: &str, part: &str| text.to_lowercase().contains(part);
        self.tokens.iter().all(|token| match token {
            Token::Word(word) => contains(&row.name, word) || contains(&row.operator, word),
            Token::Operator(op) => contains(&row.operator, op),
            Token::Device(wanted) if wanted.chars().count() == 1 => {
                contains(&Theme::letter(row.device).to_string(), wanted)
            }
            Token::Device(wanted) => devices
                .get(row.device)
                .is_some_and(|device| contains(&device.name, wanted)),
            Token::LimitedBy(wanted) => wanted.is_empty() || row.limited_by.is_some_and(|by| contains(by, wanted)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_words_must_all_match() {
        let row = Row {
            name: "features.7/conv".into(),
            operator: "Conv".into(),
            device: 1,
            limited_by: Some("memory"),
            ..Row::default()
        };
        let accepts = |text: &str| Filter::new(text).accepts(&row, &[]);
        for text in [
            "",
            "features",
            "CONV",
            "op:conv",
            "device:b features.7",
            "limited:mem",
            "op:",
            "limited:",
        ] {
            assert!(accepts(text), "{text}");
        }
        for text in [
            "op:add",
            "device:a",
            "features op:pool",
            "classifier",
            "limited:compute",
            "device:server",
        ] {
            assert!(!accepts(text), "{text}");
        }
    }
}
