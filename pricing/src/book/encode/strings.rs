//! Strings while a book is put together.

use std::collections::HashMap;
use std::sync::Arc;

use super::EncodeError;

/// Strings, each once, numbered as they come.
#[derive(Debug, Default)]
pub(super) struct Strings {
    numbers: HashMap<Arc<str>, u32>,
    bytes: usize,
}

impl Strings {
    /// The number of a string.
    pub(super) fn number(&mut self, string: &str) -> Result<u32, EncodeError> {
        if let Some(number) = self.numbers.get(string) {
            return Ok(*number);
        }
        let number = u32::try_from(self.numbers.len()).map_err(|_| EncodeError::TooLarge)?;
        self.bytes += string.len();
        u32::try_from(self.bytes).map_err(|_| EncodeError::TooLarge)?;
        self.numbers.insert(string.into(), number);
        Ok(number)
    }

    /// The strings in their order, and for each number its place in that order.
    pub(super) fn sorted(self) -> (Vec<Arc<str>>, Vec<u32>) {
        let mut numbered: Vec<(Arc<str>, u32)> = self.numbers.into_iter().collect();
        numbered.sort_unstable();
        let mut places = vec![0; numbered.len()];
        for (place, (_, number)) in numbered.iter().enumerate() {
            // `number` counted no more than an u32 holds.
            places[*number as usize] = place as u32;
        }
        (numbered.into_iter().map(|(string, _)| string).collect(), places)
    }
}
