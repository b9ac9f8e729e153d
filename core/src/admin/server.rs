//! The admin port's routes.
//!
//! A web page elsewhere can make a browser on this host ask the port under a name that it controls
//! (DNS rebinding), and the port does not look at `Host`, since proxies and port forwarding change
//! it. Such a page could read what is shown here and no more: there is no login to borrow, and no
//! route that changes anything. A route that does must not be added without a check of `Host`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::answer::{plain, typed, with_headers};
use super::limits::BoundedListener;
use super::{Source, View};

/// How long a source may take to say what is shown.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers requests on `listener` from `source` until `stop` is cancelled, and a second longer at
/// most for what is being answered then.
///
/// # Errors
/// The listener cannot be used. Failures of single connections end those only.
pub async fn serve(
    listener: TcpListener,
    source: Arc<dyn Source>,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let listener = BoundedListener::new(listener, stop.clone());
    axum::serve(listener, routes(source)).with_graceful_shutdown(stop.cancelled_owned()).await
}

fn routes(source: Arc<dyn Source>) -> Router {
    Router::new()
        .route("/", get(status_page))
        .route("/healthz", get(async || plain(StatusCode::OK, "ok")))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics))
        .fallback(async || plain(StatusCode::NOT_FOUND, "try /, /healthz, /readyz or /metrics"))
        .method_not_allowed_fallback(async || {
            plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered")
        })
        .layer(map_response(with_headers))
        .with_state(source)
}

async fn readiness(State(source): State<Arc<dyn Source>>) -> Response {
    let problems = source.ready().problems(Timestamp::now());
    if problems.is_empty() {
        plain(StatusCode::OK, "ready")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, &problems.join("\n"))
    }
}

async fn metrics(State(source): State<Arc<dyn Source>>) -> Response {
    answer(&*source, "text/plain; version=0.0.4; charset=utf-8", super::metrics).await
}

async fn status_page(State(source): State<Arc<dyn Source>>) -> Response {
    answer(&*source, "text/html; charset=utf-8", super::page).await
}

/// What `render` makes of the view.
async fn answer<E: std::error::Error>(
    source: &dyn Source,
    media_type: &'static str,
    render: fn(&View) -> Result<String, E>,
) -> Response {
    let Ok(view) = tokio::time::timeout(PATIENCE, source.view()).await else {
        return plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "the agent is too busy to answer; try again",
        );
    };
    match render(&view) {
        Ok(body) => typed(StatusCode::OK, media_type, body),
        Err(error) => {
            tracing::error!("the admin port cannot answer: {error}");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be written; see the log")
        }
    }
}
