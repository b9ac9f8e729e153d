//! A body that is sieved as it comes in.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame};

use super::Kept;
use super::tags::Tags;

/// What is kept of another body. No length is known beforehand.
pub(super) struct Sieved {
    body: SdkBody,
    tags: Tags,
}

impl Sieved {
    pub(super) fn new(body: SdkBody, kept: Kept) -> Self {
        Self { body, tags: Tags::new(kept) }
    }
}

impl Body for Sieved {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        Poll::Ready(loop {
            match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) => {
                        let mut kept = Vec::with_capacity(chunk.len() / 4);
                        this.tags.push(&chunk, &mut kept);
                        // An empty frame would be taken for the end.
                        if !kept.is_empty() {
                            break Some(Ok(Frame::data(kept.into())));
                        }
                    }
                    Err(other) => break Some(Ok(other)),
                },
                end_or_error => break end_or_error,
            }
        })
    }
}
