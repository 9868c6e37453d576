-- What is to go wrong, as people write it, and how far that has come.
CREATE TABLE mishap (
    no INTEGER PRIMARY KEY,
    mishap TEXT NOT NULL,
    passed INTEGER NOT NULL,
    hit INTEGER NOT NULL
) STRICT;
