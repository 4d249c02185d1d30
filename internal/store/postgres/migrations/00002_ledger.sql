-- The log's keys, and what witnesses say of it.

-- +goose Up
-- The verifier of the key that signs the log now; '' until it is noted.
ALTER TABLE log_head ADD COLUMN verifier TEXT NOT NULL DEFAULT '';

-- The statements by which one key of the log gave way to the next.
CREATE TABLE log_key (
    origin    TEXT NOT NULL,
    size      BIGINT NOT NULL, -- checkpoints beyond it are signed by the next key
    verifier  TEXT NOT NULL,   -- of the key that went
    statement TEXT NOT NULL,   -- signed by it
    PRIMARY KEY (origin, size)
);

-- The newest cosignature of each witness.
CREATE TABLE cosignature (
    witness TEXT PRIMARY KEY, -- its verifier key
    size    BIGINT NOT NULL,  -- of the checkpoint
    line    TEXT NOT NULL,    -- as it stands under the checkpoint
    at      BIGINT NOT NULL   -- as the witness says
);

-- +goose Down
DROP TABLE cosignature;
DROP TABLE log_key;
ALTER TABLE log_head DROP COLUMN verifier;
