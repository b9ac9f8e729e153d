//! A body that may break off.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

/// A whole body, or the first part of one whose rest never comes: the length that was announced is
/// the whole one's, and the connection is closed behind the part.
#[derive(Debug)]
pub enum ReplyBody {
    /// All of it.
    Whole(Full<Bytes>),
    /// The first part, and how many bytes were announced.
    Cut(Option<Bytes>, u64),
}

/// The rest of a body does not come.
#[derive(Debug, thiserror::Error)]
#[error("the body is cut short on purpose")]
pub struct CutShort;

impl From<Infallible> for CutShort {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = CutShort;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutShort>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| frame.map_err(CutShort::from))),
            Self::Cut(part, _) => Poll::Ready(Some(match part.take() {
                Some(part) => Ok(Frame::data(part)),
                None => Err(CutShort),
            })),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Cut(_, announced) => SizeHint::with_exact(*announced),
        }
    }
}
