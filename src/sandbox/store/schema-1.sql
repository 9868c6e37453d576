-- Objects as the API shows them, as JSON.
CREATE TABLE workspace (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE program (
    workspace TEXT NOT NULL REFERENCES workspace,
    no INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (workspace, no)
) STRICT, WITHOUT ROWID;
CREATE TABLE member (
    workspace TEXT NOT NULL REFERENCES workspace,
    no INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (workspace, no)
) STRICT, WITHOUT ROWID;
CREATE TABLE logo (
    workspace TEXT NOT NULL REFERENCES workspace,
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (workspace, digest)
) STRICT;
CREATE TABLE token (
    hash BLOB PRIMARY KEY,
    email TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What was answered under an Idempotency-Key, and to which request.
CREATE TABLE answer (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    reply TEXT NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE secret (bytes BLOB NOT NULL) STRICT;
