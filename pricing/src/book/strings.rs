//! The strings of a book.

/// The strings of a book, by their ids.
#[derive(Clone, Copy)]
pub(super) struct Strings<'a> {
    /// Where each ends in `text`, where the next one begins.
    pub(super) ends: &'a [[u8; 4]],
    pub(super) text: &'a str,
}

impl<'a> Strings<'a> {
    /// The string of an id; `None` where there is none.
    #[inline]
    pub(super) fn get(&self, id: u32) -> Option<&'a str> {
        let id = id as usize;
        let end = |id: usize| Some(u32::from_le_bytes(*self.ends.get(id)?) as usize);
        let start = if id == 0 { 0 } else { end(id - 1)? };
        self.text.get(start..end(id)?)
    }

    /// The id of a string, if the book has it.
    pub(super) fn id(&self, string: &str) -> Option<u32> {
        // The encoder numbered them with as much.
        let text = |id: usize| self.get(id as u32);
        let before = |id| text(id).is_some_and(|text| text < string);
        let id = super::partition(self.ends.len(), before);
        (text(id) == Some(string)).then_some(id as u32)
    }
}
