-- What was measured: indicators, sources, and their series. A series' values
-- are kept in one row, a line each (period, value, flag, note, parted by tabs),
-- because they are always read together; what a pack brought and what was
-- imported of the same source stay in rows of their own.

-- +goose Up
CREATE TABLE data_version (
    only_row BIGINT PRIMARY KEY, -- 1
    version  BIGINT NOT NULL     -- grows with every change of the tables below
);

CREATE TABLE data_pack (
    pack      TEXT PRIMARY KEY,
    sha256    TEXT NOT NULL, -- of what it brought
    loaded_at BIGINT NOT NULL
);

CREATE TABLE indicator (
    key  TEXT PRIMARY KEY,
    pack TEXT NOT NULL,
    rank BIGINT NOT NULL, -- order within the pack
    body TEXT NOT NULL    -- JSON
);

CREATE TABLE data_source (
    key       TEXT PRIMARY KEY,
    pack      TEXT NOT NULL, -- that describes it; '': imported
    family    TEXT NOT NULL,
    vintage   TEXT NOT NULL,
    body      TEXT NOT NULL, -- JSON
    loaded_at BIGINT NOT NULL
);

CREATE TABLE series (
    indicator    TEXT NOT NULL,
    place        TEXT NOT NULL,
    source       TEXT NOT NULL REFERENCES data_source (key),
    origin       TEXT NOT NULL, -- the pack that brought it; '': imported
    value_count  BIGINT NOT NULL,
    first_period TEXT NOT NULL,
    last_period  TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (indicator, place, source, origin)
);
CREATE INDEX series_place ON series (place);
CREATE INDEX series_source ON series (source);

CREATE TABLE data_event (
    pack TEXT NOT NULL,
    rank BIGINT NOT NULL,
    kind TEXT NOT NULL,
    date TEXT NOT NULL,
    body TEXT NOT NULL, -- JSON
    PRIMARY KEY (pack, rank)
);

-- Files that were imported, so that the same file is known again.
CREATE TABLE data_import (
    sha256      TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE data_import;
DROP TABLE data_event;
DROP TABLE series;
DROP TABLE data_source;
DROP TABLE indicator;
DROP TABLE data_pack;
DROP TABLE data_version;
