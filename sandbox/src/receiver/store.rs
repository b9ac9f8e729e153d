//! What is kept: a SQLite file with the server's own tables, the documents' bodies compressed.

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};

use super::document::Document;

/// The most documents that one answer has, as the OpenFinOps server bounds it.
const MOST_RECENT: u32 = 1_000;
/// The most bytes of documents that one answer has. The OpenFinOps server has no such bound, and
/// answers from a gigabyte of memory where documents are large.
const MOST_BYTES: usize = 256 << 20;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE telemetry_data (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        timestamp REAL, agent_id TEXT, hostname TEXT, cloud_provider TEXT, region TEXT,
        body BLOB, idempotency_key TEXT UNIQUE,
        created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
    CREATE INDEX by_time ON telemetry_data (timestamp);
    CREATE TABLE agent_registry (
        agent_id TEXT PRIMARY KEY, hostname TEXT, cloud_provider TEXT, region TEXT,
        last_heartbeat REAL, config TEXT,
        registered_at DATETIME DEFAULT CURRENT_TIMESTAMP);";

/// Why something was not kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    /// The file cannot be used.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A body cannot be packed or unpacked.
    #[error(transparent)]
    Packing(#[from] std::io::Error),
    /// A list or an object stands where the server keeps a text or a number.
    #[error("a value is neither text nor number")]
    NoScalar,
}

/// The file.
#[derive(Debug)]
pub(super) struct Store(Connection);

/// The three objects of a document as they are kept: the members of an answer's object, packed.
pub(super) fn pack(document: &Document<'_>) -> Result<Vec<u8>, StoreError> {
    let Document { metrics, events, traces, .. } = document;
    let members = [
        ("\"metrics\":", metrics.map_or("{}", |raw| raw.get())),
        (",\"events\":", events.map_or("[]", |raw| raw.get())),
        (",\"traces\":", traces.map_or("[]", |raw| raw.get())),
    ];
    let mut packer = zstd::stream::Encoder::new(Vec::new(), 1)?;
    for (key, value) in members {
        packer.write_all(key.as_bytes())?;
        packer.write_all(value.as_bytes())?;
    }
    Ok(packer.finish()?)
}

/// Seconds since 1970.
fn now() -> f64 {
    Timestamp::now().as_duration().as_secs_f64()
}

/// A scalar as SQLite takes it from Python.
fn cell(value: Option<&Value>, absent: impl FnOnce() -> Cell) -> Result<Cell, StoreError> {
    Ok(match value {
        None => absent(),
        Some(Value::Null) => Cell::Null,
        Some(Value::Bool(flag)) => Cell::Integer((*flag).into()),
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(whole) => Cell::Integer(whole),
            None => Cell::Real(number.as_f64().ok_or(StoreError::NoScalar)?),
        },
        Some(Value::Array(_) | Value::Object(_)) => return Err(StoreError::NoScalar),
    })
}

fn from_cell(cell: Cell) -> Value {
    match cell {
        Cell::Null | Cell::Blob(_) => Value::Null,
        Cell::Integer(number) => number.into(),
        Cell::Real(number) => number.into(),
        Cell::Text(text) => text.into(),
    }
}

impl Store {
    /// A new file.
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(connection))
    }

    /// Keeps a document whose body [`pack`] packed; false where its key was kept before.
    pub(super) fn keep(
        &self,
        document: &Document<'_>,
        body: &[u8],
        key: Option<&str>,
    ) -> Result<bool, StoreError> {
        let unknown = || Cell::Text("unknown".to_owned());
        let agent = cell(document.agent_id.as_ref(), || Cell::Null)?;
        let mut insert = self.0.prepare_cached(
            "INSERT INTO telemetry_data
                (timestamp, agent_id, hostname, cloud_provider, region, body, idempotency_key)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING",
        )?;
        let kept = insert.execute(params![
            cell(document.timestamp.as_ref(), || Cell::Real(now()))?,
            agent,
            cell(document.hostname.as_ref(), unknown)?,
            cell(document.cloud_provider.as_ref(), unknown)?,
            cell(document.region.as_ref(), unknown)?,
            body,
            key,
        ])?;
        self.0
            .prepare_cached("UPDATE agent_registry SET last_heartbeat = ? WHERE agent_id = ?")?
            .execute(params![now(), agent])?;
        Ok(kept > 0)
    }

    /// Registers an agent, or registers it anew.
    pub(super) fn register(&self, registration: &Value) -> Result<(), StoreError> {
        let field = |name: &str| cell(registration.get(name), || Cell::Null);
        let config = registration.get("config").cloned().unwrap_or_else(|| json!({}));
        self.0.execute(
            "INSERT OR REPLACE INTO agent_registry
                (agent_id, hostname, cloud_provider, region, last_heartbeat, config)
             VALUES (?, ?, ?, ?, ?, ?)",
            params![
                field("agent_id")?,
                field("hostname")?,
                field("cloud_provider")?,
                field("region")?,
                now(),
                config.to_string(),
            ],
        )?;
        Ok(())
    }

    /// The agents, the one last heard of first.
    pub(super) fn agents(&self) -> Result<Vec<Value>, StoreError> {
        let mut select = self.0.prepare_cached(
            "SELECT agent_id, hostname, cloud_provider, region, last_heartbeat, config, registered_at
             FROM agent_registry ORDER BY last_heartbeat DESC",
        )?;
        let now = now();
        let agent = |row: &Row<'_>| {
            let heard: f64 = row.get(4)?;
            let status = match now - heard {
                ..300.0 => "healthy",
                300.0..900.0 => "warning",
                _ => "offline",
            };
            let config: String = row.get(5)?;
            Ok(json!({
                "agent_id": from_cell(row.get(0)?), "hostname": from_cell(row.get(1)?),
                "cloud_provider": from_cell(row.get(2)?), "region": from_cell(row.get(3)?),
                "last_heartbeat": heard, "status": status,
                "config": serde_json::from_str::<Value>(&config).unwrap_or_default(),
                "registered_at": from_cell(row.get(6)?),
            }))
        };
        Ok(select.query_map([], agent)?.collect::<Result<_, _>>()?)
    }

    /// The documents of the last hours, the newest first, as a JSON list, and how many they are.
    pub(super) fn recent(&self, hours: i64) -> Result<(String, usize), StoreError> {
        let mut select = self.0.prepare_cached(
            "SELECT id, timestamp, agent_id, hostname, cloud_provider, region, created_at, body
             FROM telemetry_data WHERE timestamp > ? ORDER BY timestamp DESC LIMIT ?",
        )?;
        let mut rows = select.query(params![now() - hours as f64 * 3_600.0, MOST_RECENT])?;
        let (mut list, mut count) = ("[".to_owned(), 0);
        while let Some(row) = rows.next()? {
            if list.len() > MOST_BYTES {
                break;
            }
            list.push_str(if count > 0 { ",{" } else { "{" });
            let names = [
                "id",
                "timestamp",
                "agent_id",
                "hostname",
                "cloud_provider",
                "region",
                "created_at",
            ];
            for (index, name) in names.into_iter().enumerate() {
                let value = from_cell(row.get(index)?);
                list.push_str(&format!("\"{name}\":{value},"));
            }
            let body: Vec<u8> = row.get(7)?;
            let body = zstd::stream::decode_all(body.as_slice())?;
            list.push_str(&String::from_utf8_lossy(&body));
            list.push('}');
            count += 1;
        }
        list.push(']');
        Ok((list, count))
    }
}
