//! A subscription: everything a service needs to be collected there.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use finops_core::model::{Event, Interner, Scope, ServiceFailure, Tags};
use finops_pricing::ListPrices;

use crate::arm::Meter;
use crate::inventory::{Inventory, Kind, Row};

/// A subscription, while it is being collected.
pub(crate) struct AzureScope {
    /// Which subscription. Its region is `global`: each resource has its own.
    pub scope: Scope,
    /// What is there.
    pub inventory: Inventory,
    /// Counts the calls of this scope.
    pub meter: Meter,
    /// When collecting began: one moment for every figure of the scope.
    pub now: Timestamp,
    prices: Arc<ListPrices>,
    interner: Mutex<Interner>,
    events: Mutex<Vec<Event>>,
}

impl AzureScope {
    /// A subscription of which it is known what is there.
    pub(crate) fn new(
        scope: Scope,
        inventory: Inventory,
        meter: Meter,
        prices: Arc<ListPrices>,
    ) -> Self {
        Self {
            scope,
            inventory,
            meter,
            now: Timestamp::now(),
            prices,
            interner: Mutex::default(),
            events: Mutex::default(),
        }
    }

    /// Prices.
    pub(crate) fn prices(&self) -> &ListPrices {
        &self.prices
    }

    /// The rows of a type.
    ///
    /// # Errors
    /// Why they are not known.
    pub(crate) fn rows(&self, kind: Kind) -> Result<&[Row], ServiceFailure> {
        self.inventory.rows(kind)
    }

    /// One shared copy of a text that repeats.
    pub(crate) fn share(&self, text: &str) -> Arc<str> {
        self.interner.lock().unwrap_or_else(PoisonError::into_inner).share(text)
    }

    /// A row's region as price books and metrics write it: lower case without spaces
    /// (`West Europe` is `westeurope`); `unknown` where Azure names none.
    pub(crate) fn region(&self, row: &Row) -> Arc<str> {
        let location = row.location.as_deref().unwrap_or("unknown");
        let letters = location.chars().filter(|letter| !letter.is_whitespace());
        let name: String = letters.flat_map(char::to_lowercase).collect();
        self.share(&name)
    }

    /// A row's tags.
    pub(crate) fn tags(&self, row: &Row) -> Tags {
        let mut interner = self.interner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tags = Tags::default();
        for (key, value) in row.tags.iter().flatten() {
            tags.push(interner.share(key), value.as_deref().unwrap_or_default());
        }
        tags
    }

    /// Notes something that an operator should know of.
    pub(crate) fn note(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Takes what was noted.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
