package parts

import "github.com/descope/virtualwebauthn"

// coordinates is how long the COSE form of a P-256 key is that has both of its
// coordinates whole (RFC 9053, section 7.1.1).
const coordinates = 77

// Passkey is a key in a virtual authenticator. The library drops leading zeros of
// a coordinate, in one key of 128, which no real authenticator does and which the
// product refuses: such a key is made anew.
func Passkey() virtualwebauthn.Credential {
	for {
		key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(key.Key.AttestationData()) == coordinates {
			return key
		}
	}
}
