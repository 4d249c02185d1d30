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
CREATE FUNCTION record_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record only grows: nothing in it is changed or deleted';
END $$;
-- +goose StatementEnd
CREATE TRIGGER record_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON record EXECUTE FUNCTION record_only_grows();
CREATE TRIGGER citation_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON citation EXECUTE FUNCTION record_only_grows();

-- +goose StatementBegin
CREATE FUNCTION record_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recorded_at < (SELECT coalesce(max(recorded_at), 0) FROM record WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'the record only grows: this would have been recorded before what it corrects';
    END IF;
    IF NEW.taken_down = 0 AND NEW.value IN ('substantial', 'complete', 'reversed') AND NOT EXISTS (SELECT 1 FROM citation c WHERE c.id = NEW.id AND c.version = NEW.version AND c.confidence = 'seen' AND c.grade = 'official') AND (SELECT count(DISTINCT publisher) FROM citation c WHERE c.id = NEW.id AND c.version = NEW.version AND c.confidence = 'seen' AND c.publisher <> '') < 2 THEN
        RAISE EXCEPTION 'this verdict needs an official text or two independent sources';
    END IF;
    IF NEW.value <> '' AND NEW.taken_down = 0 AND NOT EXISTS (SELECT 1 FROM citation c WHERE c.id = NEW.id AND c.version = NEW.version AND c.n = NEW.cited AND c.confidence = 'seen') THEN
        RAISE EXCEPTION 'a verdict needs a source that was read';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER record_check BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION record_check();

-- +goose StatementBegin
CREATE FUNCTION citation_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM record r WHERE r.id = NEW.id AND r.version = NEW.version) THEN
        RAISE EXCEPTION 'the record only grows: an item''s citations stay as they were recorded';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER citation_check BEFORE INSERT ON citation FOR EACH ROW EXECUTE FUNCTION citation_check();

-- +goose Down
DROP TABLE record;
DROP TABLE citation;
DROP FUNCTION record_check();
DROP FUNCTION citation_check();
DROP FUNCTION record_only_grows();
