-- The registry of organisations, and how far each signature was verified.

-- +goose Up
CREATE TABLE organisation (
    id          TEXT PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE, -- folded name, country and domain: a signature that agrees in all is linked
    name        TEXT NOT NULL,
    acronym     TEXT NOT NULL,
    country     TEXT NOT NULL,        -- ISO 3166-1 alpha-2, or ''
    domain      TEXT NOT NULL,        -- its own registrable domain, or ''
    merged_into TEXT NOT NULL,        -- the entry that a person found to be the same, or ''
    changed_at  BIGINT NOT NULL,
    searched_at BIGINT NOT NULL       -- when like ones were looked for; 0: not yet
);
CREATE INDEX organisation_changed ON organisation (changed_at);
CREATE INDEX organisation_unsearched ON organisation (id) WHERE searched_at = 0;
CREATE INDEX organisation_merged ON organisation (merged_into) WHERE merged_into <> '';

-- Its names in other languages, as signatures or coordinators gave them.
CREATE TABLE organisation_name (
    organisation_id TEXT NOT NULL,
    lang            TEXT NOT NULL, -- '' when it is not known
    name            TEXT NOT NULL,
    PRIMARY KEY (organisation_id, lang, name)
);

-- Two entries that may be one organisation; a person decides. a < b.
CREATE TABLE organisation_pair (
    a          TEXT NOT NULL,
    b          TEXT NOT NULL,
    score      BIGINT NOT NULL, -- in thousandths
    reasons    TEXT NOT NULL,   -- parted by spaces
    state      TEXT NOT NULL,   -- open, same, different
    found_at   BIGINT NOT NULL,
    decided_at BIGINT NOT NULL, -- 0: not yet
    PRIMARY KEY (a, b)
);
CREATE INDEX organisation_pair_other ON organisation_pair (b);

ALTER TABLE signature ADD COLUMN organisation_id TEXT NOT NULL DEFAULT '';
ALTER TABLE signature ADD COLUMN own_domain BIGINT NOT NULL DEFAULT 0;   -- 1: its address is at the organisation's own domain
ALTER TABLE signature ADD COLUMN vouched_at BIGINT NOT NULL DEFAULT 0;   -- when a coordinator vouched for it; 0: never
CREATE INDEX signature_organisation ON signature (organisation_id, letter_id) WHERE organisation_id <> '';

-- +goose Down
DROP INDEX signature_organisation;
ALTER TABLE signature DROP COLUMN vouched_at;
ALTER TABLE signature DROP COLUMN own_domain;
ALTER TABLE signature DROP COLUMN organisation_id;
DROP TABLE organisation_pair;
DROP TABLE organisation_name;
DROP TABLE organisation;
