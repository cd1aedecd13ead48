-- name: count_messages*!
-- More messages that an account has sent in a month.
INSERT INTO messages_a_month (account, month, messages) VALUES (?, ?, ?)
ON CONFLICT (account, month) DO UPDATE SET messages = messages + excluded.messages;

-- name: messages_in_month
-- How many messages an account has sent in a month.
SELECT messages FROM messages_a_month WHERE account = :account AND month = :month;

-- name: chats_of_account
-- How many people an account speaks with.
SELECT count(*) FROM contact WHERE channel = :channel AND account = :account;
