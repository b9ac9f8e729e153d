//! How far a sync is, for whoever watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::report::TableReport;

/// Told as a sync goes on. Every method may be called from several tasks.
pub trait SyncProgress: Send + Sync {
    /// There are this many tables; `kept` counts the rows as they are kept.
    fn started(&self, _tables: usize, _kept: &Arc<AtomicU64>) {}
    /// A table is begun.
    fn table_started(&self, _what: &str) {}
    /// So many more bytes will come: what the vendor says that the document has, less what is
    /// there from an earlier try.
    fn bytes_known(&self, _bytes: u64) {}
    /// So many more bytes have come, as they are sent.
    fn bytes(&self, _bytes: u64) {}
    /// A table is done.
    fn table_done(&self, _table: &TableReport) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl SyncProgress for Silent {}

/// One line on standard error; silent where that is no terminal.
pub struct TerminalProgress {
    bar: ProgressBar,
    tables: AtomicU64,
    done: AtomicU64,
}

impl Default for TerminalProgress {
    fn default() -> Self {
        let bar = ProgressBar::new(0);
        let (tables, done) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { bar, tables, done }
    }
}

impl TerminalProgress {
    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn prefix(&self) {
        let (done, tables) =
            (self.done.load(Ordering::Relaxed), self.tables.load(Ordering::Relaxed));
        self.bar.set_prefix(format!("{done}/{tables} tables"));
    }
}

impl SyncProgress for TerminalProgress {
    fn started(&self, tables: usize, kept: &Arc<AtomicU64>) {
        self.tables.store(tables as u64, Ordering::Relaxed);
        let kept = Arc::clone(kept);
        let rows = move |_: &ProgressState, line: &mut dyn std::fmt::Write| {
            // A line that cannot be drawn is drawn again soon.
            let _ = write!(line, "{}", kept.load(Ordering::Relaxed));
        };
        // The template is fixed and known to be valid; the default style would do as well.
        let template = "{spinner} {prefix}  {bytes} of {total_bytes}  {bytes_per_sec}  \
                        {rows} prices  {elapsed}  {wide_msg}";
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar.set_style(style.with_key("rows", rows));
        self.prefix();
        self.bar.enable_steady_tick(Duration::from_millis(120));
    }

    fn table_started(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    fn bytes_known(&self, bytes: u64) {
        self.bar.inc_length(bytes);
    }

    fn bytes(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn table_done(&self, _table: &TableReport) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.prefix();
    }
}
