-- 0010_attachment.sql
-- Why: a picture or a recording of an announcement, kept once for every channel that shows it.
-- Safe while the old code still runs: yes, nothing old reads it.

-- name: as an announcement's body says it, "kept:…" or "sent:CHANNEL:ACCOUNT:…".
CREATE TABLE attachment (
  name TEXT PRIMARY KEY,
  content BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
