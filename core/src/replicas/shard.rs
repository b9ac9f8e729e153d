//! Which of several replicas this one is.

use std::fmt;
use std::str::FromStr;

/// The most replicas that scopes are split over.
pub const MOST_REPLICAS: u32 = 1_000;

/// A replica's number, from 0, and how many replicas there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    count: u32,
}

/// Why a text names no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is \"{0}\"")]
pub struct NoShard(String);

impl Shard {
    /// Replica `number` of `count`; `None` where there is no such replica.
    #[must_use]
    pub fn new(number: u32, count: u32) -> Option<Self> {
        (number < count && count <= MOST_REPLICAS).then_some(Self { number, count })
    }

    /// Its number, from 0.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many replicas there are.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count
    }
}

impl FromStr for Shard {
    type Err = NoShard;

    /// `2/3`, or `aws-agent-2/3`: the name of a pod of a StatefulSet ends with its number
    /// (<https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#ordinal-index>).
    fn from_str(text: &str) -> Result<Self, NoShard> {
        let read = || {
            let (name, count) = text.trim().split_once('/')?;
            let number = match name.rsplit_once('-') {
                Some((pod, number)) if !pod.trim().is_empty() => number,
                _ => name,
            };
            let whole = |text: &str| {
                let text = text.trim();
                text.chars().all(|letter| letter.is_ascii_digit()).then(|| text.parse().ok())?
            };
            Self::new(whole(number)?, whole(count)?)
        };
        read().ok_or_else(|| NoShard(text.to_owned()))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_pods_name_says_which_replica_it_is() {
        for text in ["2/3", " 2 / 3 ", "aws-agent-2/3", "a-1-2/3"] {
            assert_eq!(text.parse(), Ok(Shard { number: 2, count: 3 }), "{text}");
        }
        assert_eq!(Shard::new(2, 3).map(|shard| shard.to_string()).as_deref(), Some("2/3"));
    }

    #[test]
    fn what_names_no_replica_is_refused() {
        for text in
            ["", "3/3", "0/0", "-1/3", "+1/3", "/3", "aws-agent/3", "1", "1/", "a/b", "0/1001"]
        {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
