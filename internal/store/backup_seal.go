package store

import (
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// ErrNotOpened says that a backup is not encrypted to any key or passphrase that
// was given.
var ErrNotOpened = errors.New("the passphrase is wrong, or the backup is not encrypted to the identity that was given")

// SealBackup compresses and encrypts what is written to it, for age's recipients
// (age-encryption.org/v1), of whom each can open it alone. Only when Close returned
// nil is what went to w whole.
func SealBackup(w io.Writer, recipients ...age.Recipient) (io.WriteCloser, error) {
	sealed, err := age.Encrypt(w, recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypt the backup: %w", err)
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("compress the backup: %w", err)
	}
	return &sealer{packed, sealed}, nil
}

type sealer struct {
	*zstd.Encoder
	sealed io.Closer
}

func (s *sealer) Close() error {
	return errors.Join(s.Encoder.Close(), s.sealed.Close())
}

// maxBackupWindow bounds the memory that unpacking a hostile file can take.
const maxBackupWindow = 32 << 20

// OpenBackup decrypts and unpacks what SealBackup wrote. It fails with
// ErrNotOpened when no identity fits, and with ErrBadBackup for a file that is no
// backup; damage further on shows while it is read.
func OpenBackup(r io.Reader, identities ...age.Identity) (io.ReadCloser, error) {
	opened, err := age.Decrypt(r, identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, ErrNotOpened
	case err != nil:
		return nil, fmt.Errorf("%w (%w)", ErrBadBackup, err)
	}
	unpacked, err := zstd.NewReader(opened, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxBackupWindow), zstd.WithDecoderMaxMemory(2*maxBackupWindow))
	if err != nil {
		return nil, fmt.Errorf("unpack the backup: %w", err)
	}
	return unpacked.IOReadCloser(), nil
}
