//! One line on a terminal that says how far the cycle is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::model::Scope;
use crate::progress::Progress;

/// A progress line on standard error; silent where that is no terminal.
pub struct ProgressLine {
    bar: ProgressBar,
    resources: AtomicUsize,
}

impl Default for ProgressLine {
    fn default() -> Self {
        let bar = ProgressBar::new(0);
        // The template is fixed and known to be valid; the default style would do as well.
        let style = ProgressStyle::with_template("{spinner} scope {pos}/{len}  {msg}  {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, resources: AtomicUsize::new(0) }
    }
}

impl ProgressLine {
    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for ProgressLine {
    fn scopes(&self, total: usize) {
        self.bar.set_length(total as u64);
    }

    fn service_done(&self, scope: &Scope, service: &str, found: Option<usize>) {
        let total =
            self.resources.fetch_add(found.unwrap_or(0), Ordering::Relaxed) + found.unwrap_or(0);
        self.bar.set_message(format!("{} {service}: {total} resources", scope.region));
    }

    fn scope_done(&self, _scope: &Scope) {
        self.bar.inc(1);
    }
}
