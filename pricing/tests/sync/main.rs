//! The engine of the price sync before a server that does whatever servers do.

mod answers;
mod outcomes;
mod packed;
mod pages;
mod places;
mod resumed;
mod support;
