-- What forums adopted, point by point. The table only grows, as that of the record
-- does: a correction is a further version.

-- +goose Up
CREATE TABLE provision (
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL CHECK (version >= 1),
    corrects    BIGINT,
    forum_key   TEXT NOT NULL REFERENCES forum (key),
    letter_id   TEXT NOT NULL REFERENCES letter (id),
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    reason      TEXT NOT NULL,
    taken_down  BIGINT NOT NULL CHECK (taken_down IN (0, 1)),
    place       BIGINT NOT NULL, -- among those of its forum
    body        TEXT NOT NULL,   -- JSON
    PRIMARY KEY (id, version),
    FOREIGN KEY (id, corrects) REFERENCES provision (id, version),
    CHECK ((version = 1 AND corrects IS NULL) OR (version > 1 AND corrects = version - 1 AND reason <> ''))
);
CREATE INDEX provision_forum ON provision (forum_key);

-- +goose StatementBegin
CREATE TRIGGER provision_no_update BEFORE UPDATE ON provision
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER provision_no_delete BEFORE DELETE ON provision
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE provision;
