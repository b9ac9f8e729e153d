//! What the SKUs of the catalogue are in the price book: `mappings/gcp_skus.tsv` and
//! `mappings/gcp_left_out.tsv`, which say how they are written.

use std::sync::OnceLock;

use rust_decimal::Decimal;

use super::pattern::Pattern;
use super::place::Place;
use crate::gcp::catalog::Sku;
use crate::sync::Dropped;

static SKUS: &str = include_str!("../../../mappings/gcp_skus.tsv");
static LEFT_OUT: &str = include_str!("../../../mappings/gcp_left_out.tsv");

/// The region under which a price is kept that holds in every region.
pub(super) const EVERYWHERE: &str = "*";

/// The mapping, read.
#[derive(Debug)]
pub(super) struct Mapping {
    lines: Vec<Line>,
    left_out: Vec<LeftOut>,
}

/// What a description means.
#[derive(Debug)]
pub(super) struct Line {
    /// Whose list: `compute`.
    list: &'static str,
    group: Pattern,
    usage: Pattern,
    description: Pattern,
    except: Option<Pattern>,
    /// Where it must be sold.
    at: Vec<&'static str>,
    /// Service and sku of the price book.
    pub(super) service: &'static str,
    pub(super) sku: &'static str,
    /// The variants that have the price.
    pub(super) variants: Vec<&'static str>,
    pub(super) unit: &'static str,
    /// How many of what the SKU counts make one of what the book counts.
    pub(super) times: Decimal,
}

#[derive(Debug)]
struct LeftOut {
    why: Dropped,
    field: Field,
    pattern: Pattern,
}

/// What of an SKU a pattern is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Usage,
    Description,
}

/// What of an SKU decides what it is, in small letters.
#[derive(Debug)]
pub(super) struct Kind {
    id: String,
    group: String,
    usage: String,
    description: String,
}

impl Kind {
    #[cfg(test)]
    pub(super) fn new(group: &str, usage: &str, description: &str) -> Self {
        let [group, usage, description] = [group, usage, description].map(str::to_ascii_lowercase);
        Self { id: String::new(), group, usage, description }
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> [&str; 3] {
        [&self.group, &self.usage, &self.description]
    }

    pub(super) fn of(sku: &Sku) -> Self {
        Self {
            id: sku.sku_id.to_ascii_lowercase(),
            group: sku.resource_group.to_ascii_lowercase(),
            usage: sku.usage_type.to_ascii_lowercase(),
            description: sku.description.to_ascii_lowercase(),
        }
    }

    /// Whether it is sold on demand.
    pub(super) fn on_demand(&self) -> bool {
        self.usage == "ondemand" && !self.description.contains("preemptible")
    }
}

impl Mapping {
    /// The mapping that is compiled in.
    pub(super) fn get() -> &'static Self {
        static MAPPING: OnceLock<Mapping> = OnceLock::new();
        // A test reads the very text that is compiled in.
        MAPPING.get_or_init(|| Self::read(SKUS, LEFT_OUT).expect("the mapping can be read"))
    }

    fn read(skus: &'static str, left_out: &'static str) -> Result<Self, String> {
        Ok(Self {
            lines: rows(skus).map(|columns| line(&columns)).collect::<Result<_, _>>()?,
            left_out: rows(left_out)
                .map(|columns| left_out_line(&columns))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Why an SKU is left out, if it is, whatever else it looks like.
    pub(super) fn left_out(&self, kind: &Kind) -> Option<Dropped> {
        let meant = |line: &&LeftOut| {
            line.pattern.matches(match line.field {
                Field::Id => &kind.id,
                Field::Usage => &kind.usage,
                Field::Description => &kind.description,
            })
        };
        self.left_out.iter().find(meant).map(|line| line.why)
    }

    /// What an SKU of a list means; more than one thing where it is sold at several kinds of places.
    pub(super) fn meanings(&self, list: &str, kind: &Kind) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.list == list && line.is_of(kind)).collect()
    }

    #[cfg(test)]
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }
}

impl Line {
    fn is_of(&self, kind: &Kind) -> bool {
        self.description.matches(&kind.description)
            && self.group.matches(&kind.group)
            && self.usage.matches(&kind.usage)
            && !self.except.as_ref().is_some_and(|except| except.matches(&kind.description))
    }

    /// SKUs that it is of: one for each of its descriptions.
    #[cfg(test)]
    pub(super) fn examples(&self) -> Vec<Kind> {
        let first = |pattern: &Pattern, anything| pattern.examples(anything).remove(0);
        let kind = |description| Kind {
            id: String::new(),
            group: first(&self.group, "cpu"),
            usage: first(&self.usage, "preemptible"),
            description,
        };
        self.description.examples("somewhere").into_iter().map(kind).collect()
    }

    /// Whether a place can be of this line and of another one.
    #[cfg(test)]
    pub(super) fn shares_places(&self, other: &Self) -> bool {
        self.list == other.list && self.at.iter().any(|at| other.at.contains(at))
    }

    /// Whose list it is of.
    #[cfg(test)]
    pub(super) fn list(&self) -> &'static str {
        self.list
    }

    /// The region of the price book for what is sold at a place; `None` where the line is not about
    /// such places.
    pub(super) fn region<'a>(&self, place: Place<'a>) -> Option<&'a str> {
        let at = |kind: &str| self.at.contains(&kind);
        match place {
            _ if at("anywhere") => Some("global"),
            Place::Global if at("everywhere") => Some(EVERYWHERE),
            Place::Region(name) if at("region") => Some(name),
            Place::Multi(name) if at("multi") => Some(name),
            Place::Dual(name) if at("dual") => Some(name),
            _ => None,
        }
    }
}

/// The rows of a file, each in its columns.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| line.split('\t').collect())
}

fn line(columns: &[&'static str]) -> Result<Line, String> {
    let [list, group, usage, description, except, at, service, sku, variants, unit, times] =
        columns
    else {
        return Err(format!("{columns:?} are not eleven columns"));
    };
    let at: Vec<&str> = at.split(',').collect();
    let known = ["region", "multi", "dual", "everywhere", "anywhere"];
    if let Some(unknown) = at.iter().find(|at| !known.contains(at)) {
        return Err(format!("{description}: no place is called {unknown}"));
    }
    Ok(Line {
        list,
        group: Pattern::new(group),
        usage: Pattern::new(usage),
        description: Pattern::new(description),
        except: Some(*except).filter(|except| *except != "-").map(Pattern::new),
        at,
        service,
        sku,
        variants: variants.split('|').map(|variant| variant.trim_matches('-')).collect(),
        unit,
        times: times.parse().map_err(|_| format!("{description}: {times} is no number"))?,
    })
}

fn left_out_line(columns: &[&'static str]) -> Result<LeftOut, String> {
    let [why, field, pattern] = columns else {
        return Err(format!("{columns:?} are not three columns"));
    };
    let named = |dropped: &&Dropped| dropped.name() == *why;
    let field = match *field {
        "id" => Field::Id,
        "usage" => Field::Usage,
        "description" => Field::Description,
        other => return Err(format!("{pattern}: an SKU has no {other}")),
    };
    let why = Dropped::ALL.iter().find(named).ok_or_else(|| format!("no reason is {why}"))?;
    Ok(LeftOut { why: *why, field, pattern: Pattern::new(pattern) })
}
