//! As much CBOR (RFC 8949) as CloudWatch's protocol needs, to and from JSON values.
//!
//! JSON has no time: `{"$time": seconds}` stands for CBOR's tag 1.

use serde_json::{Map, Value, json};

/// Encodes a value.
pub(crate) fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, value);
    bytes
}

fn put(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(0xf6),
        Value::Bool(flag) => bytes.push(if *flag { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match number.as_u64() {
            Some(whole) => head(bytes, 0, whole),
            None => float(bytes, number.as_f64().expect("a finite number")),
        },
        Value::String(text) => {
            head(bytes, 3, text.len() as u64);
            bytes.extend_from_slice(text.as_bytes());
        }
        Value::Array(values) => {
            head(bytes, 4, values.len() as u64);
            values.iter().for_each(|value| put(bytes, value));
        }
        Value::Object(map) if map.contains_key("$time") => {
            head(bytes, 6, 1);
            float(bytes, map["$time"].as_f64().expect("seconds"));
        }
        Value::Object(map) => {
            head(bytes, 5, map.len() as u64);
            for (key, value) in map {
                put(bytes, &Value::String(key.clone()));
                put(bytes, value);
            }
        }
    }
}

fn head(bytes: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    if let Ok(small) = u8::try_from(argument) {
        if small < 24 {
            bytes.push(major | small);
        } else {
            bytes.extend([major | 24, small]);
        }
    } else {
        bytes.push(major | 27);
        bytes.extend(argument.to_be_bytes());
    }
}

fn float(bytes: &mut Vec<u8>, number: f64) {
    bytes.push(0xfb);
    bytes.extend(number.to_be_bytes());
}

/// Decodes one value, or `None` where the bytes are not CBOR of the kinds used here.
pub(crate) fn decode(bytes: &[u8]) -> Option<Value> {
    Reader { bytes }.value()
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The next item's major type and argument; `None` for an indefinite length.
    fn head(&mut self) -> Option<(u8, Option<u64>)> {
        let first = self.take(1)?[0];
        let argument = match first & 0x1f {
            small @ 0..=23 => u64::from(small),
            size @ 24..=27 => {
                let bytes = self.take(1 << (size - 24))?;
                bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
            }
            31 => return Some((first >> 5, None)),
            _ => return None,
        };
        Some((first >> 5, Some(argument)))
    }

    fn value(&mut self) -> Option<Value> {
        let wide = *self.bytes.first()? == 0xfb;
        let (major, argument) = self.head()?;
        Some(match (major, argument) {
            (0, Some(number)) => json!(number),
            (3, Some(length)) => {
                let text = self.take(usize::try_from(length).ok()?)?;
                Value::String(String::from_utf8(text.to_vec()).ok()?)
            }
            (4, count) => {
                let mut values = Vec::new();
                while self.more(count, values.len())? {
                    values.push(self.value()?);
                }
                Value::Array(values)
            }
            (5, count) => {
                let mut map = Map::new();
                while self.more(count, map.len())? {
                    let key = self.value()?.as_str()?.to_owned();
                    map.insert(key, self.value()?);
                }
                Value::Object(map)
            }
            (6, Some(1)) => json!({ "$time": self.value()? }),
            (7, Some(20)) => Value::Bool(false),
            (7, Some(21)) => Value::Bool(true),
            (7, Some(22)) => Value::Null,
            (7, Some(bits)) if wide => json!(f64::from_bits(bits)),
            _ => return None,
        })
    }

    /// Whether a list or map of `count` has another element; of an indefinite one until its break.
    fn more(&mut self, count: Option<u64>, read: usize) -> Option<bool> {
        if let Some(count) = count {
            return Some((read as u64) < count);
        }
        if *self.bytes.first()? == 0xff {
            self.take(1)?;
            return Some(false);
        }
        Some(true)
    }
}
