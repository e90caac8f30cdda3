-- The newest operations, some dozens, are in no list and no word's index yet (tail.rs): they are read one by one. So an
-- append writes none of those indices, and what happens to an operation in its first minutes, which is nearly all that
-- ever does, writes none either.
CREATE TABLE tail (
    after INTEGER NOT NULL              -- the last operation that the lists have; one row
) STRICT;

-- Versions before indexed words at every 64th operation.
INSERT INTO tail SELECT coalesce(max(seq), 0) / 64 * 64 FROM operations;

ALTER TABLE operations ADD COLUMN listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1));
UPDATE operations SET listed = 0 WHERE seq > (SELECT after FROM tail);

DROP INDEX operations_open;
CREATE INDEX operations_open ON operations (state, seq, kind, created_at)
    WHERE listed = 1 AND state IN ('prepared', 'sending', 'unknown');

DROP INDEX operations_failed;
CREATE INDEX operations_failed ON operations (state, seq, kind, created_at)
    WHERE listed = 1 AND state IN ('rejected', 'cancelled', 'not_applied');

DROP INDEX operations_kind;
CREATE INDEX operations_kind ON operations (kind, seq, created_at) WHERE listed = 1;

DROP INDEX operations_account;
CREATE INDEX operations_account ON operations (account, seq) WHERE listed = 1 AND account IS NOT NULL;
