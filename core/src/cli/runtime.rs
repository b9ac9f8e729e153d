//! What an agent's futures run on.

use tokio::runtime::{Builder, Runtime};

/// Threads for what blocks: the database, looking names up, standard output. Each brings an
/// allocator's arena, so there are no more than can be busy at once.
const BLOCKING_THREADS: usize = 4;

/// One thread: an agent waits for answers nearly all of its time, and a second thread would cost
/// more memory (an allocator's arena) than it saves time.
///
/// # Errors
/// The system gives no threads or no event queue.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().max_blocking_threads(BLOCKING_THREADS).build()
}
