-- Letters, signatures, the outbox and the log. Times are milliseconds since
-- 1970 UTC; IDs are UUIDv7 in text form, so that new rows come last in their
-- indexes.

-- +goose Up
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE forum (
    key        TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    country    TEXT NOT NULL, -- of the place: ISO 3166-1 alpha-2, or ''
    date_from  TEXT NOT NULL, -- YYYY, YYYY-MM or YYYY-MM-DD
    date_to    TEXT NOT NULL,
    source_url TEXT NOT NULL,
    confidence TEXT NOT NULL
);

CREATE TABLE forum_text (
    forum_key TEXT NOT NULL REFERENCES forum (key),
    lang      TEXT NOT NULL,
    name      TEXT NOT NULL,
    body      TEXT NOT NULL, -- the organisation that meets
    place     TEXT NOT NULL,
    PRIMARY KEY (forum_key, lang)
);

CREATE TABLE letter (
    id                  TEXT PRIMARY KEY,
    slug                TEXT NOT NULL UNIQUE,
    state               TEXT NOT NULL,
    date                TEXT NOT NULL,
    original_lang       TEXT NOT NULL,
    publisher           TEXT NOT NULL,
    elsewhere_url       TEXT NOT NULL,
    elsewhere_publisher TEXT NOT NULL,
    elsewhere_lang      TEXT NOT NULL,
    elsewhere_copies    TEXT NOT NULL, -- JSON
    forum_key           TEXT NOT NULL,
    conveners_first     BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    opened_at           BIGINT NOT NULL, -- 0: never
    deadline            BIGINT NOT NULL, -- 0: none
    version             BIGINT NOT NULL, -- grows with each visible change
    highest_number      BIGINT NOT NULL, -- the last number given
    organisations       BIGINT NOT NULL, -- listed now
    persons             BIGINT NOT NULL,
    withdrawn           BIGINT NOT NULL
);

CREATE TABLE letter_text (
    id           TEXT PRIMARY KEY,
    letter_id    TEXT NOT NULL REFERENCES letter (id),
    lang         TEXT NOT NULL,
    version      BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    asks_in_body BIGINT NOT NULL,
    closing      TEXT NOT NULL,
    hash         TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    UNIQUE (letter_id, lang, version)
);

CREATE TABLE letter_ask (
    text_id  TEXT NOT NULL REFERENCES letter_text (id),
    position BIGINT NOT NULL,
    key      TEXT NOT NULL,
    title    TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (text_id, position)
);

CREATE TABLE addressee (
    letter_id     TEXT NOT NULL REFERENCES letter (id),
    key           TEXT NOT NULL,
    position      BIGINT NOT NULL,
    country       TEXT NOT NULL,
    office_native TEXT NOT NULL,
    native_lang   TEXT NOT NULL,
    source_url    TEXT NOT NULL,
    confidence    TEXT NOT NULL,
    PRIMARY KEY (letter_id, key)
);

CREATE TABLE addressee_office (
    letter_id TEXT NOT NULL,
    key       TEXT NOT NULL,
    lang      TEXT NOT NULL,
    office    TEXT NOT NULL,
    PRIMARY KEY (letter_id, key, lang),
    FOREIGN KEY (letter_id, key) REFERENCES addressee (letter_id, key)
);

CREATE TABLE signature (
    id             TEXT PRIMARY KEY,
    letter_id      TEXT NOT NULL REFERENCES letter (id),
    text_id        TEXT NOT NULL REFERENCES letter_text (id),
    text_hash      TEXT NOT NULL,
    lang           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    basis          TEXT NOT NULL,
    state          TEXT NOT NULL,
    number         BIGINT,          -- given by the sequencer, once
    printed_number BIGINT NOT NULL, -- 0: none
    convener       BIGINT NOT NULL,
    name           TEXT NOT NULL,
    acronym        TEXT NOT NULL,
    country        TEXT NOT NULL,
    website        TEXT NOT NULL,
    role           TEXT NOT NULL,
    affiliation    TEXT NOT NULL,
    name_key       TEXT NOT NULL,   -- name and acronym without accents and case
    sort_key       BLOB NOT NULL,   -- collation key of the name
    generation     BIGINT NOT NULL,
    code_tries     BIGINT NOT NULL,
    mails_asked    BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    signed_at      BIGINT NOT NULL, -- 0: not yet
    ended_at       BIGINT NOT NULL  -- 0: it stands
);
-- Only what has a number is listed, so signing touches none of these.
CREATE UNIQUE INDEX signature_number ON signature (letter_id, number) WHERE number IS NOT NULL;
CREATE INDEX signature_sort ON signature (letter_id, sort_key, number) WHERE number IS NOT NULL;
CREATE INDEX signature_country ON signature (letter_id, country, sort_key, number) WHERE number IS NOT NULL;

-- The vault: personal data, sealed for the row it belongs to.
CREATE TABLE vault (
    signature_id TEXT PRIMARY KEY,
    sealed       BLOB NOT NULL
);

-- Which address holds a standing signature, by its blind index.
CREATE TABLE signed_address (
    address_index BLOB PRIMARY KEY,
    signature_id  TEXT NOT NULL
);
CREATE INDEX signed_address_signature ON signed_address (signature_id);

-- Mail to be sent. A row leaves when the message was handed over.
CREATE TABLE outbox (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    recipient_id TEXT NOT NULL, -- the signature whose address it goes to
    about_id     TEXT NOT NULL, -- the signature it speaks of
    attempts     BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    failed       TEXT NOT NULL  -- why it was given up, or ''
);
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE failed = '';
CREATE INDEX outbox_recipient ON outbox (recipient_id);

-- Where the log stands: one row.
CREATE TABLE log_head (
    one    BIGINT PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL,
    size   BIGINT NOT NULL,
    frozen BIGINT NOT NULL
);

-- What was recorded and waits for its place in the log.
CREATE TABLE ledger_pending (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    letter_id  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    data       BLOB NOT NULL, -- the leaf's bytes
    salt       BLOB,          -- salt and record are gone when erased
    record     BLOB
);
CREATE INDEX ledger_pending_subject ON ledger_pending (subject);

CREATE TABLE ledger_entry (
    leaf      BIGINT PRIMARY KEY,
    id        TEXT NOT NULL,
    kind      TEXT NOT NULL,
    letter_id TEXT NOT NULL,
    subject   TEXT NOT NULL,
    data      BLOB NOT NULL, -- the leaf's bytes
    salt      BLOB,          -- salt and record are gone when erased
    record    BLOB
);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject);

CREATE TABLE ledger_tile (
    level  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, n)
);

CREATE TABLE checkpoint (
    size      BIGINT PRIMARY KEY,
    note      BLOB NOT NULL,
    signed_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE checkpoint;
DROP TABLE ledger_tile;
DROP TABLE ledger_entry;
DROP TABLE ledger_pending;
DROP TABLE log_head;
DROP TABLE outbox;
DROP TABLE signed_address;
DROP TABLE vault;
DROP TABLE signature;
DROP TABLE addressee_office;
DROP TABLE addressee;
DROP TABLE letter_ask;
DROP TABLE letter_text;
DROP TABLE letter;
DROP TABLE forum_text;
DROP TABLE forum;
DROP TABLE meta;
