-- What is on its way to the record and is public nowhere: drafts, and contests that
-- wait. What others than the coalition judge, and that somebody looked and found
-- nothing changed, stands beside the record and only grows, as it does; what a
-- signatory judged goes with its signature.

-- +goose Up
CREATE TABLE record_draft (
    id         TEXT PRIMARY KEY, -- UUIDv7
    letter_id  TEXT NOT NULL REFERENCES letter (id),
    addressee  TEXT NOT NULL,    -- key
    state      TEXT NOT NULL CHECK (state IN ('written', 'shown', 'published', 'dropped')),
    entered_by TEXT NOT NULL,    -- account
    created_at BIGINT NOT NULL,
    shown_at   BIGINT NOT NULL,  -- 0: not shown
    decided_at BIGINT NOT NULL,  -- 0: open
    decided_by TEXT NOT NULL,
    revision   BIGINT NOT NULL,
    body       TEXT NOT NULL,    -- JSON of the version that it would be
    CHECK (state NOT IN ('shown', 'published') OR shown_at > 0)
);
CREATE INDEX record_draft_letter ON record_draft (letter_id, state);

-- Archived copies of sources; one that no item cites is public nowhere.
CREATE TABLE record_copy (
    letter_id  TEXT NOT NULL REFERENCES letter (id),
    hash       TEXT NOT NULL, -- SHA-256 in hexadecimal
    name       TEXT NOT NULL,
    content    BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (letter_id, hash)
);

CREATE TABLE record_contest (
    id           TEXT PRIMARY KEY, -- UUIDv7
    letter_id    TEXT NOT NULL REFERENCES letter (id),
    item         TEXT NOT NULL,    -- ID of what it contests
    addressee    TEXT NOT NULL,    -- key of who contests, or ''
    signature_id TEXT NOT NULL,    -- likewise
    created_at   BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL,  -- 0: it waits
    published    BIGINT NOT NULL CHECK (published IN (0, 1)),
    body         TEXT NOT NULL     -- JSON
);
CREATE INDEX record_contest_letter ON record_contest (letter_id, decided_at);

CREATE TABLE record_opinion (
    id           TEXT PRIMARY KEY, -- UUIDv7
    letter_id    TEXT NOT NULL REFERENCES letter (id),
    signature_id TEXT NOT NULL,
    addressee    TEXT NOT NULL,
    ask          TEXT NOT NULL,
    at           BIGINT NOT NULL,
    value        TEXT NOT NULL CHECK (value <> ''),
    source       TEXT NOT NULL CHECK (source <> ''), -- address of the first that was read
    body         TEXT NOT NULL -- JSON of an assessment
);
CREATE INDEX record_opinion_cell ON record_opinion (letter_id, addressee, ask);

CREATE TABLE record_look (
    id        TEXT PRIMARY KEY, -- UUIDv7
    letter_id TEXT NOT NULL REFERENCES letter (id),
    addressee TEXT NOT NULL,
    ask       TEXT NOT NULL,
    at        BIGINT NOT NULL,
    by_person TEXT NOT NULL     -- account
);
CREATE INDEX record_look_letter ON record_look (letter_id);

-- +goose StatementBegin
CREATE TRIGGER record_opinion_no_update BEFORE UPDATE ON record_opinion
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_look_no_update BEFORE UPDATE ON record_look
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_look_no_delete BEFORE DELETE ON record_look
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_draft_decided BEFORE UPDATE ON record_draft WHEN OLD.decided_at > 0
BEGIN
    SELECT RAISE(ABORT, 'what was decided about a draft stays');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE record_look;
DROP TABLE record_opinion;
DROP TABLE record_contest;
DROP TABLE record_copy;
DROP TABLE record_draft;
