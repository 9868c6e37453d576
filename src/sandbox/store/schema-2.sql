-- Links of invitations; whether one is still good follows from the membership.
CREATE TABLE link (
    hash BLOB PRIMARY KEY,
    workspace TEXT NOT NULL REFERENCES workspace,
    member INTEGER NOT NULL,
    times INTEGER NOT NULL,
    email TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- The outbox. Times are milliseconds since 1970.
CREATE TABLE mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL REFERENCES workspace,
    member INTEGER NOT NULL,
    times INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    -- The whole message, until it has gone out: there is a link in it.
    bytes BLOB,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    queued_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    last_error TEXT
) STRICT;
CREATE INDEX mail_due ON mail (next_at, id) WHERE state = 'queued';
CREATE INDEX mail_of_member ON mail (workspace, member);
CREATE INDEX mail_in_trouble ON mail (workspace, member) WHERE last_error IS NOT NULL;
-- Who did what.
CREATE TABLE activity (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL REFERENCES workspace,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    subject TEXT NOT NULL,
    commit_id TEXT
) STRICT;
CREATE INDEX activity_of_workspace ON activity (workspace, seq);
-- How far our clock is ahead of the machine's, in milliseconds.
CREATE TABLE clock (ahead INTEGER NOT NULL) STRICT;
INSERT INTO clock (ahead) VALUES (0);
-- 0: before this was written down.
ALTER TABLE answer ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX answer_by_age ON answer (at);
