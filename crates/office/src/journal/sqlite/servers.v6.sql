-- An entry proves one operation of its server: another server may give one of its entries the same key.
ALTER TABLE operations ADD COLUMN server TEXT; -- what the operation was made for; NULL: the program of its time did not keep it

UPDATE operations SET server = (
    SELECT json_extract(body, '$.server') FROM events WHERE events.operation = operations.seq AND events.number = 1
);

DROP INDEX operations_proof;
CREATE UNIQUE INDEX operations_proof ON operations (proof, server) WHERE proof IS NOT NULL;

-- An operation whose server is not known may be of any.
CREATE TRIGGER operations_proof_anywhere BEFORE UPDATE OF proof ON operations
WHEN NEW.proof IS NOT NULL AND EXISTS (
    SELECT 1 FROM operations
    WHERE proof = NEW.proof AND seq <> NEW.seq AND (server IS NULL OR NEW.server IS NULL)
)
BEGIN SELECT RAISE(ABORT, 'taken: operations.proof'); END;

CREATE TRIGGER operations_server BEFORE UPDATE OF server ON operations
BEGIN SELECT RAISE(ABORT, 'what an operation is never changes'); END;
