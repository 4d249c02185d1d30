-- The work agenda of a letter: what was proposed and agreed on each ask. The table
-- only grows, as that of the record does. What signatories propose waits beside it
-- until a coordinator has looked.

-- +goose Up
CREATE TABLE agenda_item (
    id          TEXT NOT NULL,
    version     BIGINT NOT NULL CHECK (version >= 1),
    corrects    BIGINT,
    letter_id   TEXT NOT NULL REFERENCES letter (id),
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    reason      TEXT NOT NULL,
    taken_down  BIGINT NOT NULL CHECK (taken_down IN (0, 1)),
    state       TEXT NOT NULL CHECK (state IN ('proposed', 'agreed', 'under way', 'done', 'dropped')),
    shown       TEXT NOT NULL, -- address of what shows that it was agreed
    body        TEXT NOT NULL, -- JSON: all that it says
    PRIMARY KEY (id, version),
    FOREIGN KEY (id, corrects) REFERENCES agenda_item (id, version),
    CHECK ((version = 1 AND corrects IS NULL) OR (version > 1 AND corrects = version - 1 AND reason <> '')),
    CHECK (taken_down = 1 OR state <> 'agreed' OR shown <> '')
);
CREATE INDEX agenda_item_letter ON agenda_item (letter_id);

CREATE TABLE agenda_proposal (
    id           TEXT PRIMARY KEY,
    letter_id    TEXT NOT NULL REFERENCES letter (id),
    signature_id TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL, -- 0: it waits
    item         TEXT NOT NULL,   -- ID of the agenda item that it became; '' while it waits, and when it was declined
    body         TEXT NOT NULL    -- JSON of an agenda item
);
CREATE INDEX agenda_proposal_letter ON agenda_proposal (letter_id, decided_at);

-- +goose StatementBegin
CREATE TRIGGER agenda_item_no_update BEFORE UPDATE ON agenda_item
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER agenda_item_no_delete BEFORE DELETE ON agenda_item
BEGIN
    SELECT RAISE(ABORT, 'the record only grows: nothing in it is changed or deleted');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE agenda_proposal;
DROP TABLE agenda_item;
