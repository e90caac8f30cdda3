-- One row per operation: what its events say, as far as it is searched by or constrained.
-- The whole operation is always folded from its events; this table is never believed over them.
CREATE TABLE operations (
    seq         INTEGER PRIMARY KEY,    -- order of writing: clocks jump, this does not
    id          BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    kind        TEXT    NOT NULL
        CHECK (kind IN ('create_guest', 'edit_guest', 'refill', 'register_check', 'return_check')),
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
    CHECK ((kind = 'register_check') = (guid IS NOT NULL)),
    CHECK ((kind = 'return_check') = (undoes IS NOT NULL))
) STRICT;

-- A GUID is registered once, whatever became of it.
CREATE UNIQUE INDEX operations_guid ON operations (guid) WHERE guid IS NOT NULL;

-- An outside number stands once in its restaurant.
CREATE UNIQUE INDEX operations_number ON operations (rest_code, number_key)
    WHERE number_key IS NOT NULL AND stands = 1 AND returned_by IS NULL;

-- A purchase has one return that stands.
CREATE UNIQUE INDEX operations_undoes ON operations (undoes)
    WHERE undoes IS NOT NULL AND stands = 1;

-- A server's row proves one operation.
CREATE UNIQUE INDEX operations_proof ON operations (proof) WHERE proof IS NOT NULL;

-- For lists: each is a stream in the order of writing, and what is chosen is merged from streams. Nearly all operations
-- are confirmed and pass through the open states, of which there are few at a time: so a change of state writes one
-- page of a small index, and none of a large one.
CREATE INDEX operations_open ON operations (state, seq, kind, created_at)
    WHERE state IN ('prepared', 'sending', 'unknown');
CREATE INDEX operations_failed ON operations (state, seq, kind, created_at)
    WHERE state IN ('rejected', 'cancelled', 'not_applied');
CREATE INDEX operations_kind ON operations (kind, seq, created_at);
CREATE INDEX operations_account ON operations (account, seq) WHERE account IS NOT NULL;

CREATE TRIGGER operations_stay BEFORE DELETE ON operations
BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END;

CREATE TRIGGER operations_identity BEFORE UPDATE OF seq, id, kind, created_at, sum, guid, undoes, rest_code, number_key
ON operations
BEGIN SELECT RAISE(ABORT, 'what an operation is never changes'); END;

-- Between which operations the ones of a day (of UTC) lie, so that a list of a period need not look at all.
CREATE TABLE days (
    day   INTEGER PRIMARY KEY,          -- since 1970
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
) STRICT;
