//! What an agreement is about: a text, or all that begin with it.

use super::key::is_vendor;

/// A text, or the beginning of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    text: String,
    /// What follows the text does not matter.
    open: bool,
}

impl Pattern {
    /// Reads a pattern; `None` where a star stands elsewhere than at the end, or nothing stands.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (front, open) = text.strip_suffix('*').map_or((text, false), |front| (front, true));
        let valid = !text.is_empty() && !front.contains('*');
        valid.then(|| Self { text: front.to_owned(), open })
    }

    /// Reads the pattern of a service: `aws/ec2`, `aws/*` or `*`.
    pub(super) fn service(text: &str) -> Option<Self> {
        let pattern = Self::read(text)?;
        let (vendor, service) = match pattern.text.split_once('/') {
            None => return (pattern.text.is_empty() && pattern.open).then_some(pattern),
            Some(parts) => parts,
        };
        let named = !service.is_empty() || pattern.open;
        (is_vendor(vendor) && named && !service.contains('/')).then_some(pattern)
    }

    /// It is about the text.
    pub(super) fn matches(&self, text: &str) -> bool {
        if self.open { text.starts_with(&self.text) } else { text == self.text }
    }

    /// It is about one text only.
    pub(super) fn is_exact(&self) -> bool {
        !self.open
    }

    /// How much it says: a text that is written out more than a beginning, a longer one more than a
    /// shorter. Two patterns that say as much and are about the same text are the same.
    fn precision(&self) -> (bool, usize) {
        (self.is_exact(), self.text.len())
    }
}

/// How much a scope says: first about the sku, then about the region, then about the service.
pub(super) type Precision = [(bool, usize); 3];

/// Which prices an agreement is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scope {
    /// Its services; empty for all.
    pub(super) services: Vec<Pattern>,
    /// Its skus; `None` for all.
    pub(super) sku: Option<Pattern>,
    /// Its regions; `None` for all.
    pub(super) region: Option<Pattern>,
}

impl Scope {
    /// It is about the service.
    pub(super) fn has_service(&self, service: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|pattern| pattern.matches(service))
    }

    /// It names the service, written out.
    pub(super) fn names_service(&self, service: &str) -> bool {
        self.services.iter().any(|pattern| pattern.is_exact() && pattern.matches(service))
    }

    /// It is about the sku and region in what a key has between service and unit. Where the one ends
    /// and the other begins cannot be seen, and so any place will do.
    pub(super) fn has_place(&self, middle: &str) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        middle.match_indices('/').any(|(end, _)| {
            let (sku, after) = (&middle[..end], &middle[end + 1..]);
            let region = after.split('/').next().unwrap_or_default();
            fits(&self.sku, sku) && fits(&self.region, region)
        })
    }

    /// How much it says.
    pub(super) fn precision(&self) -> Precision {
        let of = |pattern: Option<&Pattern>| pattern.map_or((false, 0), Pattern::precision);
        [of(self.sku.as_ref()), of(self.region.as_ref()), of(self.services.first())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_written_out_or_begun() {
        for text in ["aws/ec2", "aws/*", "gcp/cloud*", "*", " azure/vm "] {
            assert!(Pattern::service(text).is_some(), "{text}");
        }
        for text in ["", "ec2", "aws", "aws*", "aws/", "aws/e*2", "ibm/vm", "aws/ec2/m5.large"] {
            assert_eq!(Pattern::service(text), None, "{text}");
        }
    }

    #[test]
    fn skus_and_regions_are_found_wherever_they_end() {
        let pattern = |text| Pattern::read(text);
        let gp3 = Scope { sku: pattern("gp3/storage"), ..Scope::default() };
        assert!(gp3.has_place("gp3/storage/eu-west-1"));
        assert!(!gp3.has_place("gp3/iops/eu-west-1"));
        let europe = Scope { sku: pattern("m5*"), region: pattern("eu-*"), ..Scope::default() };
        assert!(europe.has_place("m5.large/eu-west-1/linux"));
        assert!(!europe.has_place("m5.large/us-east-1/linux"));
        assert!(!europe.has_place("c5.large/eu-west-1/linux"));
    }
}
