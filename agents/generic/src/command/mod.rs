//! Runs one command and leaves nothing of it behind.
