-- A kind of operation is no longer named by the table, so a new kind needs no new table: the program checks the kind when it
-- reads. What a purchase and its return hold alone says itself what they are.
CREATE TABLE operations_v5 (
    seq         INTEGER PRIMARY KEY,    -- order of writing: clocks jump, this does not
    id          BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    kind        TEXT    NOT NULL,
    state       TEXT    NOT NULL
        CHECK (state IN ('prepared', 'sending', 'confirmed', 'rejected', 'unknown', 'cancelled', 'not_applied')),
    stands      INTEGER NOT NULL        -- a column of its own, so that a state can change without touching its indices
        CHECK (stands = (state IN ('prepared', 'sending', 'confirmed', 'unknown'))),
    version     INTEGER NOT NULL CHECK (version > 0), -- number of its events
    created_at  INTEGER NOT NULL,       -- microseconds since 1970, by this machine's clock
    account     TEXT,
    sum         INTEGER,                -- kopecks
    guid        BLOB,                   -- of a registered purchase
    undoes      BLOB,                   -- GUID of the purchase that a return undoes
    rest_code   TEXT,                   -- of a registered purchase
    number_key  TEXT,                   -- its outside number, made comparable
    proof       TEXT,                   -- the server's row
    returned_by BLOB,                   -- id of the confirmed return that undid this purchase
    late        INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
    listed      INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1)),
    CHECK (guid IS NULL OR undoes IS NULL),
    CHECK ((guid IS NULL) = (rest_code IS NULL))
) STRICT;

INSERT INTO operations_v5
    (seq, id, kind, state, stands, version, created_at, account, sum, guid, undoes, rest_code, number_key, proof,
     returned_by, late, listed)
SELECT seq, id, kind, state, stands, version, created_at, account, sum, guid, undoes, rest_code, number_key, proof,
     returned_by, late, listed
FROM operations ORDER BY seq;

DROP TABLE operations;
ALTER TABLE operations_v5 RENAME TO operations;

-- A GUID is registered once, whatever became of it.
CREATE UNIQUE INDEX operations_guid ON operations (guid) WHERE guid IS NOT NULL;

-- An outside number stands once in its restaurant.
CREATE UNIQUE INDEX operations_number ON operations (rest_code, number_key)
    WHERE number_key IS NOT NULL AND stands = 1 AND returned_by IS NULL AND late = 0;

-- A purchase has one return that stands.
CREATE UNIQUE INDEX operations_undoes ON operations (undoes)
    WHERE undoes IS NOT NULL AND stands = 1 AND late = 0;

-- A server's row proves one operation.
CREATE UNIQUE INDEX operations_proof ON operations (proof) WHERE proof IS NOT NULL;

CREATE INDEX operations_late ON operations (seq) WHERE late = 1;
CREATE INDEX operations_open ON operations (state, seq, kind, created_at)
    WHERE listed = 1 AND state IN ('prepared', 'sending', 'unknown');
CREATE INDEX operations_failed ON operations (state, seq, kind, created_at)
    WHERE listed = 1 AND state IN ('rejected', 'cancelled', 'not_applied');
CREATE INDEX operations_kind ON operations (kind, seq, created_at) WHERE listed = 1;
CREATE INDEX operations_account ON operations (account, seq) WHERE listed = 1 AND account IS NOT NULL;

CREATE TRIGGER operations_stay BEFORE DELETE ON operations
BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END;

CREATE TRIGGER operations_identity BEFORE UPDATE OF seq, id, kind, created_at, sum, guid, undoes, rest_code, number_key
ON operations
BEGIN SELECT RAISE(ABORT, 'what an operation is never changes'); END;
