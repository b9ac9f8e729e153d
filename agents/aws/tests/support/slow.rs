//! Answers that are slow, endless, cut or no answers at all.

use std::io::{self, Write};
use std::time::Duration;

use super::http::Reply;

/// Writes byte by byte with a pause after each.
fn drip(stream: &mut dyn Write, bytes: &[u8], pause: Duration) -> io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte])?;
        stream.flush()?;
        std::thread::sleep(pause);
    }
    Ok(())
}

/// A head whose bytes come one at a time.
pub(crate) fn dripping_head() -> Reply {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    Reply::written(|stream| drip(stream, head, Duration::from_millis(400)))
}

/// A whole head, then a body that drips without an end.
pub(crate) fn dripping_body(status: u16) -> Reply {
    Reply::written(move |stream| {
        write!(stream, "HTTP/1.1 {status} Scripted\r\ncontent-length: 1000000\r\n\r\n")?;
        loop {
            drip(stream, b"x", Duration::from_millis(100))?;
        }
    })
}

/// A head and a body of so many mebibytes.
pub(crate) fn flood(status: u16, mebibytes: usize) -> Reply {
    Reply::written(move |stream| {
        let length = mebibytes << 20;
        write!(stream, "HTTP/1.1 {status} Scripted\r\ncontent-length: {length}\r\n\r\n")?;
        let block = vec![b'x'; 1 << 20];
        (0..mebibytes).try_for_each(|_| stream.write_all(&block))
    })
}

/// Headers without an end.
pub(crate) fn endless_head() -> Reply {
    Reply::written(|stream| {
        write!(stream, "HTTP/1.1 200 OK\r\n")?;
        let line = format!("x-more: {}\r\n", "x".repeat(1000));
        loop {
            stream.write_all(line.as_bytes())?;
        }
    })
}

/// Interim answers without an end, and never the real one.
pub(crate) fn only_interim() -> Reply {
    Reply::written(|stream| {
        loop {
            stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n")?;
            stream.flush()?;
            std::thread::sleep(Duration::from_millis(100));
        }
    })
}

/// These bytes and then the connection's end.
pub(crate) fn raw(bytes: &'static [u8]) -> Reply {
    Reply::written(move |stream| stream.write_all(bytes))
}
