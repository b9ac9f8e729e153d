//! The price book as those meet it who use it: any rows, any damage, any moment to be ended at.

mod corpus;
mod crash;
mod properties;
