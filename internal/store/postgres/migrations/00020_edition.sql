-- Editions: frozen reports of what became of a letter. Issues of an edition only
-- grow in number; the files that were set from them lose their bytes, and keep
-- their hash, when something had to be taken out.

-- +goose Up
CREATE TABLE edition (
    letter_id TEXT NOT NULL REFERENCES letter (id),
    number    BIGINT NOT NULL CHECK (number >= 1),
    issue     BIGINT NOT NULL CHECK (issue >= 1),
    made_at   BIGINT NOT NULL,
    made_by   TEXT NOT NULL,   -- an account's ID, "pack:" and its key, or "command"
    reason    TEXT NOT NULL,   -- of an issue after the first
    hash      TEXT NOT NULL,   -- SHA-256 of the body
    body      TEXT NOT NULL,   -- JSON: all that it says
    PRIMARY KEY (letter_id, number, issue),
    CHECK (issue = 1 OR reason <> '')
);

CREATE TABLE edition_file (
    letter_id   TEXT NOT NULL,
    number      BIGINT NOT NULL,
    issue       BIGINT NOT NULL,
    lang        TEXT NOT NULL,
    format      TEXT NOT NULL CHECK (format IN ('pdf', 'docx')),
    hash        TEXT NOT NULL, -- SHA-256
    issued_at   BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL, -- 0: it is the newest
    body        BYTEA,            -- NULL once it was replaced
    PRIMARY KEY (letter_id, number, issue, lang, format),
    FOREIGN KEY (letter_id, number, issue) REFERENCES edition (letter_id, number, issue)
);
CREATE INDEX edition_file_hash ON edition_file (hash);

CREATE TRIGGER edition_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON edition EXECUTE FUNCTION record_only_grows();

-- +goose Down
DROP TABLE edition_file;
DROP TABLE edition;
