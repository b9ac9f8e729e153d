//! Answers of the admin port, and the headers that all of them carry.

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Headers of every answer. Nothing is cached, framed, sniffed or loaded from elsewhere; styles are
/// in the page itself, scripts there are none. One request a connection keeps the time that a
/// client may take simple to bound.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::CONNECTION, HeaderValue::from_static("close")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Adds the headers that every answer carries.
pub(super) async fn with_headers(mut response: Response) -> Response {
    response.headers_mut().extend(HeaderMap::from_iter(HEADERS));
    response
}

/// Plain text that ends with a newline.
pub(super) fn plain(status: StatusCode, text: &str) -> Response {
    typed(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// A body of the media type `media_type`.
pub(super) fn typed(status: StatusCode, media_type: &'static str, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, media_type)], body).into_response()
}
