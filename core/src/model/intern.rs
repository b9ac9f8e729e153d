//! Shared strings.

use std::collections::HashSet;
use std::sync::Arc;

/// Hands out one shared copy of each string: instance types, zones, states and tag keys repeat
/// thousands of times in a scope.
#[derive(Debug, Default)]
pub struct Interner {
    strings: HashSet<Arc<str>>,
}

impl Interner {
    /// The shared copy of `text`.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.strings.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.strings.insert(Arc::clone(&shared));
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_the_same_allocation() {
        let mut interner = Interner::default();
        let first = interner.share("m5.large");
        let second = interner.share("m5.large");
        assert!(Arc::ptr_eq(&first, &second));
    }
}
