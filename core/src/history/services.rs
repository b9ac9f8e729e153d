//! A scope's services: when each answered last.

use rusqlite::{Connection, Result, params};

use super::observed::Observed;
use super::{Cadence, day_of};
use crate::model::Scope;

/// The scope's row, made where it is new.
pub(super) fn scope(connection: &Connection, scope: &Scope) -> Result<i64> {
    let key = params![scope.provider, &*scope.account_id, &*scope.region];
    connection
        .prepare_cached(
            "INSERT INTO history_scope (provider, account, region) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
        )?
        .execute(key)?;
    connection
        .prepare_cached(
            "SELECT id FROM history_scope WHERE provider = ?1 AND account = ?2 AND region = ?3",
        )?
        .query_one(key, |row| row.get(0))
}

/// Counts a snapshot of the scope.
pub(super) fn count_snapshot(connection: &Connection, scope: i64, at: i64) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO history_scope_day (day, scope, snapshots, first_at, last_at)
             VALUES (?1, ?2, 1, ?3, ?3)
             ON CONFLICT (day, scope) DO UPDATE SET
                 snapshots = snapshots + 1,
                 first_at = min(first_at, excluded.first_at),
                 last_at = max(last_at, excluded.last_at)",
        )?
        .execute(params![day_of(at), scope, at])?;
    Ok(())
}

/// One service of a scope, as the history knows it before a snapshot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service {
    /// Its row.
    pub(super) id: i64,
    /// How many good answers it gave.
    pub(super) answers: i64,
    last_at: Option<i64>,
    last_gap: Option<i64>,
}

impl Service {
    /// The service's row, made where it is new.
    pub(super) fn find(connection: &Connection, scope: i64, name: &str) -> Result<Self> {
        connection
            .prepare_cached(
                "INSERT INTO history_service (scope, service) VALUES (?1, ?2)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![scope, name])?;
        connection
            .prepare_cached(
                "SELECT id, answers, last_at, last_gap FROM history_service
                 WHERE scope = ?1 AND service = ?2",
            )?
            .query_one(params![scope, name], |row| {
                Ok(Self {
                    id: row.get(0)?,
                    answers: row.get(1)?,
                    last_at: row.get(2)?,
                    last_gap: row.get(3)?,
                })
            })
    }

    /// Notes a failure. Nothing else changes: what was there may still be.
    pub(super) fn failed(self, connection: &Connection, at: i64) -> Result<()> {
        connection
            .prepare_cached("UPDATE history_service SET failed_at = ?2 WHERE id = ?1")?
            .execute(params![self.id, at])?;
        self.add_to_day(connection, day_of(at), [0, 0, 1])
    }

    /// The time that an answer at `at` makes known.
    pub(super) fn observed(self, cadence: Cadence, at: i64) -> Observed {
        cadence.observed(self.last_at, self.last_gap, at)
    }

    /// Notes a good answer and the time it made known.
    pub(super) fn answered(
        self,
        connection: &Connection,
        at: i64,
        observed: &Observed,
    ) -> Result<()> {
        // After the clock went backwards there is no distance to go by.
        let gap = self.last_at.map(|last| at.saturating_sub(last)).filter(|gap| *gap > 0);
        connection
            .prepare_cached(
                "UPDATE history_service SET answers = answers + 1, last_at = ?2, last_gap = ?3
                 WHERE id = ?1",
            )?
            .execute(params![self.id, at, gap])?;
        self.add_to_day(connection, observed.day, [0, 1, 0])?;
        for parts in observed.days() {
            let seconds = parts.iter().map(|part| part.seconds).sum();
            self.add_to_day(connection, parts[0].day(), [seconds, 0, 0])?;
        }
        Ok(())
    }

    /// Adds seconds, answers and failures to a day.
    fn add_to_day(self, connection: &Connection, day: i64, added: [i64; 3]) -> Result<()> {
        let [seconds, answers, failures] = added;
        connection
            .prepare_cached(
                "INSERT INTO history_service_day (day, service, seconds, answers, failures)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (day, service) DO UPDATE SET
                     seconds = seconds + excluded.seconds,
                     answers = answers + excluded.answers,
                     failures = failures + excluded.failures",
            )?
            .execute(params![day, self.id, seconds, answers, failures])?;
        Ok(())
    }
}
