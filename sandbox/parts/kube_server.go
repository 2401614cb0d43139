package parts

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// KubeOptions says how a Kubernetes API is to run.
type KubeOptions struct {
	Assets         string   // folder with etcd and kube-apiserver: [KubeAssets]
	Dir            string   // certificates, state and kubeconfig; made when missing
	Port, EtcdPort int      // 0: free ones
	Durable        bool     // keep the state; off for tests, which throw it away
	Log            *os.File // their log; nil for none
}

// KubeServer is a running Kubernetes API (etcd and kube-apiserver, no nodes
// and no controllers) that this process owns.
type KubeServer struct {
	URL        string
	Kubeconfig string // path of the administrator's kubeconfig

	options   KubeOptions
	etcd, api *Kept
	done      chan struct{} // closed when either has ended
}

// StartKube starts a Kubernetes API and returns when it is ready.
func StartKube(ctx context.Context, o KubeOptions) (*KubeServer, error) {
	fixed := o.Port != 0 && o.EtcdPort != 0
	for try := 0; ; try++ {
		server, err := startKubeOnce(ctx, o)
		// A port that was free may have been taken meanwhile.
		if err == nil || fixed || try == 2 || ctx.Err() != nil {
			return server, err
		}
	}
}

func startKubeOnce(ctx context.Context, o KubeOptions) (*KubeServer, error) {
	// Here, as an attempt that failed has removed the folder of a server that isn't durable.
	if err := (pki{filepath.Join(o.Dir, "pki")}).ensure(); err != nil {
		return nil, fmt.Errorf("certificates of the Kubernetes API: %w", err)
	}
	for _, port := range []*int{&o.Port, &o.EtcdPort} {
		if *port == 0 {
			free, err := FreePort(ctx)
			if err != nil {
				return nil, err
			}
			*port = free
		}
	}
	s := &KubeServer{
		URL:        "https://127.0.0.1:" + strconv.Itoa(o.Port),
		Kubeconfig: filepath.Join(o.Dir, "kubeconfig"),
		options:    o,
	}
	var err error
	if s.etcd, err = StartKept(ctx, o.etcd()); err != nil {
		return nil, err
	}
	if s.api, err = StartKept(ctx, o.apiserver()); err != nil {
		s.etcd.Stop()
		return nil, err
	}
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		select {
		case <-s.etcd.Done():
		case <-s.api.Done():
		}
	}()
	if err := s.await(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	if err := s.writeKubeconfig(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Done is closed when the API server or etcd has ended; Stop stops the other.
func (s *KubeServer) Done() <-chan struct{} { return s.done }

// Stop stops the API server, then etcd.
func (s *KubeServer) Stop() {
	s.api.Stop()
	s.etcd.Stop()
	if !s.options.Durable {
		_ = os.RemoveAll(s.options.Dir)
	}
}

func (o KubeOptions) cert(name string) string { return filepath.Join(o.Dir, "pki", name) }

func (o KubeOptions) etcdURL() string { return "https://127.0.0.1:" + strconv.Itoa(o.EtcdPort) }

func (o KubeOptions) etcd() Keep {
	data := filepath.Join(o.Dir, "etcd")
	k := Keep{
		Command: []string{
			filepath.Join(o.Assets, "etcd"), "--data-dir=" + data, "--name=omnicrm",
			"--listen-client-urls=" + o.etcdURL(), "--advertise-client-urls=" + o.etcdURL(),
			"--listen-peer-urls=http://127.0.0.1:0",
			"--client-cert-auth", "--trusted-ca-file=" + o.cert("ca.crt"),
			"--cert-file=" + o.cert("server.crt"), "--key-file=" + o.cert("server.key"),
			"--log-level=warn",
		},
		Dir: o.Dir, Log: o.Log, Grace: 10 * time.Second,
	}
	if !o.Durable {
		k.Command = append(k.Command, "--unsafe-no-fsync")
		k.Signal, k.Remove = syscall.SIGKILL, data
	}
	return k
}

func (o KubeOptions) apiserver() Keep {
	k := Keep{
		Command: []string{
			filepath.Join(o.Assets, "kube-apiserver"),
			"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + strconv.Itoa(o.Port),
			"--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.0.0.0/24",
			"--etcd-servers=" + o.etcdURL(), "--etcd-cafile=" + o.cert("ca.crt"),
			"--etcd-certfile=" + o.cert("admin.crt"), "--etcd-keyfile=" + o.cert("admin.key"),
			"--tls-cert-file=" + o.cert("server.crt"), "--tls-private-key-file=" + o.cert("server.key"),
			"--client-ca-file=" + o.cert("ca.crt"), "--authorization-mode=RBAC",
			"--service-account-issuer=https://kubernetes.default.svc",
			"--service-account-key-file=" + o.cert("service-account.crt"),
			"--service-account-signing-key-file=" + o.cert("service-account.key"),
			// Both work in step with controllers that don't run here: one makes service accounts, the other refuses
			// whatever a quota counts until its controller has counted it once.
			"--disable-admission-plugins=ServiceAccount,ResourceQuota",
		},
		Dir: o.Dir, Log: o.Log, Grace: 10 * time.Second,
	}
	if !o.Durable {
		k.Signal, k.Remove = syscall.SIGKILL, o.Dir
	}
	return k
}

// await returns when the API server says that it is ready.
func (s *KubeServer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client, err := s.client()
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	for {
		if ready(ctx, client, s.URL+"/readyz") {
			return nil
		}
		select {
		case <-s.etcd.Done():
			return errors.New("start the Kubernetes API: etcd ended at once; its log tells why")
		case <-s.api.Done():
			return errors.New("start the Kubernetes API: kube-apiserver ended at once; its log tells why")
		case <-ctx.Done():
			return fmt.Errorf("start the Kubernetes API: not ready: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func ready(ctx context.Context, client *http.Client, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// client speaks to the API server as its administrator.
func (s *KubeServer) client() (*http.Client, error) {
	ca, err := os.ReadFile(s.options.cert("ca.crt"))
	if err != nil {
		return nil, err
	}
	admin, err := tls.LoadX509KeyPair(s.options.cert("admin.crt"), s.options.cert("admin.key"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{admin}, MinVersion: tls.VersionTLS13},
	}}, nil
}

const kubeconfig = `apiVersion: v1
kind: Config
clusters:
- name: omnicrm
  cluster: {server: %q, certificate-authority-data: %s}
users:
- name: admin
  user: {client-certificate-data: %s, client-key-data: %s}
contexts:
- name: omnicrm
  context: {cluster: omnicrm, user: admin}
current-context: omnicrm
`

func (s *KubeServer) writeKubeconfig() error {
	var data []any
	for _, name := range []string{"ca.crt", "admin.crt", "admin.key"} {
		text, err := os.ReadFile(s.options.cert(name))
		if err != nil {
			return err
		}
		data = append(data, base64.StdEncoding.EncodeToString(text))
	}
	text := fmt.Sprintf(kubeconfig, append([]any{s.URL}, data...)...)
	return os.WriteFile(s.Kubeconfig, []byte(text), 0o600)
}
