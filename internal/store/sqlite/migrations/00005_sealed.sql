-- Sealed signatures: whose they are is encrypted to a key that the server has not.

-- +goose Up
ALTER TABLE signature ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';

-- The keys of the coalition to which signatures are sealed; '' when the letter
-- does not offer it. sealed_since: when it first did, 0 for never.
ALTER TABLE letter ADD COLUMN sealed_recipients TEXT NOT NULL DEFAULT '';
ALTER TABLE letter ADD COLUMN sealed_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE letter ADD COLUMN sealed_organisations BIGINT NOT NULL DEFAULT 0; -- listed now
ALTER TABLE letter ADD COLUMN sealed_persons BIGINT NOT NULL DEFAULT 0;

-- An entry of a sealed signature waits until a day is over: 0 for at once.
ALTER TABLE ledger_pending ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;

-- What a sealed signer typed, as an age file, and the blind index of the phrase
-- that leads back to it. Rows lie in the order of their ids, which for sealed
-- ones is chance, and not in the order in which they came.
CREATE TABLE sealed_box (
    signature_id TEXT PRIMARY KEY REFERENCES signature (id) ON DELETE CASCADE,
    box          BLOB NOT NULL,
    phrase_index BLOB
) WITHOUT ROWID;
CREATE UNIQUE INDEX sealed_phrase ON sealed_box (phrase_index) WHERE phrase_index IS NOT NULL;

-- Which addresses gave a sealed signature to a letter, by an index under a key of
-- that letter alone. Key and rows are destroyed when the letter closes.
CREATE TABLE sealed_index_key (
    letter_id TEXT PRIMARY KEY REFERENCES letter (id) ON DELETE CASCADE,
    sealed    BLOB NOT NULL -- under the vault's key
);
CREATE TABLE sealed_address (
    address_index BLOB PRIMARY KEY,
    letter_id     TEXT NOT NULL,
    signature_id  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sealed_address_signature ON sealed_address (signature_id);

-- +goose Down
DROP TABLE sealed_address;
DROP TABLE sealed_index_key;
DROP TABLE sealed_box;
ALTER TABLE ledger_pending DROP COLUMN due_at;
ALTER TABLE letter DROP COLUMN sealed_persons;
ALTER TABLE letter DROP COLUMN sealed_organisations;
ALTER TABLE letter DROP COLUMN sealed_since;
ALTER TABLE letter DROP COLUMN sealed_recipients;
ALTER TABLE signature DROP COLUMN visibility;
