//! Which resource, or which prices, a question is about.

use finops_core::figures::short_id;
use finops_core::inventory::{Answered, PricedResource};

use super::answer::{Candidate, Explained, Explanation, NotFound};
use super::{prices, resource};
use crate::inspect::books::Books;

/// How many prices and resources are named.
const MOST: usize = 20;
/// The shortest end of an identifier that is looked for.
const SHORTEST_END: usize = 3;

/// How well a resource fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The question is its whole identifier, ARN or qualified name.
    Identifier,
    /// The question is its name.
    Name,
    /// The identifier ends so.
    End,
}

/// A question while the inventory goes by: it keeps the resources that fit best and no others.
#[derive(Debug)]
pub struct Search {
    question: String,
    best: Option<Fit>,
    kept: Vec<PricedResource>,
    more: usize,
    seen: usize,
}

impl Search {
    /// A question.
    #[must_use]
    pub fn new(question: &str) -> Self {
        let question = question.trim().to_owned();
        Self { question, best: None, kept: Vec::new(), more: 0, seen: 0 }
    }

    /// Looks at a resource.
    pub fn visit(&mut self, resource: PricedResource) {
        self.seen += 1;
        let Some(fit) = self.fit(&resource) else { return };
        if self.best.is_some_and(|best| best < fit) {
            return;
        }
        if self.best != Some(fit) {
            self.best = Some(fit);
            self.kept.clear();
            self.more = 0;
        }
        if self.kept.len() < MOST {
            self.kept.push(resource);
        } else {
            self.more += 1;
        }
    }

    fn fit(&self, resource: &PricedResource) -> Option<Fit> {
        let (question, id) = (&*self.question, &*resource.id);
        if question.is_empty() {
            return None;
        }
        let is_identifier = question.eq_ignore_ascii_case(id)
            || question == short_id(id)
            || is_arn_of(question, resource)
            || question.ends_with(id) && question == candidate(resource).qualified();
        if is_identifier {
            Some(Fit::Identifier)
        } else if resource.name.as_deref() == Some(question) {
            Some(Fit::Name)
        } else if question.len() >= SHORTEST_END && ends_with(id, question) {
            Some(Fit::End)
        } else {
            None
        }
    }

    /// The answer: a resource, or else prices.
    #[must_use]
    pub fn finish(mut self, books: &Books<'_>, answered: &[Answered]) -> Explanation {
        let found = match (self.kept.len(), self.best) {
            (0, _) => self.prices_or_nothing(books, answered),
            (1, _) => Explained::Resource(Box::new(resource::explain(&self.kept.remove(0), books))),
            _ => Explained::Candidates {
                resources: self.kept.iter().map(candidate).collect(),
                more: self.more,
            },
        };
        Explanation { question: self.question, found }
    }

    fn prices_or_nothing(&self, books: &Books<'_>, answered: &[Answered]) -> Explained {
        let found = prices::find(&self.question, books, MOST);
        if !found.rows.is_empty() {
            return Explained::Prices { rows: found.rows, more: found.more };
        }
        let name = |one: &Answered| format!("{} {} {}", one.account, one.region, one.service);
        Explained::Nothing(NotFound {
            prices: found.looked_at,
            resources: self.seen,
            services: answered.len(),
            last_seen: answered.iter().map(|one| one.at).max().map(|at| at.to_string()),
            incomplete: answered.iter().filter(|one| !one.complete).map(name).collect(),
        })
    }
}

/// What a resource is and where.
pub(super) fn candidate(resource: &PricedResource) -> Candidate {
    Candidate {
        provider: resource.provider.to_string(),
        account: resource.account.to_string(),
        region: resource.region.clone(),
        service: resource.service.to_string(),
        kind: resource.kind.clone(),
        id: resource.id.clone(),
        name: resource.name.clone(),
    }
}

/// `arn:partition:service:region:account:resource`, where region and account may be left out and the
/// resource is the identifier, or ends in it after its type
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
fn is_arn_of(question: &str, resource: &PricedResource) -> bool {
    let mut parts = question.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let [arn, _partition, _service, region, account, rest] = std::array::from_fn(|_| next());
    let fits = |part: &str, whole: &str| part.is_empty() || part == whole;
    arn == "arn"
        && fits(region, &resource.region)
        && fits(account, &resource.account)
        && (rest == resource.id || after_type(rest) == resource.id)
}

/// A resource of an ARN without its type: `instance/i-0abc` and `db:orders`.
fn after_type(resource: &str) -> &str {
    resource.split_once(['/', ':']).map_or(resource, |(_, id)| id)
}

fn ends_with(id: &str, end: &str) -> bool {
    let front = id.len().checked_sub(end.len()).and_then(|start| id.get(start..));
    front.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}
