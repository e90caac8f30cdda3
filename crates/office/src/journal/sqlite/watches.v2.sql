-- Operations that changed a balance which was not read again yet. Few at a time, however long the journal is.
CREATE TABLE watches (
    seq INTEGER PRIMARY KEY             -- of the operation
) STRICT;
