//! As much CBOR as CloudWatch's protocol needs: read in place, written into one buffer.
//! <https://www.rfc-editor.org/rfc/rfc8949.html>, <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>

/// Reads values one after another; `None` where the bytes are not what is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

/// The major types that are told apart here.
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const SIMPLE: u8 = 7;
/// The byte that ends a list or map of unknown length.
const BREAK: u8 = 0xff;

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// The next item's major type and argument; no argument where the length is not said.
    fn head(&mut self) -> Option<(u8, Option<u64>)> {
        let first = *self.take(1)?.first()?;
        let argument = match first & 0x1f {
            small @ 0..=23 => Some(u64::from(small)),
            size @ 24..=27 => {
                let bytes = self.take(1 << (size - 24))?;
                Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
            }
            31 => None,
            _ => return None,
        };
        Some((first >> 5, argument))
    }

    /// A text of known length, as every SDK sends them.
    pub(super) fn text(&mut self) -> Option<&'b str> {
        match self.head()? {
            (TEXT, Some(length)) => {
                std::str::from_utf8(self.take(usize::try_from(length).ok()?)?).ok()
            }
            _ => None,
        }
    }

    /// A whole number, also where it comes as a float.
    pub(super) fn number(&mut self) -> Option<i64> {
        let wide = *self.rest.first()? == 0xfb;
        match self.head()? {
            (0, Some(number)) => i64::try_from(number).ok(),
            (TAG, _) => self.number(),
            #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970")]
            (SIMPLE, Some(bits)) if wide => Some(f64::from_bits(bits) as i64),
            _ => None,
        }
    }

    /// Gives each entry of a map to `entry`, which reads or skips its value.
    pub(super) fn map(
        &mut self,
        mut entry: impl FnMut(&str, &mut Self) -> Option<()>,
    ) -> Option<()> {
        let (MAP, count) = self.head()? else { return None };
        self.each(count, |reader| {
            let key = reader.text()?;
            entry(key, reader)
        })
    }

    /// Gives each value of a list to `value`, which reads it.
    pub(super) fn list(&mut self, value: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let (LIST, count) = self.head()? else { return None };
        self.each(count, value)
    }

    fn each(
        &mut self,
        count: Option<u64>,
        mut read: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        let mut left = count;
        loop {
            match &mut left {
                Some(0) => return Some(()),
                Some(left) => *left -= 1,
                None if *self.rest.first()? == BREAK => return self.take(1).map(|_| ()),
                None => {}
            }
            read(self)?;
        }
    }

    /// Passes over one value.
    pub(super) fn skip(&mut self) -> Option<()> {
        match self.head()? {
            (BYTES | TEXT, Some(length)) => self.take(usize::try_from(length).ok()?).map(|_| ()),
            (LIST, count) => self.each(count, Self::skip),
            (MAP, count) => self.each(count, |reader| {
                reader.skip()?;
                reader.skip()
            }),
            (TAG, _) => self.skip(),
            (BYTES | TEXT, None) => None,
            _ => Some(()),
        }
    }
}

/// Writes values one after another.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// What is written so far.
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    fn head(&mut self, major: u8, argument: u64) {
        let major = major << 5;
        match u8::try_from(argument) {
            Ok(small) if small < 24 => self.bytes.push(major | small),
            Ok(small) => self.bytes.extend([major | 24, small]),
            Err(_) => {
                self.bytes.push(major | 27);
                self.bytes.extend(argument.to_be_bytes());
            }
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(super) fn float(&mut self, number: f64) {
        self.bytes.push(0xfb);
        self.bytes.extend(number.to_be_bytes());
    }

    /// A time, in seconds since 1970.
    pub(super) fn time(&mut self, seconds: i64) {
        self.head(TAG, 1);
        self.head(0, u64::try_from(seconds).unwrap_or_default());
    }

    /// The beginning of a list of so many values.
    pub(super) fn list(&mut self, count: usize) {
        self.head(LIST, count as u64);
    }

    /// The beginning of a map of so many entries.
    pub(super) fn map(&mut self, count: usize) {
        self.head(MAP, count as u64);
    }

    /// The beginning of a list or map that [`Writer::end`] ends.
    pub(super) fn open_list(&mut self) {
        self.bytes.push(LIST << 5 | 31);
    }

    /// Ends what [`Writer::open_list`] began.
    pub(super) fn end(&mut self) {
        self.bytes.push(BREAK);
    }

    /// An entry whose value is a text.
    pub(super) fn entry(&mut self, key: &str, value: &str) {
        self.text(key);
        self.text(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::default();
        writer.map(3);
        writer.entry("name", "Ł".repeat(300).as_str());
        writer.text("skipped");
        writer.open_list();
        writer.float(1.5);
        writer.time(1_793_516_400);
        writer.end();
        writer.text("at");
        writer.time(1_793_516_400);
        let (mut name, mut at) = (0, 0);
        let read = Reader::new(&writer.bytes).map(|key, value| {
            match key {
                "name" => name = value.text()?.len(),
                "at" => at = value.number()?,
                _ => value.skip()?,
            }
            Some(())
        });
        assert_eq!((read, name, at), (Some(()), 600, 1_793_516_400));
    }

    #[test]
    fn what_ends_early_is_nothing() {
        let mut writer = Writer::default();
        writer.map(1);
        writer.entry("name", "value");
        for length in 0..writer.bytes.len() {
            assert_eq!(Reader::new(&writer.bytes[..length]).skip(), None, "{length}");
        }
    }

    #[test]
    fn other_implementations_read_it_too() {
        let mut writer = Writer::default();
        writer.map(1);
        writer.entry("name", "value");
        let read: std::collections::BTreeMap<String, String> =
            ciborium::from_reader(writer.bytes.as_slice()).unwrap();
        assert_eq!(read["name"], "value");
    }
}
