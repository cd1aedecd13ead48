-- 0005_messages_a_month.sql
-- Why: a plan of Zalo's Bot Platform allows so many messages a month; outbox rows are kept
-- for a day, so what went out is counted here.
-- Safe while the old code still runs: yes, it writes nothing here.

CREATE TABLE messages_a_month (
  account TEXT NOT NULL,
  month TEXT NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (account, month)
) STRICT, WITHOUT ROWID;
