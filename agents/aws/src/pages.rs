//! A bound on pages: an endless chain of tokens must end as a failure, not as a full memory.

use finops_core::model::ServiceFailure;

/// The most pages read for one list: with 1,000 records a page, ten million.
const MOST: usize = 10_000;

/// Counts the pages of one list.
#[derive(Debug, Default)]
pub(crate) struct Count(usize);

impl Count {
    /// One page more of `action`'s list.
    ///
    /// # Errors
    /// The list does not end.
    pub(crate) fn next(&mut self, action: &str) -> Result<(), ServiceFailure> {
        self.0 += 1;
        if self.0 <= MOST {
            return Ok(());
        }
        Err(ServiceFailure {
            error: format!("BadReply: {action} gives more than {MOST} pages"),
            hint: Some("the service repeats itself: report it to its operator".to_owned()),
        })
    }
}
