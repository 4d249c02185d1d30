-- Signatures that are set aside while a person looks at them: the organisation
-- objected, or its signer's address takes no mail.

-- +goose Up
ALTER TABLE signature ADD COLUMN set_aside_at BIGINT NOT NULL DEFAULT 0; -- 0: it is not
ALTER TABLE signature ADD COLUMN uncounted BIGINT NOT NULL DEFAULT 0; -- the log has it as set aside
CREATE INDEX signature_contested ON signature (id) WHERE state = 'contested';

-- Addresses of organisations that a coordinator entered, sealed.
CREATE TABLE organisation_address (
    organisation_id TEXT PRIMARY KEY,
    sealed          BLOB NOT NULL
);

-- The notice "this was signed in your name", one for each organisation and letter.
CREATE TABLE notice (
    signature_id    TEXT PRIMARY KEY REFERENCES signature (id),
    letter_id       TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    sent_at         BIGINT NOT NULL,
    answer          TEXT NOT NULL, -- '', acknowledged or objected
    answered_at     BIGINT NOT NULL,
    sealed          BLOB,           -- what the organisation wrote
    UNIQUE (letter_id, organisation_id)
);

-- +goose Down
DROP TABLE notice;
DROP TABLE organisation_address;
DROP INDEX signature_contested;
ALTER TABLE signature DROP COLUMN uncounted;
ALTER TABLE signature DROP COLUMN set_aside_at;
