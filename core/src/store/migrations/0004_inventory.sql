-- What each service of each scope listed last, with its cost lines. A service that fails keeps what it
-- listed before.
CREATE TABLE inventory (
    provider TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    region   TEXT    NOT NULL, -- the scope's
    service  TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- milliseconds since 1970
    complete INTEGER NOT NULL, -- 0: a part of the service did not answer, and there may be more
    length   INTEGER NOT NULL, -- bytes before they were compressed
    body     BLOB    NOT NULL, -- lines of JSON, compressed with zstd
    PRIMARY KEY (provider, account, region, service)
) STRICT;
