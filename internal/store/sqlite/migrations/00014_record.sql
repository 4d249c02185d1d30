-- The record of what became of a letter: answers, commitments, actions and
-- assessments. It only grows: a correction is a further version of an item, and
-- nothing is changed or deleted, whoever asks. No verdict stands without a source
-- that was read and the rubric it follows. No row holds a person's name.

-- +goose Up
-- Its name comes before record: a backup is restored in the order of names, and
-- an item's citations are closed once the item is there.
CREATE TABLE citation (
    id         TEXT NOT NULL,   -- of the item
    version    BIGINT NOT NULL, -- of the item
    n          BIGINT NOT NULL, -- from 1
    url        TEXT NOT NULL,
    publisher  TEXT NOT NULL,   -- in lower case, to tell sources apart
    grade      TEXT NOT NULL CHECK (grade IN ('official', 'press', 'copy')),
    confidence TEXT NOT NULL CHECK (confidence IN ('seen', 'memory')),
    PRIMARY KEY (id, version, n)
);

CREATE TABLE record (
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL CHECK (version >= 1),
    corrects    BIGINT,          -- the version before
    kind        TEXT NOT NULL CHECK (kind IN ('answer', 'commitment', 'action', 'assessment')),
    letter_id   TEXT NOT NULL REFERENCES letter (id),
    addressee   TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    reason      TEXT NOT NULL,
    taken_down  BIGINT NOT NULL CHECK (taken_down IN (0, 1)),
    track       TEXT NOT NULL,
    value       TEXT NOT NULL,
    rubric      BIGINT NOT NULL,
    cited       BIGINT,          -- the first citation of a source that was read
    body        TEXT NOT NULL,   -- JSON: all that it says
    PRIMARY KEY (id, version),
    FOREIGN KEY (id, corrects) REFERENCES record (id, version),
    FOREIGN KEY (id, version, cited) REFERENCES citation (id, version, n),
    CHECK ((version = 1 AND corrects IS NULL) OR (version > 1 AND corrects = version - 1 AND reason <> '')),
    CHECK (taken_down = 1 OR kind <> 'assessment' OR (track <> '' AND value <> '' AND rubric >= 1 AND cited IS NOT NULL)),
    CHECK (kind = 'assessment' OR value = '')
);
CREATE INDEX record_letter ON record (letter_id);

-- +goose StatementBegin
CREATE TRIGGER record_no_update BEFORE UPDATE ON record
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_no_delete BEFORE DELETE ON record
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER citation_no_update BEFORE UPDATE ON citation
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER citation_no_delete BEFORE DELETE ON citation
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_no_past BEFORE INSERT ON record WHEN NEW.recorded_at < (SELECT coalesce(max(recorded_at), 0) FROM record WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: this would have been recorded before what it corrects');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_sources BEFORE INSERT ON record WHEN NEW.taken_down = 0 AND NEW.value IN ('substantial', 'complete', 'reversed') AND NOT EXISTS (SELECT 1 FROM citation c WHERE c.id = NEW.id AND c.version = NEW.version AND c.confidence = 'seen' AND c.grade = 'official') AND (SELECT count(DISTINCT publisher) FROM citation c WHERE c.id = NEW.id AND c.version = NEW.version AND c.confidence = 'seen' AND c.publisher <> '') < 2
BEGIN
    SELECT RAISE(ABORT, 'this verdict needs an official text or two independent sources');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_seen BEFORE INSERT ON record WHEN NEW.value <> '' AND NEW.taken_down = 0 AND NOT EXISTS (SELECT 1 FROM citation c WHERE c.id = NEW.id AND c.version = NEW.version AND c.n = NEW.cited AND c.confidence = 'seen')
BEGIN
    SELECT RAISE(ABORT, 'a verdict needs a source that was read');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER citation_closed BEFORE INSERT ON citation WHEN EXISTS (SELECT 1 FROM record r WHERE r.id = NEW.id AND r.version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: an item''s citations stay as they were recorded');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE record;
DROP TABLE citation;
