package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The kinds of checkpoints.
const (
	Periodic = "periodic"
	Cut      = "cut" // older entries end here
)

// Checkpoint says, signed, what a chain was at some time.
type Checkpoint struct {
	ID        uuid.UUID
	Seq       int64
	Hash      []byte
	Kind      string
	KeyID     string
	Signature []byte
	CreatedAt time.Time
}

// Key is a public key that signs checkpoints.
type Key struct {
	ID        string
	Public    ed25519.PublicKey
	CreatedAt time.Time
}

const pemType = "PUBLIC KEY"

// PEM writes the key as other programs read it (RFC 8410).
func (k Key) PEM() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(k.Public)
	return string(pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})), err
}

// ReadKeys reads all public keys of a PEM file.
func ReadKeys(file []byte) (Trusted, error) {
	out := Trusted{}
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := key.(ed25519.PublicKey)
		if err != nil || block.Type != pemType || !ok {
			return nil, errors.New("audit: not all of it are public keys of Ed25519")
		}
		out[keyID(public)] = public
	}
	if len(out) == 0 {
		return nil, errors.New("audit: no public key in PEM")
	}
	return out, nil
}

// keyID is the beginning of the public key's SHA-256.
func keyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// statement is what is signed.
func (c Checkpoint) statement(chain uuid.UUID) ([]byte, error) {
	return encode(map[string]any{
		"v": 1, "type": "omnicrm.audit.checkpoint", "chain": chain, "seq": c.Seq, "hash": hex.EncodeToString(c.Hash),
		"kind": c.Kind, "key": c.KeyID, "at": instant(c.CreatedAt),
	})
}

func (c *Checkpoint) sign(chain uuid.UUID, private ed25519.PrivateKey) error {
	public, _ := private.Public().(ed25519.PublicKey)
	c.KeyID = keyID(public)
	said, err := c.statement(chain)
	c.Signature = ed25519.Sign(private, said)
	return err
}

// fault tells what is wrong with a checkpoint; "" if nothing is.
func (c Checkpoint) fault(chain uuid.UUID, keys map[string]ed25519.PublicKey) string {
	public, known := keys[c.KeyID]
	if !known || len(public) != ed25519.PublicKeySize {
		return "a checkpoint is signed with a key that is not known: " + c.KeyID
	}
	said, err := c.statement(chain)
	if err != nil || !ed25519.Verify(public, said, c.Signature) {
		return "a checkpoint's signature is false"
	}
	return ""
}

// isErasure tells of the entries in whose name values go.
func isErasure(kind string) bool { return strings.HasSuffix(kind, ".erased") }
