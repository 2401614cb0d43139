package parts

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
)

// pki is a folder with the certificates of one Kubernetes API: its authority,
// what etcd and the API server serve with, and the administrator's.
type pki struct{ dir string }

func (p pki) path(name string) string { return filepath.Join(p.dir, name) }

// ensure makes the certificates unless they are there: a development stack
// keeps them, so its kubeconfig stays good.
func (p pki) ensure() error {
	if exists(p.path("done")) {
		return nil
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	now := clock.System().Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "omnicrm development"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	caKey, err := p.write("ca", authority, authority, nil)
	if err != nil {
		return err
	}
	server := leaf(authority, 2, pkix.Name{CommonName: "kube-apiserver"})
	server.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 0, 0, 1)}
	if _, err := p.write("server", server, authority, caKey); err != nil {
		return err
	}
	admin := leaf(authority, 3, pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}})
	if _, err := p.write("admin", admin, authority, caKey); err != nil {
		return err
	}
	if _, err := p.write("service-account", leaf(authority, 4, pkix.Name{CommonName: "service-account"}), authority, caKey); err != nil {
		return err
	}
	return os.WriteFile(p.path("done"), nil, 0o600)
}

func leaf(authority *x509.Certificate, serial int64, name pkix.Name) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: name,
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
}

// write makes a key and a certificate signed with signer, or with itself when
// signer is nil, into name.key and name.crt.
func (p pki) write(name string, cert, parent *x509.Certificate, signer crypto.Signer) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the key of %s: %w", name, err)
	}
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("sign the certificate of %s: %w", name, err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the key of %s: %w", name, err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
	if err := os.WriteFile(p.path(name+".crt"), certPEM, 0o600); err != nil {
		return nil, err
	}
	return key, os.WriteFile(p.path(name+".key"), keyPEM, 0o600)
}
