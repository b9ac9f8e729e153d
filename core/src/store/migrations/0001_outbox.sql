-- What was collected and not yet acknowledged by every sink, and what a sink refused for good.

-- One part of one snapshot. `id` is the order of collection; the clock plays no part in it.
CREATE TABLE document (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    key       TEXT    NOT NULL UNIQUE,  -- the idempotency key: snapshot id and part
    scope     TEXT    NOT NULL,
    stored_at INTEGER NOT NULL,         -- milliseconds since 1970
    length    INTEGER NOT NULL,         -- bytes of the document
    size      INTEGER NOT NULL,         -- bytes of `body`
    body      BLOB    NOT NULL          -- the document, compressed with zstd
) STRICT;

-- A document that a sink has not acknowledged. The sink's cursor is its lowest row of each scope.
CREATE TABLE pending (
    sink     TEXT    NOT NULL,
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    scope    TEXT    NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, -- how often the sink failed on it
    PRIMARY KEY (sink, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_document ON pending (document);

-- A document that a sink will never take, and why.
CREATE TABLE dead_letter (
    sink       TEXT    NOT NULL,
    document   INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    scope      TEXT    NOT NULL,
    refused_at INTEGER NOT NULL,        -- milliseconds since 1970
    reason     TEXT    NOT NULL,
    PRIMARY KEY (sink, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_letter_document ON dead_letter (document);

-- The size of the queue without reading it, and what was ever dropped from it.
CREATE TABLE tally (
    only      INTEGER PRIMARY KEY CHECK (only = 1),
    documents INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    dropped   INTEGER NOT NULL
) STRICT;
INSERT INTO tally VALUES (1, 0, 0, 0);

CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
    UPDATE tally SET documents = documents + 1, bytes = bytes + new.size;
END;
CREATE TRIGGER document_removed AFTER DELETE ON document BEGIN
    UPDATE tally SET documents = documents - 1, bytes = bytes - old.size;
END;
