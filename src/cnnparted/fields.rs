//! Mappings of a YAML document, read by key, with the path to every value for errors and a record of what was asked for.

use crate::cnnparted::error::{Fault, quoted};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The largest magnitude of a number: far beyond every physical value.
const LARGEST: f64 = 1e30;

/// A mapping and where it stands.
pub(in crate::cnnparted) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Fields<'a> {
    /// The value as a mapping.
    pub(in crate::cnnparted) fn of(path: String, value: &'a Value) -> Result<Self, Fault> {
        match value {
            Value::Object(map) => Ok(Self {
                path,
                map,
                asked: RefCell::default(),
            }),
            other => Err(unexpected(&path, other, "a mapping of names to values")),
        }
    }

    /// Path of a key, for errors.
    pub(in crate::cnnparted) fn path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Where the mapping itself stands.
    pub(in crate::cnnparted) fn place(&self) -> &str {
        &self.path
    }

    /// The value of a key; nothing and `null` are the same.
    pub(in crate::cnnparted) fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(key);
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// A mapping below.
    pub(in crate::cnnparted) fn fields(&self, key: &'static str) -> Result<Option<Fields<'a>>, Fault> {
        self.get(key).map(|value| Fields::of(self.path(key), value)).transpose()
    }

    /// The entries of a list of mappings.
    pub(in crate::cnnparted) fn list(&self, key: &'static str) -> Result<Vec<Fields<'a>>, Fault> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let Value::Array(entries) = value else {
            return Err(unexpected(&self.path(key), value, "a list"));
        };
        let entries = entries.iter().enumerate();
        entries
            .map(|(index, entry)| Fields::of(format!("{}[{index}]", self.path(key)), entry))
            .collect()
    }

    /// A finite number, also where it is written as text (`2e6` is text in YAML).
    pub(in crate::cnnparted) fn number(&self, key: &'static str) -> Result<Option<f64>, Fault> {
        self.get(key).map(|value| number(&self.path(key), value)).transpose()
    }

    /// A number of zero or more.
    pub(in crate::cnnparted) fn amount(&self, key: &'static str) -> Result<Option<f64>, Fault> {
        let number = self.number(key)?;
        match number {
            Some(value) if value < 0.0 => Err(Fault::new(
                place(&self.path(key)),
                format!("{value} is below zero"),
                "Write a number of 0 or more",
            )),
            number => Ok(number),
        }
    }

    /// A number above zero, which must be there.
    pub(in crate::cnnparted) fn required(&self, key: &'static str, meaning: &str) -> Result<f64, Fault> {
        let number = self.number(key)?.ok_or_else(|| self.missing(key, meaning))?;
        if number <= 0.0 {
            return Err(Fault::new(
                place(&self.path(key)),
                format!("{number} is not above zero"),
                format!("Write {meaning}"),
            ));
        }
        Ok(number)
    }

    /// A whole number between bounds.
    pub(in crate::cnnparted) fn whole(&self, key: &'static str, least: i64, most: i64) -> Result<Option<i64>, Fault> {
        let Some(number) = self.number(key)? else {
            return Ok(None);
        };
        if number.fract() != 0.0 || !(least as f64..=most as f64).contains(&number) {
            return Err(Fault::new(
                place(&self.path(key)),
                format!("{number} is not a whole number from {least} to {most}"),
                "Correct the number",
            ));
        }
        Ok(Some(number as i64))
    }

    /// Yes or no.
    pub(in crate::cnnparted) fn flag(&self, key: &'static str) -> Result<Option<bool>, Fault> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(unexpected(&self.path(key), other, "true or false")),
        }
    }

    /// A text.
    pub(in crate::cnnparted) fn text(&self, key: &'static str) -> Result<Option<&'a str>, Fault> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(unexpected(&self.path(key), other, "a text")),
        }
    }

    /// The error of a key that must be there.
    pub(in crate::cnnparted) fn missing(&self, key: &str, meaning: &str) -> Fault {
        Fault::new(
            place(&self.path),
            format!("“{key}” is missing"),
            format!("Add “{key}”: {meaning}"),
        )
    }

    /// Paths of the keys nobody asked for.
    pub(in crate::cnnparted) fn others(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        let others = self.map.keys().filter(|key| !asked.contains(key.as_str()));
        others.map(|key| self.path(key)).collect()
    }
}

/// A path as it follows the file's name in an error.
pub(in crate::cnnparted) fn place(path: &str) -> String {
    match path {
        "" => String::new(),
        path => format!(", {path}"),
    }
}

/// A value as a number of a size that exists.
pub(in crate::cnnparted) fn number(path: &str, value: &Value) -> Result<f64, Fault> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number
        .filter(|number| number.abs() <= LARGEST)
        .ok_or_else(|| unexpected(path, value, "a number"))
}

/// The error of a value of another kind than wanted.
pub(in crate::cnnparted) fn unexpected(path: &str, value: &Value, wanted: &str) -> Fault {
    let found = match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    };
    Fault::new(
        place(path),
        format!("this is {found}, not {wanted}"),
        format!("Write {wanted}"),
    )
}
