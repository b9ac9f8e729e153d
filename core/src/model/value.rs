//! Attribute values.

use std::borrow::Cow;
use std::sync::Arc;

use super::money::CostRate;

/// One attribute of a resource, as the vendor's API reported it or as it was worked out.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, shared where it repeats.
    Text(Arc<str>),
    /// A whole number.
    Integer(i64),
    /// A measured number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A cost shown for information, in USD per hour when printed. Not part of any total.
    Cost(CostRate),
    /// A list.
    List(Vec<Value>),
    /// A nested record.
    Record(Attributes),
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Attributes in the order in which they were set; a missing one is unknown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes {
    entries: Vec<(Cow<'static, str>, Value)>,
}

impl Attributes {
    /// Sets `key`, replacing what it had.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        match self.entries.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = value,
            None => {
                // There are as many of these as resources: doubling would leave a third unused.
                if self.entries.len() == self.entries.capacity() {
                    self.entries.reserve_exact(4);
                }
                self.entries.push((key, value));
            }
        }
    }

    /// Sets `key` where there is a value; unknown attributes stay away.
    pub fn set_known(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        value: Option<impl Into<Value>>,
    ) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The value of `key` as text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The value of `key` as a whole number.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// Every attribute, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }
}
