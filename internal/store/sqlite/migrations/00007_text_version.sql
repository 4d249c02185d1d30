-- Versions of a text: what a new one is for, and how many signed each.

-- +goose Up
ALTER TABLE letter_text ADD COLUMN editorial BIGINT NOT NULL DEFAULT 0; -- a correction that changes no meaning
ALTER TABLE letter_text ADD COLUMN reason TEXT NOT NULL DEFAULT '';     -- why it was changed, in the text's language
ALTER TABLE letter_text ADD COLUMN signers BIGINT NOT NULL DEFAULT 0;   -- listed now, for this very version
UPDATE letter_text SET signers = (SELECT count(*) FROM signature
    WHERE signature.text_id = letter_text.id AND number IS NOT NULL AND state = 'standing');

-- +goose Down
ALTER TABLE letter_text DROP COLUMN signers;
ALTER TABLE letter_text DROP COLUMN reason;
ALTER TABLE letter_text DROP COLUMN editorial;
