//! A bound on pages: a chain of tokens that goes in circles must end as a failure, not as a full
//! memory, nor as a list that looks whole.

use finops_core::model::ServiceFailure;

/// The most pages read for one list: with 1,000 records a page, ten million.
const MOST: usize = 10_000;

/// Counts the pages of one list.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pages: usize,
    token: Option<String>,
}

impl Count {
    /// One page more of `action`'s list, and the token of the page after it.
    ///
    /// # Errors
    /// The list does not end. (At a token that repeats itself the SDKs end it without a word.)
    pub(crate) fn next(&mut self, action: &str, token: Option<&str>) -> Result<(), ServiceFailure> {
        self.pages += 1;
        let token = token.filter(|token| !token.is_empty());
        let again = token.is_some() && token == self.token.as_deref();
        if self.pages <= MOST && !again {
            self.token = token.map(str::to_owned);
            return Ok(());
        }
        Err(ServiceFailure {
            error: format!(
                "BadReply: the list of {action} goes in circles after {} pages",
                self.pages
            ),
            hint: Some("the service repeats itself: report it to its operator".to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_repeats_itself_is_a_failure() {
        let mut count = Count::default();
        for token in [Some("a"), Some("b"), Some(""), None, None] {
            assert!(count.next("ec2:DescribeInstances", token).is_ok(), "{token:?}");
        }
        assert!(count.next("ec2:DescribeInstances", Some("c")).is_ok());
        let failure = count.next("ec2:DescribeInstances", Some("c")).unwrap_err();
        assert!(failure.error.contains("ec2:DescribeInstances"), "{}", failure.error);
    }
}
