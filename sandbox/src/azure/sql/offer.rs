//! What databases are sold as.

/// One service objective.
#[derive(Debug)]
pub(super) struct Offer {
    /// `GP_Gen5_4`
    pub(super) name: &'static str,
    pub(super) tier: &'static str,
    pub(super) model: Model,
}

/// How it is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// By the hour, with this many GiB.
    Dtu(u64),
    /// By vCores: the family and how many.
    General(&'static str, u64),
    Serverless(&'static str),
    Critical(&'static str, u64),
    Hyperscale(&'static str, u64),
    HyperscaleServerless,
    Warehouse,
    Unheard,
}

const fn offer(name: &'static str, tier: &'static str, model: Model) -> Offer {
    Offer { name, tier, model }
}

/// By how often they are seen. Of those the lists have some.
pub(super) static OFFERS: &[(u64, Offer)] = &[
    (30, offer("Basic", "Basic", Model::Dtu(2))),
    (80, offer("S0", "Standard", Model::Dtu(250))),
    (120, offer("S1", "Standard", Model::Dtu(250))),
    (10, offer("S12", "Standard", Model::Dtu(250))),
    (30, offer("P6", "Premium", Model::Dtu(500))),
    (90, offer("GP_Gen5_2", "GeneralPurpose", Model::General("GP_Gen5", 2))),
    (90, offer("GP_Gen5_4", "GeneralPurpose", Model::General("GP_Gen5", 4))),
    (30, offer("GP_Gen5_6", "GeneralPurpose", Model::General("GP_Gen5", 6))),
    (60, offer("GP_Gen5_8", "GeneralPurpose", Model::General("GP_Gen5", 8))),
    (10, offer("GP_Fsv2_8", "GeneralPurpose", Model::General("GP_Fsv2", 8))),
    (90, offer("GP_S_Gen5_2", "GeneralPurpose", Model::Serverless("GP_S_Gen5"))),
    (40, offer("BC_Gen5_8", "BusinessCritical", Model::Critical("BC_Gen5", 8))),
    (20, offer("BC_Gen5_4", "BusinessCritical", Model::Critical("BC_Gen5", 4))),
    (40, offer("HS_Gen5_2", "Hyperscale", Model::Hyperscale("HS_Gen5", 2))),
    (15, offer("HS_Gen5_4", "Hyperscale", Model::Hyperscale("HS_Gen5", 4))),
    (10, offer("HS_S_Gen5_2", "Hyperscale", Model::HyperscaleServerless)),
    (5, offer("DW100c", "DataWarehouse", Model::Warehouse)),
    (2, offer("XP_Gen9_4", "ExtraPurpose", Model::Unheard)),
];
