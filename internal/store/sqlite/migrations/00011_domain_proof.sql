-- Organisations that proved their domain, and persons who share an address.

-- +goose Up
ALTER TABLE signature ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0; -- when the code was found at the organisation's domain; 0: never

-- Who shares an address with the signature that holds it in signed_address,
-- which is there as long as anybody does.
CREATE TABLE shared_address (
    address_index BLOB NOT NULL, -- as in signed_address
    seat          BIGINT NOT NULL, -- from 2 on
    signature_id  TEXT NOT NULL,
    PRIMARY KEY (address_index, seat)
);
CREATE UNIQUE INDEX shared_address_signature ON shared_address (signature_id);

-- +goose Down
DROP TABLE shared_address;
ALTER TABLE signature DROP COLUMN proven_at;
