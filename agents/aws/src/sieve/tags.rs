//! XML in pieces: where each tag begins and ends, and which elements are kept.
//!
//! This finds tags and compares names; whether the document is well-formed is for the SDK's reader to
//! say, which gets all that is kept. A document that ends within something that is left out loses
//! its outermost end tag, by which [`crate::whole`] knows it.

use memchr::{memchr, memchr2};

use super::Kept;

/// Leaves out elements while a document goes by.
pub(super) struct Tags {
    kept: Kept,
    /// How deep in an element that is left out this is; 0 where things are kept.
    left_out: u32,
    /// A tag of which the end has not come, from its `<` on.
    begun: Vec<u8>,
}

impl Tags {
    pub(super) fn new(kept: Kept) -> Self {
        Self { kept, left_out: 0, begun: Vec::new() }
    }

    /// Adds the kept parts of the next piece to `out`.
    pub(super) fn push(&mut self, mut piece: &[u8], out: &mut Vec<u8>) {
        if !self.begun.is_empty() {
            piece = self.finish_begun(piece, out);
        }
        // Where the run of kept bytes that has not been copied yet begins.
        let mut run = 0;
        let mut at = 0;
        while let Some(start) = memchr(b'<', &piece[at..]).map(|found| at + found) {
            let Some(end) = end_of_tag(&piece[start..]).map(|length| start + length) else {
                self.begun.extend_from_slice(&piece[start..]);
                self.copy(&piece[run..start], out);
                return;
            };
            let was_kept = self.left_out == 0;
            if !self.tag(&piece[start..end]) {
                if was_kept {
                    out.extend_from_slice(&piece[run..start]);
                }
                run = end;
            }
            at = end;
        }
        self.copy(&piece[run..], out);
    }

    /// What stands outside of tags, where it is kept.
    fn copy(&self, text: &[u8], out: &mut Vec<u8>) {
        if self.left_out == 0 {
            out.extend_from_slice(text);
        }
    }

    /// Ends the tag that an earlier piece began; gives what comes behind it.
    fn finish_begun<'p>(&mut self, piece: &'p [u8], out: &mut Vec<u8>) -> &'p [u8] {
        for (index, byte) in piece.iter().enumerate() {
            self.begun.push(*byte);
            if *byte == b'>' && end_of_tag(&self.begun).is_some() {
                let tag = std::mem::take(&mut self.begun);
                if self.tag(&tag) {
                    out.extend_from_slice(&tag);
                }
                return &piece[index + 1..];
            }
        }
        &[]
    }

    /// Whether a tag is kept; an element that is not is left out from here to its end tag.
    fn tag(&mut self, tag: &[u8]) -> bool {
        let inner = &tag[1..tag.len() - 1];
        match inner.first() {
            Some(b'!' | b'?') => self.left_out == 0,
            Some(b'/') if self.left_out == 0 => true,
            Some(b'/') => {
                self.left_out -= 1;
                false
            }
            _ => {
                let is_empty = inner.last() == Some(&b'/');
                if self.left_out == 0 && (self.kept)(name(inner)) {
                    return true;
                }
                self.left_out += u32::from(!is_empty);
                false
            }
        }
    }
}

/// A start tag's name.
fn name(inner: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    inner.split(ends).next().unwrap_or_default()
}

/// The length of the tag, comment, declaration or section that `text` begins with, where all of it is
/// there.
fn end_of_tag(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'!' | b'?' => end_of_markup(text),
        _ => {
            let mut at = 1;
            loop {
                let end = at + memchr(b'>', &text[at..])?;
                // An attribute may have a > in it.
                match memchr2(b'"', b'\'', &text[at..end]).map(|found| at + found) {
                    None => return Some(end + 1),
                    Some(quote) => {
                        let begin = quote + 1;
                        at = begin + memchr(text[quote], &text[begin..])? + 1;
                    }
                }
            }
        }
    }
}

/// The same of a comment, a CDATA section, an instruction or a declaration.
fn end_of_markup(text: &[u8]) -> Option<usize> {
    const COMMENT: &[u8] = b"<!--";
    const SECTION: &[u8] = b"<![CDATA[";
    // Too little to tell what it is.
    if [COMMENT, SECTION].iter().any(|with| text.len() < with.len() && with.starts_with(text)) {
        return None;
    }
    let (skipped, end): (usize, &[u8]) = if text.starts_with(COMMENT) {
        (COMMENT.len(), b"-->")
    } else if text.starts_with(SECTION) {
        (SECTION.len(), b"]]>")
    } else if text[1] == b'?' {
        (2, b"?>")
    } else {
        (2, b">")
    };
    let found = text[skipped..].windows(end.len()).position(|window| window == end)?;
    Some(skipped + found + end.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(name: &[u8]) -> bool {
        matches!(name, b"list" | b"item" | b"id")
    }

    /// A letter may be cut as well: what is left of it is no text to compare.
    fn sieve(pieces: &[&[u8]]) -> String {
        let mut tags = Tags::new(kept);
        let mut out = Vec::new();
        pieces.iter().for_each(|piece| tags.push(piece, &mut out));
        let text = String::from_utf8_lossy(&out);
        text.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned()
    }

    const CASES: &[(&str, &str)] = &[
        (
            "<list><item><id>1</id><big>x<id>2</id></big></item></list>",
            "<list><item><id>1</id></item></list>",
        ),
        (
            "<?xml version=\"1.0\"?>\n<list xmlns=\"a>b\"><id/></list>",
            "<?xml version=\"1.0\"?>\n<list xmlns=\"a>b\"><id/></list>",
        ),
        ("<list><big/><big a='/>' b=\"<\"/><big ></big >t</list>", "<list>t</list>"),
        ("<list><big><big>1</big>2</big><id>a&lt;b</id></list>", "<list><id>a&lt;b</id></list>"),
        (
            "<list><!-- <big> --><id>1</id><big><!-- </big> --></big></list>",
            "<list><!-- <big> --><id>1</id></list>",
        ),
        (
            "<list><id><![CDATA[<big>]]></id><big><![CDATA[</big>]]></big></list>",
            "<list><id><![CDATA[<big>]]></id></list>",
        ),
        ("<big><list/></big>", ""),
        ("<list><id>日本</id><big>日本</big></list>", "<list><id>日本</id></list>"),
    ];

    #[test]
    fn what_is_kept_stays_as_it_is() {
        for (document, expected) in CASES {
            assert_eq!(sieve(&[document.as_bytes()]), *expected);
        }
    }

    #[test]
    fn pieces_make_no_difference() {
        for (document, expected) in CASES {
            let bytes = document.as_bytes();
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    assert_eq!(sieve(&pieces), *expected, "{first} {second}");
                }
            }
        }
    }

    /// Whoever cuts an answer takes the outermost end tag with it.
    #[test]
    fn a_document_that_is_cut_never_looks_whole() {
        for (document, expected) in CASES.iter().filter(|(_, expected)| !expected.is_empty()) {
            let root = document.len() - "</list>".len();
            for end in 0..document.len() {
                let kept = sieve(&[&document.as_bytes()[..end]]);
                assert!(expected.starts_with(&kept), "{kept}");
                assert!(end < root || !kept.ends_with("</list>"), "{kept}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_nothing_breaks(
            bytes in proptest::collection::vec(prop_oneof![Just(b'<'), Just(b'>'), Just(b'/'), Just(b'!'), Just(b'-'), Just(b'"'), any::<u8>()], 0..200),
            cut in 0_usize..200,
        ) {
            let cut = cut.min(bytes.len());
            let mut whole = Vec::new();
            Tags::new(kept).push(&bytes, &mut whole);
            let (mut pieces, mut tags) = (Vec::new(), Tags::new(kept));
            tags.push(&bytes[..cut], &mut pieces);
            tags.push(&bytes[cut..], &mut pieces);
            prop_assert_eq!(whole, pieces);
        }
    }
}
