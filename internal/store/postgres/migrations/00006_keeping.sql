-- How long what is kept about signers is kept, what was printed, and mail that
-- came back.

-- +goose Up
CREATE TABLE letter_keeping (
    letter_id TEXT PRIMARY KEY REFERENCES letter (id),
    erase_on  BIGINT NOT NULL, -- when the signers' addresses are erased; 0: no date was promised
    erased_at BIGINT NOT NULL, -- when that was done to the end; 0: not yet
    names_out BIGINT NOT NULL  -- how often a name was taken out of the letter's list
);

-- Files of a letter that were handed out, by their hash.
CREATE TABLE print (
    letter_id   TEXT NOT NULL REFERENCES letter (id),
    lang        TEXT NOT NULL,
    format      TEXT NOT NULL,   -- pdf, docx
    hash        TEXT NOT NULL,   -- SHA-256 in hexadecimal
    version     BIGINT NOT NULL, -- of the letter
    issued_at   BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL, -- 0: it is the newest
    names_out   BIGINT NOT NULL, -- 1: it was replaced because it held a name taken out
    PRIMARY KEY (letter_id, lang, format, hash)
);
CREATE INDEX print_hash ON print (hash);
CREATE INDEX print_issued ON print (letter_id, issued_at, hash);

-- Addresses that took no mail for good.
CREATE TABLE mail_bounce (
    signature_id TEXT PRIMARY KEY,
    generation   BIGINT NOT NULL, -- of the signature's address
    status       TEXT NOT NULL,   -- as the mail server has it, such as 5.1.1
    bounced_at   BIGINT NOT NULL
);

-- Confirmations are sent before all other mail.
DROP INDEX outbox_due;
CREATE INDEX outbox_confirm ON outbox (due_at, id) WHERE failed = '' AND kind = 'confirm';
CREATE INDEX outbox_rest ON outbox (due_at, id) WHERE failed = '' AND kind <> 'confirm';
CREATE INDEX outbox_failed ON outbox (due_at) WHERE failed <> '';
CREATE INDEX signature_unconfirmed ON signature (created_at) WHERE state = 'unconfirmed';

-- +goose Down
DROP INDEX signature_unconfirmed;
DROP INDEX outbox_failed;
DROP INDEX outbox_rest;
DROP INDEX outbox_confirm;
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE failed = '';
DROP TABLE mail_bounce;
DROP TABLE print;
DROP TABLE letter_keeping;
