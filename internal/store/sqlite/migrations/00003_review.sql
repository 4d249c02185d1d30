-- Doubts about signatures: with an undecided one a confirmed signature waits.

-- +goose Up
CREATE TABLE doubt (
    signature_id TEXT NOT NULL,
    rule         TEXT NOT NULL,
    detail       TEXT NOT NULL,   -- what the rule saw, without personal data
    raised_at    BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL, -- 0: by nobody yet
    PRIMARY KEY (signature_id, rule)
);
-- The queue of a letter.
CREATE INDEX signature_waiting ON signature (letter_id, id) WHERE state = 'waiting';

-- +goose Down
DROP INDEX signature_waiting;
DROP TABLE doubt;
