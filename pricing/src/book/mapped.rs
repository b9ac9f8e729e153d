//! Files as memory.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// A file as memory: only what is looked at is read, and all processes share it.
pub(super) struct Mapped(Mmap);

impl Mapped {
    /// Maps a file, which must not be changed in place afterwards: see `docs/adr/0026`.
    #[allow(unsafe_code, reason = "the operating system cannot promise that a file stays as it is")]
    pub(super) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: The bytes must not change, nor the file be cut, while they are mapped. It is a
        // book of the agent's own folder, which is the agent's user's alone: a book is written
        // under another name, and put in its place by renaming it when it is whole. What is mapped
        // is never opened for writing again, and stays there until it is unmapped, also when
        // another book has taken its name. `docs/adr/0026-the-book-is-mapped.md` has the rest.
        unsafe { Mmap::map(file) }.map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
