//! What a database or a pool is sold as: the name of its service objective.
//!
//! <https://learn.microsoft.com/azure/azure-sql/database/resource-limits-vcore-single-databases>
//! <https://learn.microsoft.com/azure/azure-sql/database/resource-limits-dtu-single-databases>

/// A tier of the vCore model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// `GP`
    GeneralPurpose,
    /// `BC`
    BusinessCritical,
    /// `HS`
    Hyperscale,
}

/// A size of the vCore model: `GP_Gen5_8`, `GP_S_Gen5_2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VcoreSize {
    /// The tier.
    pub tier: Tier,
    /// Whether it scales by itself and is billed by what it uses; the vCores are the most then.
    pub serverless: bool,
    /// The name without the vCores: `GP_Gen5`, `GP_S_Gen5`.
    pub family: String,
    /// How many vCores.
    pub vcores: u32,
}

/// What a database or a pool is sold as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Size {
    /// The DTU model: `Basic`, `S3`, `P6`.
    Dtu(String),
    /// The vCore model.
    Vcore(VcoreSize),
    /// A dedicated SQL pool: `DW100c`.
    Warehouse(String),
    /// Anything else.
    Other(String),
}

impl Size {
    /// The size of a database by its service objective: `S3`, `GP_Gen5_8`, `DW100c`.
    #[must_use]
    pub fn of_database(objective: &str) -> Self {
        let is_numbered = |letters: &str| {
            let number = objective.strip_prefix(letters).unwrap_or_default();
            !number.is_empty() && number.bytes().all(|letter| letter.is_ascii_digit())
        };
        if objective == "Basic" || is_numbered("S") || is_numbered("P") {
            return Self::Dtu(objective.to_owned());
        }
        if objective.starts_with("DW") {
            return Self::Warehouse(objective.to_owned());
        }
        vcores(objective).map_or_else(|| Self::Other(objective.to_owned()), Self::Vcore)
    }

    /// The size of an elastic pool by the name and the capacity of its sku: `GP_Gen5` and 8.
    #[must_use]
    pub fn of_pool(sku: &str, capacity: i64) -> Self {
        vcores(&format!("{sku}_{capacity}"))
            .map_or_else(|| Self::Other(format!("{sku} {capacity}")), Self::Vcore)
    }
}

fn vcores(objective: &str) -> Option<VcoreSize> {
    let (family, vcores) = objective.rsplit_once('_')?;
    let (tier, hardware) = family.split_once('_')?;
    let tier = match tier {
        "GP" => Tier::GeneralPurpose,
        "BC" => Tier::BusinessCritical,
        "HS" => Tier::Hyperscale,
        _ => return None,
    };
    Some(VcoreSize {
        tier,
        serverless: hardware.starts_with("S_"),
        family: family.to_owned(),
        vcores: vcores.parse().ok().filter(|vcores| (1..=1_000).contains(vcores))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(tier: Tier, serverless: bool, family: &str, vcores: u32) -> Size {
        Size::Vcore(VcoreSize { tier, serverless, family: family.to_owned(), vcores })
    }

    #[test]
    fn objectives_are_read() {
        for (objective, expected) in [
            ("GP_Gen5_8", size(Tier::GeneralPurpose, false, "GP_Gen5", 8)),
            ("GP_S_Gen5_2", size(Tier::GeneralPurpose, true, "GP_S_Gen5", 2)),
            ("BC_M_128", size(Tier::BusinessCritical, false, "BC_M", 128)),
            ("HS_PRMS_16", size(Tier::Hyperscale, false, "HS_PRMS", 16)),
            ("S12", Size::Dtu("S12".to_owned())),
            ("Basic", Size::Dtu("Basic".to_owned())),
            ("DW100c", Size::Warehouse("DW100c".to_owned())),
            ("System2", Size::Other("System2".to_owned())),
            ("GP_Gen5_0", Size::Other("GP_Gen5_0".to_owned())),
            ("GP_Gen5_-2", Size::Other("GP_Gen5_-2".to_owned())),
            ("S", Size::Other("S".to_owned())),
            ("", Size::Other(String::new())),
        ] {
            assert_eq!(Size::of_database(objective), expected);
        }
    }

    #[test]
    fn pools_are_named_by_sku_and_capacity() {
        let expected = size(Tier::GeneralPurpose, false, "GP_Gen5", 4);
        assert_eq!(Size::of_pool("GP_Gen5", 4), expected);
        assert_eq!(Size::of_pool("StandardPool", 50), Size::Other("StandardPool 50".to_owned()));
        assert_eq!(Size::of_pool("GP_Gen5", -4), Size::Other("GP_Gen5 -4".to_owned()));
    }
}
