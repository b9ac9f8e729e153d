//! Where the bytes of a book are.

use super::mapped::Mapped;

/// The bytes of a book.
pub(super) enum Data {
    /// In the program.
    Static(&'static [u8]),
    /// In memory of its own.
    Owned(Vec<u8>),
    /// In a file.
    Mapped(Mapped),
}

impl Data {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Owned(bytes) => bytes,
            Self::Mapped(file) => file.bytes(),
        }
    }
}
