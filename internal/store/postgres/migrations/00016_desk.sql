-- What the desk keeps beyond the record itself: texts that are still written,
-- files that were read and not yet stored, what happened to a letter and why,
-- and whom a letter invites.

-- +goose Up
ALTER TABLE letter ADD COLUMN opens_at BIGINT NOT NULL DEFAULT 0;        -- when it opens by itself; 0: never
ALTER TABLE letter ADD COLUMN link_generation BIGINT NOT NULL DEFAULT 1; -- of the link while it circulates

CREATE TABLE letter_event (
    id           TEXT PRIMARY KEY,
    letter_id    TEXT NOT NULL REFERENCES letter (id),
    at           BIGINT NOT NULL,
    act          TEXT NOT NULL, -- deadline, reopened
    before_value TEXT NOT NULL,
    after_value  TEXT NOT NULL,
    reason       TEXT NOT NULL
);
CREATE INDEX letter_event_letter ON letter_event (letter_id, id);

-- A text that is still written, one for each language of a letter.
CREATE TABLE letter_working (
    letter_id TEXT NOT NULL REFERENCES letter (id),
    lang      TEXT NOT NULL,
    body      TEXT NOT NULL, -- JSON
    matches   TEXT NOT NULL, -- hash of the original's words that it was last held against, or ''
    revision  BIGINT NOT NULL,
    saved_at  BIGINT NOT NULL,
    PRIMARY KEY (letter_id, lang)
);

-- A file that was read, until it is stored or a week has passed. Sealed under
-- its id: a list of signers holds addresses.
CREATE TABLE desk_file (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL, -- letter, roll
    letter_id  TEXT NOT NULL, -- '' for a letter
    person_id  TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX desk_file_created ON desk_file (created_at);

CREATE TABLE invitation (
    id            TEXT PRIMARY KEY,
    letter_id     TEXT NOT NULL REFERENCES letter (id),
    name          TEXT NOT NULL, -- of the organisation
    name_key      TEXT NOT NULL, -- folded, with the country
    country       TEXT NOT NULL, -- ISO 3166-1 alpha-2, or ''
    lang          TEXT NOT NULL,
    state         TEXT NOT NULL, -- invited, opened, awaiting, yes, no
    generation    BIGINT NOT NULL,
    sealed        BYTEA,          -- address and contact; NULL when erased
    address_index BYTEA,          -- blind, under the letter
    signature_id  TEXT NOT NULL, -- what came of it, or ''
    created_at    BIGINT NOT NULL,
    sent_at       BIGINT NOT NULL, -- the last mail handed over to the outbox; 0: none
    mails         BIGINT NOT NULL,
    answered_at   BIGINT NOT NULL  -- when the state last changed by an answer; 0: never
);
CREATE UNIQUE INDEX invitation_name ON invitation (letter_id, name_key);
CREATE UNIQUE INDEX invitation_address ON invitation (letter_id, address_index) WHERE address_index IS NOT NULL;

-- +goose Down
DROP TABLE invitation;
DROP TABLE desk_file;
DROP TABLE letter_working;
DROP TABLE letter_event;
ALTER TABLE letter DROP COLUMN link_generation;
ALTER TABLE letter DROP COLUMN opens_at;
