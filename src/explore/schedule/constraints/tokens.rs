//! The words and signs of a typed constraint, with their places.

use super::{FORM, TERMS};
use crate::units::Unit;

/// Longest text of a constraint in characters.
const LONGEST: usize = 2000;

/// Why a constraint cannot be understood. Reads as: where, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("constraint “{text}”, character {at}: {problem}. {remedy}")]
pub struct ConstraintError {
    /// The constraint as it was typed.
    pub text: String,
    /// The character where it stops making sense, from 1.
    pub at: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// A word or sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A number; with a unit, in its SI base unit.
    Number(f64, Option<Unit>),
    Word(String),
    Quoted(String),
    /// `..`, `<=`, `+` …
    Sign(&'static str),
    End,
}

impl Token {
    /// In words, for errors.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Number(number, _) => format!("the number {number}"),
            Self::Word(word) | Self::Quoted(word) => format!("“{word}”"),
            Self::Sign(sign) => format!("“{sign}”"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// What may be written, for errors.
pub(super) fn remedy() -> String {
    let terms: Vec<&str> = TERMS.iter().map(|(form, _)| *form).collect();
    format!("{FORM} Terms: {}", terms.join("; "))
}

pub(super) fn error(text: &str, at: usize, problem: impl Into<String>, remedy: impl Into<String>) -> ConstraintError {
    ConstraintError {
        text: text.chars().take(120).collect(),
        at: at + 1,
        problem: problem.into(),
        remedy: remedy.into(),
    }
}

/// Signs, longer ones first; what is typed and what is meant.
const SIGNS: [(&str, &str); 17] = [
    ("..", ".."),
    ("<=", "<="),
    (">=", ">="),
    ("=<", "<="),
    ("=>", ">="),
    ("==", "="),
    ("≤", "<="),
    ("≥", ">="),
    ("=", "="),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("·", "*"),
    ("/", "/"),
    ("(", "("),
    (")", ")"),
    (",", ","),
];

/// Tokens with the characters they begin at, [`Token::End`] last.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ConstraintError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > LONGEST {
        let problem = format!("the text is longer than {LONGEST} characters");
        return Err(error(text, LONGEST, problem, "Write several constraints"));
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, end) = if c.is_ascii_digit() {
            number(text, &chars, at)?
        } else if c == '"' || c == '“' {
            quoted(text, &chars, at)?
        } else if is_letter(c) {
            let end = end_of(&chars, at, |c| is_letter(c) || c.is_ascii_digit());
            (Token::Word(chars[at..end].iter().collect()), end)
        } else {
            sign(text, &chars, at)?
        };
        found.push((at, token));
        at = end;
    }
    found.push((chars.len(), Token::End));
    Ok(found)
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == 'µ'
}

fn end_of(chars: &[char], from: usize, is_part: impl Fn(char) -> bool) -> usize {
    let inside = chars.iter().skip(from).take_while(|&&c| is_part(c));
    from + inside.count()
}

fn sign(text: &str, chars: &[char], at: usize) -> Result<(Token, usize), ConstraintError> {
    let starts = |sign: &str| sign.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    let known = SIGNS.iter().find(|(typed, _)| starts(typed));
    if let Some((typed, meant)) = known {
        return Ok((Token::Sign(meant), at + typed.chars().count()));
    }
    let sign = chars.get(at).copied().unwrap_or(' ');
    let problem = format!("“{}” means nothing here", sign.escape_debug());
    let words = match sign {
        '<' | '>' => "Write <= or >=: budgets may be reached".to_owned(),
        '\'' => "Write names in double quotes".to_owned(),
        _ => remedy(),
    };
    Err(error(text, at, problem, words))
}

fn quoted(text: &str, chars: &[char], at: usize) -> Result<(Token, usize), ConstraintError> {
    let end = end_of(chars, at + 1, |c| c != '"' && c != '”');
    if end >= chars.len() {
        return Err(error(text, at, "the quotation has no end", "Close it by \""));
    }
    Ok((Token::Quoted(chars[at + 1..end].iter().collect()), end + 1))
}

/// A number, and the unit behind it if the next word is none of the language.
fn number(text: &str, chars: &[char], at: usize) -> Result<(Token, usize), ConstraintError> {
    let is_digit = |place: usize| chars.get(place).is_some_and(char::is_ascii_digit);
    let mut end = end_of(chars, at, |c| c.is_ascii_digit());
    if matches!(chars.get(end), Some('.' | ',')) && is_digit(end + 1) {
        end = end_of(chars, end + 1, |c| c.is_ascii_digit());
    }
    if matches!(chars.get(end), Some('e' | 'E')) {
        let signed = end + 1 + usize::from(matches!(chars.get(end + 1), Some('+' | '-')));
        if is_digit(signed) {
            end = end_of(chars, signed, |c| c.is_ascii_digit());
        }
    }
    let digits: String = chars[at..end].iter().collect();
    let digits = digits.replace(',', ".");
    let value = digits.parse().ok().filter(|value: &f64| value.is_finite());
    let Some(value) = value else {
        return Err(error(
            text,
            at,
            format!("{digits} is out of range"),
            "Write a smaller number",
        ));
    };
    let start = end_of(chars, end, char::is_whitespace);
    let stop = end_of(chars, start, |c| is_letter(c) || c == 'μ');
    let word: String = chars[start..stop].iter().collect();
    if word.is_empty() {
        return Ok((Token::Number(value, None), end));
    }
    let unit = match word.as_str() {
        word if word.ends_with('B') || word.ends_with("byte") || word.ends_with("bytes") => Some(Unit::Bytes),
        word if word.ends_with('J') || word.ends_with("Wh") => Some(Unit::Joules),
        word if word.ends_with('s') => Some(Unit::Seconds),
        _ => None,
    };
    let quantity = unit.and_then(|unit| Some((unit.parse(&format!("{digits} {word}")).ok()?, unit)));
    match quantity {
        Some((value, unit)) => Ok((Token::Number(value, Some(unit)), stop)),
        None => {
            let problem = format!("“{word}” is no unit");
            let remedy = format!("Write a unit such as ms, mJ or kB, or {digits} * {word} if it is a term");
            Err(error(text, start, problem, remedy))
        }
    }
}
