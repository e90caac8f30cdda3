-- What happened. Only ever appended. An operation's events lie together, and the newest operations' at the end, so that an
-- append writes one page and a story is read from one or two.
CREATE TABLE events (
    operation INTEGER NOT NULL REFERENCES operations (seq),
    number    INTEGER NOT NULL,         -- among the operation's events, from 1, without gaps
    at        INTEGER NOT NULL,         -- microseconds since 1970, by this machine's clock
    body      TEXT    NOT NULL,         -- the event as JSON
    checksum  INTEGER NOT NULL,         -- of the other columns: SQLite does not notice a flipped bit in a value
    PRIMARY KEY (operation, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_number BEFORE INSERT ON events
WHEN NEW.number IS NOT 1 + coalesce((SELECT max(number) FROM events WHERE operation = NEW.operation), 0)
BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;

CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;

CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
