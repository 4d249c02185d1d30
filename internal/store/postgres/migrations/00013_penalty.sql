-- What drug laws threaten: the rows of each pack's tables of penalties and
-- thresholds, in their order.

-- +goose Up
CREATE TABLE law (
    pack      TEXT PRIMARY KEY,
    sha256    TEXT NOT NULL, -- of the rows below
    loaded_at BIGINT NOT NULL
);

CREATE TABLE law_row (
    pack  TEXT NOT NULL REFERENCES law (pack),
    kind  TEXT NOT NULL, -- penalty or threshold
    place BIGINT NOT NULL,
    body  TEXT NOT NULL, -- JSON
    PRIMARY KEY (pack, kind, place)
);

-- +goose Down
DROP TABLE law_row;
DROP TABLE law;
