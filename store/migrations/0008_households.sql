-- 0008_households.sql
-- Why: a code said aloud joins two chats of one person; five tries a chat (promises.md P23).
-- Safe while the old code still runs: yes, every column has a default.
ALTER TABLE contact ADD COLUMN code_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN code_tried_at INTEGER NOT NULL DEFAULT 0;
