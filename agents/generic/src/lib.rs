//! An agent for machines outside the clouds.

pub mod collectors;
pub mod command;
pub mod parse;
