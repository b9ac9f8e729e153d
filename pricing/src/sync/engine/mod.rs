//! Downloads what a vendor plans, has it read, and puts the book together.
