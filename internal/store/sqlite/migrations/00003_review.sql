-- Doubts about signatures: with an undecided one a confirmed signature waits for
-- a person, and so does every one confirmed while its letter is paused.

-- +goose Up
CREATE TABLE doubt (
    signature_id TEXT NOT NULL,
    rule         TEXT NOT NULL,
    detail       TEXT NOT NULL,   -- what the rule saw, without personal data
    raised_at    BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL, -- 0: by nobody yet
    PRIMARY KEY (signature_id, rule)
);

-- What the signer was told with a refusal besides the rules, sealed.
CREATE TABLE refusal (
    signature_id TEXT PRIMARY KEY,
    sealed       BLOB NOT NULL
);

ALTER TABLE letter ADD COLUMN paused_at BIGINT NOT NULL DEFAULT 0; -- 0: it is not

-- The queue of a letter, and what was decided against.
CREATE INDEX signature_waiting ON signature (letter_id, id) WHERE state = 'waiting';
CREATE INDEX signature_refused ON signature (letter_id, id) WHERE state = 'refused';
-- Persons of one name on one letter; signing does not touch it, confirming does.
CREATE INDEX signature_person ON signature (letter_id, name_key)
    WHERE kind = 'person' AND (state = 'standing' OR state = 'waiting');

-- +goose Down
DROP INDEX signature_person;
DROP INDEX signature_refused;
DROP INDEX signature_waiting;
ALTER TABLE letter DROP COLUMN paused_at;
DROP TABLE refusal;
DROP TABLE doubt;
