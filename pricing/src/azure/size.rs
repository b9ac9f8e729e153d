//! What the name of a virtual machine's size tells.
//!
//! Family, number of processors, constrained number, features, accelerator, version:
//! <https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions>.

/// Parts of a name, after the first two, that are not written in capitals.
const WORDS: &[&str] = &["xl", "cc", "flex", "noIB", "ADHType1", "Promo"];

/// The sizes `D1` to `D5` and `D11` to `D15` of the first two versions, whose number is no count:
/// number, processors. <https://learn.microsoft.com/azure/virtual-machines/dv2-dsv2-series>,
/// <https://learn.microsoft.com/azure/virtual-machines/dv2-dsv2-series-memory>
const OLD_D: &[(u32, u32)] =
    &[(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (11, 2), (12, 4), (13, 8), (14, 16), (15, 20)];

/// The sizes `G1` to `G5` and `GS1` to `GS5`: number, processors.
/// <https://learn.microsoft.com/azure/virtual-machines/sizes-previous-gen>
const OLD_G: &[(u32, u32)] = &[(1, 2), (2, 4), (3, 8), (4, 16), (5, 32)];

/// What a family of sizes is made for.
/// <https://learn.microsoft.com/azure/virtual-machines/sizes/overview>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// A, B, D.
    GeneralPurpose,
    /// F, FX.
    Compute,
    /// E, G, M, and the large sizes of the first versions of D.
    Memory,
    /// L.
    Storage,
    /// NC, ND, NG, NV.
    Gpu,
    /// H, HB, HC, HX.
    Hpc,
    /// DC, EC.
    Confidential,
}

/// A size's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// `Standard`, `Basic`.
    prefix: String,
    /// The family and sub-family: `E`, `NC`.
    family: String,
    /// The first number: nearly always how many processors.
    number: u32,
    /// The features before the constrained number (`ds` of `M176ds-44_3_v3`).
    before: String,
    /// How many processors are active, where that is constrained.
    constrained: Option<u32>,
    /// The features after it.
    after: String,
    /// What follows, each in its own case: accelerator, memory, version.
    rest: Vec<String>,
}

impl Size {
    /// The size of a name in any case: `standard_e8-2ads_v5`; `None` where it is no size's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.trim().split('_');
        let prefix = parts.next().filter(|prefix| letters(prefix))?;
        let main = parts.next()?.to_lowercase();
        let (main, constrained) = match main.split_once('-') {
            None => (main.as_str(), None),
            Some((main, constrained)) => (main, Some(constrained)),
        };
        let (family, number, before) = counted(main)?;
        let (constrained, after) = match constrained.map(counted) {
            None => (None, ""),
            Some(Some(("", number, features))) => (Some(number), features),
            Some(_) => return None,
        };
        Some(Self {
            prefix: capitalised(prefix),
            family: family.to_uppercase(),
            number,
            before: before.to_owned(),
            constrained,
            after: after.to_owned(),
            rest: parts.map(cased).collect(),
        })
    }

    /// The name as the price book writes it: `Standard_E8-2ads_v5`.
    #[must_use]
    pub fn name(&self) -> String {
        self.written(self.constrained)
    }

    /// The name of the size of which this one is a constrained version; its own name otherwise.
    ///
    /// A constrained size has fewer active processors and costs the same, operating system
    /// included. <https://learn.microsoft.com/azure/virtual-machines/constrained-vcpu>
    #[must_use]
    pub fn base_name(&self) -> String {
        self.written(None)
    }

    /// Whether fewer processors are active than the machine has.
    #[must_use]
    pub fn is_constrained(&self) -> bool {
        self.constrained.is_some()
    }

    /// How many processors are active, where the name tells.
    #[must_use]
    pub fn active_vcpus(&self) -> Option<u32> {
        self.constrained.or_else(|| self.all_vcpus())
    }

    /// How many processors the machine has, active or not, where the name tells.
    #[must_use]
    pub fn all_vcpus(&self) -> Option<u32> {
        let listed = |sizes: &[(u32, u32)]| {
            sizes.iter().find(|(number, _)| *number == self.number).map(|(_, vcpus)| *vcpus)
        };
        match self.family.as_str() {
            "D" | "DS" if self.is_old_d() => listed(OLD_D),
            "G" | "GS" => listed(OLD_G),
            // The numbers of the first A sizes are no counts either, and they are retired.
            "A" if self.version().is_none() => None,
            _ => Some(self.number),
        }
    }

    /// What its family is made for; `None` where Microsoft names none of the categories (`NP` has
    /// programmable chips) or where two fit (`NCC` is confidential and has graphics processors).
    #[must_use]
    pub fn category(&self) -> Option<Category> {
        Some(match self.family.as_str() {
            "D" | "DS" if self.is_old_d() && self.number > 10 => Category::Memory,
            "A" | "B" | "D" | "DS" => Category::GeneralPurpose,
            "F" | "FX" => Category::Compute,
            "E" | "G" | "GS" | "M" => Category::Memory,
            "L" => Category::Storage,
            "NC" | "ND" | "NG" | "NV" => Category::Gpu,
            "H" | "HB" | "HC" | "HX" => Category::Hpc,
            "DC" | "EC" => Category::Confidential,
            _ => return None,
        })
    }

    fn written(&self, constrained: Option<u32>) -> String {
        let Self { prefix, family, number, before, after, .. } = self;
        let constrained = constrained.map(|active| format!("-{active}")).unwrap_or_default();
        let mut name = format!("{prefix}_{family}{number}{before}{constrained}{after}");
        for part in &self.rest {
            name.push('_');
            name.push_str(part);
        }
        name
    }

    /// The version, where the name has one.
    fn version(&self) -> Option<u32> {
        self.rest.iter().find_map(|part| part.strip_prefix('v')?.parse().ok())
    }

    /// Whether it is a D of version 1 or 2; `D15i_v2` is an isolated `D15_v2`.
    fn is_old_d(&self) -> bool {
        matches!(self.before.as_str(), "" | "i") && self.version().unwrap_or(1) <= 2
    }
}

/// Letters, a number, letters.
fn counted(text: &str) -> Option<(&str, u32, &str)> {
    let digit = |letter: char| letter.is_ascii_digit();
    let start = text.find(digit)?;
    let digits = text[start..].find(|letter| !digit(letter)).unwrap_or(text.len() - start);
    let (before, after) = (&text[..start], &text[start + digits..]);
    let plain = |text: &str| text.is_empty() || letters(text);
    (plain(before) && plain(after)).then_some(())?;
    Some((before, text[start..start + digits].parse().ok()?, after))
}

fn letters(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphabetic())
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + &rest.to_lowercase()
}

/// A later part of a name in its own case: `v5` is a version, `V620` an accelerator.
fn cased(part: &str) -> String {
    if let Some(word) = WORDS.iter().find(|word| word.eq_ignore_ascii_case(part)) {
        return (*word).to_owned();
    }
    let lower = part.to_lowercase();
    let is_version = |number: &str| {
        (1..=2).contains(&number.len()) && number.chars().all(|digit| digit.is_ascii_digit())
    };
    if lower.strip_prefix('v').is_some_and(is_version) { lower } else { part.to_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ListPrices;

    fn size(name: &str) -> Size {
        Size::parse(name).unwrap()
    }

    #[test]
    fn every_size_of_the_table_is_found_in_any_case() {
        let prices = ListPrices::azure();
        let mut checked = 0;
        for row in prices.book().service_rows("azure/vm") {
            // One name of the table ends in a space; Azure's own interfaces write none.
            let sku = row.sku.trim();
            assert_eq!(size(&sku.to_lowercase()).name(), sku);
            assert_eq!(size(&sku.to_uppercase()).name(), sku);
            checked += 1;
        }
        assert!(checked > 50_000, "{checked}");
    }

    #[test]
    fn a_constrained_size_has_a_base_and_fewer_active_processors() {
        for (name, base, active, all) in [
            ("Standard_E8-2ads_v5", "Standard_E8ads_v5", 2, 8),
            ("Standard_GS5-8", "Standard_GS5", 8, 32),
            ("Standard_DS14-4_v2", "Standard_DS14_v2", 4, 16),
            ("Standard_HB120-16rs_v3", "Standard_HB120rs_v3", 16, 120),
            ("standard_m176DS-44_3_v3", "Standard_M176ds_3_v3", 44, 176),
        ] {
            let size = size(name);
            assert_eq!(size.base_name(), base);
            assert_eq!(
                (size.active_vcpus(), size.all_vcpus()),
                (Some(active), Some(all)),
                "{name}"
            );
            assert!(size.is_constrained());
        }
    }

    #[test]
    fn a_constrained_size_that_is_listed_costs_as_its_base() {
        let prices = ListPrices::azure();
        let tolerance = "0.0005".parse().unwrap();
        let mut compared = 0;
        for row in prices.book().service_rows("azure/vm") {
            let size = size(row.sku);
            let base = size.base_name();
            if size.is_constrained()
                && let Some(listed) = prices.book().rows(row.service, &base).find(|base| {
                    (base.region, base.variant, base.source)
                        == (row.region, row.variant, row.source)
                })
            {
                // Microsoft rounds some of them to fewer places: 59.90949 and 59.913.
                let difference = (row.price - listed.price).abs() / listed.price;
                assert!(difference < tolerance, "{} in {}", row.sku, row.region);
                compared += 1;
            }
        }
        assert!(compared > 100, "{compared}");
    }

    #[test]
    fn the_number_counts_processors_except_in_the_oldest_families() {
        for (name, vcpus) in [
            ("Standard_D2s_v3", Some(2)),
            ("Standard_D4_v2", Some(8)),
            ("Standard_DS15i_v2", Some(20)),
            ("Standard_D2_v2_Promo", Some(2)),
            ("Standard_G4", Some(16)),
            ("Standard_A4_v2", Some(4)),
            ("Standard_A4", None),
            ("Standard_B1ls", Some(1)),
            ("Standard_NC24ads_A100_v4", Some(24)),
        ] {
            assert_eq!(size(name).active_vcpus(), vcpus, "{name}");
            assert!(!size(name).is_constrained());
        }
    }

    #[test]
    fn families_have_a_category_where_microsoft_names_one() {
        for (name, category) in [
            ("Standard_B2ms", Some(Category::GeneralPurpose)),
            ("Standard_D8ads_v5", Some(Category::GeneralPurpose)),
            ("Standard_D12_v2", Some(Category::Memory)),
            ("Standard_E4s_v5", Some(Category::Memory)),
            ("Standard_FX4mds", Some(Category::Compute)),
            ("Standard_L8s_v3", Some(Category::Storage)),
            ("Standard_NV6ads_A10_v5", Some(Category::Gpu)),
            ("Standard_HB120rs_v3", Some(Category::Hpc)),
            ("Standard_DC4as_v5", Some(Category::Confidential)),
            ("Standard_NCC40ads_H100_v5", None),
            ("Standard_NP10s", None),
        ] {
            assert_eq!(size(name).category(), category, "{name}");
        }
    }

    #[test]
    fn what_is_no_size_is_none() {
        for name in
            ["", "Standard", "Standard_", "Standard_D", "_D2s_v3", "Größe_D2", "D2-", "a_b-c"]
        {
            assert_eq!(Size::parse(name), None, "{name}");
        }
        assert_eq!(Size::parse("Standard_D99999999999_v3"), None);
    }
}
