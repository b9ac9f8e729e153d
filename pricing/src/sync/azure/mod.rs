//! The Azure Retail Prices API.
