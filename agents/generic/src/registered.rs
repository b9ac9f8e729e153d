//! Collectors that a program registers as closures.

use std::error::Error;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::{Map, Value};

use crate::collectors::{CollectError, Collected, Collector};

/// What a closure measures, or why it could not.
pub type Figures = Result<Value, Box<dyn Error + Send + Sync>>;

/// A closure as a collector. It may block: it runs on a thread for that.
pub(crate) struct Closure {
    name: String,
    measure: Arc<dyn Fn() -> Figures + Send + Sync>,
}

impl Closure {
    pub(crate) fn new(
        name: impl Into<String>,
        measure: impl Fn() -> Figures + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), measure: Arc::new(measure) }
    }
}

impl Collector for Closure {
    fn name(&self) -> &str {
        &self.name
    }

    fn collect(&self) -> BoxFuture<'_, Result<Collected, CollectError>> {
        let measure = Arc::clone(&self.measure);
        async move {
            let figures = tokio::task::spawn_blocking(move || measure())
                .await
                .map_err(|error| CollectError::new(format!("the collector stopped: {error}")))?;
            let data = match figures.map_err(|error| CollectError::new(error.to_string()))? {
                Value::Object(data) => data,
                value => Map::from_iter([("value".to_owned(), value)]),
            };
            Ok(Collected { data, ..Collected::default() })
        }
        .boxed()
    }
}
