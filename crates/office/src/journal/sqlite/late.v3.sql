-- What was taken for not applied may arrive after its outside number, or the return of its purchase, was given to another.
-- Then both were done, and the journal says so: the one that came late stands beside the one that holds the place.
ALTER TABLE operations ADD COLUMN late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1));

DROP INDEX operations_number;
CREATE UNIQUE INDEX operations_number ON operations (rest_code, number_key)
    WHERE number_key IS NOT NULL AND stands = 1 AND returned_by IS NULL AND late = 0;

DROP INDEX operations_undoes;
CREATE UNIQUE INDEX operations_undoes ON operations (undoes)
    WHERE undoes IS NOT NULL AND stands = 1 AND late = 0;

CREATE INDEX operations_late ON operations (seq) WHERE late = 1;
