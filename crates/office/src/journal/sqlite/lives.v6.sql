-- Which journal this is, and how far it went: a file that is put back from outside is told by it (journal/witness.rs).
-- Each life of the journal, the present one last. A life is begun when the file may not be what it was.
CREATE TABLE lives (
    number   INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    began_at INTEGER NOT NULL,          -- microseconds since 1970, by this machine's clock
    cause    TEXT    NOT NULL CHECK (cause IN ('first', 'unwitnessed', 'rolled_back', 'restored', 'anew')),
    operator TEXT    NOT NULL,          -- who began it; empty: the program by itself
    before   TEXT                       -- what the witness said then, as JSON
) STRICT;

CREATE TRIGGER lives_no_update BEFORE UPDATE ON lives
BEGIN SELECT RAISE(ABORT, 'lives are only appended'); END;

CREATE TRIGGER lives_no_delete BEFORE DELETE ON lives
BEGIN SELECT RAISE(ABORT, 'lives are only appended'); END;

-- How many events must not be forgotten: those with which a write left, and those that keep one from leaving. One row.
CREATE TABLE generation (
    count INTEGER NOT NULL
) STRICT;

-- The name of an event has always been the first thing in its body.
INSERT INTO generation SELECT count(*) FROM events
WHERE substr(body, 1, 18) = '{"event":"sending"' OR substr(body, 1, 20) = '{"event":"cancelled"';

CREATE TRIGGER generation_grows BEFORE UPDATE ON generation WHEN NEW.count <= OLD.count
BEGIN SELECT RAISE(ABORT, 'the generation only grows'); END;

CREATE TRIGGER generation_stays BEFORE DELETE ON generation
BEGIN SELECT RAISE(ABORT, 'the generation only grows'); END;
