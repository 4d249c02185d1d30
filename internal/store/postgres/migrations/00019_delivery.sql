-- When and how a letter was put to each of those it addresses. It only grows, as
-- the rest of the record: a correction is a further version. Receipts lie sealed
-- beside it and can be erased; their hash stays.

-- +goose Up
CREATE TABLE delivery (
    id           TEXT NOT NULL,
    version      BIGINT NOT NULL CHECK (version >= 1),
    letter_id    TEXT NOT NULL REFERENCES letter (id),
    addressee    TEXT NOT NULL,
    channel      TEXT NOT NULL CHECK (channel IN ('email', 'post', 'hand', 'portal')),
    sent_on      TEXT NOT NULL, -- YYYY-MM-DD
    received_on  TEXT NOT NULL, -- likewise, or '' when nobody said so
    reference    TEXT NOT NULL, -- number that the office gave, or ''
    due_on       TEXT NOT NULL, -- when an answer is due, or ''
    note         TEXT NOT NULL,
    receipt_id   TEXT NOT NULL, -- or ''
    receipt_hash TEXT NOT NULL, -- SHA-256 in hexadecimal, or ''
    recorded_at  BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL,
    reason       TEXT NOT NULL,
    taken_down   BIGINT NOT NULL CHECK (taken_down IN (0, 1)),
    PRIMARY KEY (id, version),
    CHECK (version = 1 OR reason <> '')
);
CREATE INDEX delivery_letter ON delivery (letter_id);

CREATE TABLE delivery_receipt (
    id         TEXT PRIMARY KEY,
    sealed     BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION delivery_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record only grows: nothing in it is changed or deleted';
END $$;
-- +goose StatementEnd
CREATE TRIGGER delivery_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON delivery EXECUTE FUNCTION delivery_only_grows();

-- +goose Down
DROP TABLE delivery_receipt;
DROP TABLE delivery;
DROP FUNCTION delivery_only_grows();
