-- The registry of organisations, how far each signature was verified, and what
-- organisations said about being named.

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

-- Where notices go when it is not info@ the domain, sealed.
CREATE TABLE organisation_address (
    organisation_id TEXT PRIMARY KEY,
    sealed          BYTEA NOT NULL
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
ALTER TABLE signature ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;    -- when the signer proved to hold the domain; 0: never
ALTER TABLE signature ADD COLUMN vouched_at BIGINT NOT NULL DEFAULT 0;   -- when a coordinator vouched for it; 0: never
ALTER TABLE signature ADD COLUMN contested_at BIGINT NOT NULL DEFAULT 0; -- since when the organisation's objection has it not counted; 0: never
CREATE INDEX signature_organisation ON signature (organisation_id, letter_id) WHERE organisation_id <> '';

-- Proofs of domains that signers asked to be looked for.
CREATE TABLE domain_check (
    signature_id TEXT PRIMARY KEY,
    checked_at   BIGINT NOT NULL,
    day          TEXT NOT NULL,   -- YYYY-MM-DD, UTC
    tries        BIGINT NOT NULL, -- on that day
    outcome      TEXT NOT NULL
);

-- Notices to organisations that something was signed in their name.
CREATE TABLE notice (
    signature_id TEXT PRIMARY KEY,
    queued_at    BIGINT NOT NULL,
    objected_at  BIGINT NOT NULL, -- 0: never
    sealed       BYTEA,           -- what the organisation wrote
    decided_at   BIGINT NOT NULL, -- 0: not yet
    outcome      TEXT NOT NULL    -- '', upheld, dismissed
);
CREATE INDEX notice_undecided ON notice (objected_at) WHERE objected_at > 0 AND decided_at = 0;

-- +goose Down
DROP TABLE notice;
DROP TABLE domain_check;
DROP INDEX signature_organisation;
ALTER TABLE signature DROP COLUMN contested_at;
ALTER TABLE signature DROP COLUMN vouched_at;
ALTER TABLE signature DROP COLUMN proven_at;
ALTER TABLE signature DROP COLUMN own_domain;
ALTER TABLE signature DROP COLUMN organisation_id;
DROP TABLE organisation_pair;
DROP TABLE organisation_address;
DROP TABLE organisation_name;
DROP TABLE organisation;
