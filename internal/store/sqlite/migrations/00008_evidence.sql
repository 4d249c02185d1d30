-- What shows that signatures were given to the coordinator, sealed.

-- +goose Up
CREATE TABLE evidence (
    id         TEXT PRIMARY KEY,
    sealed     BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE signature_evidence (
    signature_id TEXT PRIMARY KEY,
    evidence_id  TEXT NOT NULL
);
CREATE INDEX signature_evidence_file ON signature_evidence (evidence_id);

-- +goose Down
DROP TABLE signature_evidence;
DROP TABLE evidence;
