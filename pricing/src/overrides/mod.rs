//! A user's own prices and discounts, as lines of their own beside the list prices.
