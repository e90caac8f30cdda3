-- Small values that live with the journal: drafts, the halt, what was acknowledged.
CREATE TABLE notes (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
