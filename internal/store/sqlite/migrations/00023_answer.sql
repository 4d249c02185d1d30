-- What addressees answered, as it came: through their own link, or recorded at the
-- desk. What was confirmed is published as items of the record; the answer as it
-- came stays here, and a change is another row.

-- +goose Up
CREATE TABLE answer_link (
    id         TEXT PRIMARY KEY, -- UUID; the link holds it
    letter_id  TEXT NOT NULL REFERENCES letter (id),
    addressee  TEXT NOT NULL,    -- key
    generation BIGINT NOT NULL,  -- raised, it ends the links made before
    UNIQUE (letter_id, addressee)
);

CREATE TABLE answer (
    id         TEXT PRIMARY KEY, -- UUIDv7
    letter_id  TEXT NOT NULL REFERENCES letter (id),
    addressee  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,  -- 0: it waits
    published  BIGINT NOT NULL CHECK (published IN (0, 1)),
    body       TEXT NOT NULL,    -- JSON: all that it says, and how it was confirmed
    file       BLOB,               -- NULL for none
    file_hash  TEXT NOT NULL     -- SHA-256, or ''
);
CREATE INDEX answer_letter ON answer (letter_id, addressee);

-- +goose Down
DROP TABLE answer;
DROP TABLE answer_link;
