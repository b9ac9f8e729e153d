//! What a person asks of the book: what is in it, what changed, how a cost came about.
