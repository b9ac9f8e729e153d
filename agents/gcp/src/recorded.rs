//! Replies that others recorded or published, through the parsers.
