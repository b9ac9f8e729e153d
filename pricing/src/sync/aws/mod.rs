//! AWS Price List bulk files: index, region index, offer files; savings plans.
