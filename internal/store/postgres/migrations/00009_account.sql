-- Who works at the desk, their sessions, and what they did.

-- +goose Up
CREATE TABLE person (
    id            TEXT PRIMARY KEY,
    role          TEXT NOT NULL,
    lang          TEXT NOT NULL,
    generation    BIGINT NOT NULL,
    link_until    BIGINT NOT NULL,
    link_sent_at  BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    entered_at    BIGINT NOT NULL, -- 0: not yet
    ended_at      BIGINT NOT NULL, -- 0: may enter
    address_index BYTEA,             -- blind; NULL when the access has ended
    sealed        BYTEA              -- the address, sealed; NULL likewise
);
CREATE UNIQUE INDEX person_address ON person (address_index) WHERE address_index IS NOT NULL;

CREATE TABLE session (
    id         TEXT PRIMARY KEY,
    secret     BYTEA NOT NULL UNIQUE, -- SHA-256 of what the browser holds
    person_id  TEXT NOT NULL REFERENCES person (id),
    device     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE desk_log (
    id           TEXT PRIMARY KEY,
    at           BIGINT NOT NULL,
    person_id    TEXT NOT NULL, -- '': from the command line
    act          TEXT NOT NULL,
    subject      TEXT NOT NULL,
    letter       TEXT NOT NULL,
    before_value TEXT NOT NULL,
    after_value  TEXT NOT NULL
);

-- +goose Down
DROP TABLE desk_log;
DROP TABLE session;
DROP TABLE person;
