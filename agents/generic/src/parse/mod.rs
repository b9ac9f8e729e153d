//! What a command printed becomes records.
