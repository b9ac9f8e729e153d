-- What the agent saw, added up by day. Times are UTC: `*_at` and `*_gap` in milliseconds (since
-- 1970), days and hours counted since 1970, `seconds` whole. `cost` is pico-USD (1e-12 USD), NULL
-- where nothing had a price. No foreign keys: each would be checked once a resource and snapshot.

CREATE TABLE history_scope (
    id       INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    account  TEXT NOT NULL,
    region   TEXT NOT NULL,
    UNIQUE (provider, account, region)
) STRICT;

-- One service in one scope. `answers` numbers its good answers: a resource is there now where its
-- last sight has that number, whatever the clock did.
CREATE TABLE history_service (
    id        INTEGER PRIMARY KEY,
    scope     INTEGER NOT NULL,
    service   TEXT NOT NULL,
    answers   INTEGER NOT NULL DEFAULT 0,
    last_at   INTEGER, -- the last good answer
    last_gap  INTEGER, -- from the answer before to the last one
    failed_at INTEGER, -- the last failure
    UNIQUE (scope, service)
) STRICT;

-- A resource with the name and tags it had when it was last seen; `fingerprint` is a hash of both.
CREATE TABLE history_resource (
    id          INTEGER PRIMARY KEY,
    service     INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    resource    TEXT NOT NULL,
    region      TEXT NOT NULL,
    name        TEXT,
    tags        TEXT NOT NULL, -- a JSON object
    fingerprint INTEGER NOT NULL,
    first_at    INTEGER NOT NULL,
    UNIQUE (service, kind, resource, region)
) STRICT;

-- `rate` is USD per month of 730 hours as the decimal's text: exact, without a largest value, and
-- for list prices as short as an integer. `rate`, `pricing` and `answer` are those of the day's
-- last sight; `answer` is NULL where the resource was first seen after midnight and only its cost
-- reaches back into this day.
CREATE TABLE history_day (
    day              INTEGER NOT NULL,
    resource         INTEGER NOT NULL,
    cost             INTEGER,
    seconds          INTEGER NOT NULL,
    unpriced_seconds INTEGER NOT NULL, -- of `seconds`, those in which some part had no price
    rate             TEXT,
    pricing          INTEGER NOT NULL, -- 0: all parts have a price, 1: some, 2: none
    answer           INTEGER,
    PRIMARY KEY (day, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE history_hour (
    hour    INTEGER NOT NULL,
    service INTEGER NOT NULL,
    cost    INTEGER,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (hour, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE history_service_day (
    day      INTEGER NOT NULL,
    service  INTEGER NOT NULL,
    seconds  INTEGER NOT NULL DEFAULT 0, -- observed: between good answers close enough
    answers  INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE history_scope_day (
    day       INTEGER NOT NULL,
    scope     INTEGER NOT NULL,
    snapshots INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (day, scope)
) STRICT, WITHOUT ROWID;
