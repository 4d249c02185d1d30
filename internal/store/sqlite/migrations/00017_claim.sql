-- What ties a letter to the evidence: its claims with their tests, and the
-- indicators by which the outcome of each ask is told.

-- +goose Up
CREATE TABLE letter_evidence (
    letter TEXT PRIMARY KEY, -- slug
    body   TEXT NOT NULL     -- JSON
);

-- +goose Down
DROP TABLE letter_evidence;
