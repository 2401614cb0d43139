package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// site is the API at an agency's host. Hosts below .localhost are this
// machine's by RFC 6761, but not every resolver knows: we dial the address.
type site struct {
	address string // 127.0.0.1:port
	host    string // as a browser has it: acme.localhost:port
	cookie  *http.Cookie
}

// session is what signing in answers.
type session struct {
	Permissions []string `json:"permissions"`
}

// call sends JSON and reads JSON. Token is an API key, "" for the cookie.
func (s *site) call(ctx context.Context, method, route, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+route, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Host = s.host
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	} else if s.cookie != nil {
		req.AddCookie(s.cookie)
	}
	res, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return &refusal{status: res.StatusCode, says: fmt.Sprintf("%s %s: %s: %s", method, route, res.Status, text)}
	}
	for _, c := range res.Cookies() {
		s.cookie = c
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

type refusal struct {
	status int
	says   string
}

func (r *refusal) Error() string { return r.says }

// account is the agency's owner, able to sign in.
type account struct {
	email, password, apiKey string
}

// openAccount signs the owner in, with their invitation if it is the first
// time, and makes an API key unless the kept one works.
func (c *cluster) openAccount(ctx context.Context, s state, k *kept, agency *unstructured.Unstructured) (account, error) {
	at := k.siteOf(agency)
	owner := account{email: field(agency, "spec", "owner", "email"), password: k.Password, apiKey: k.APIKey}
	// The status may lag behind an invitation that was accepted just before the
	// last stop, so the password is tried first.
	who, err := at.signIn(ctx, owner)
	accepted, _, _ := unstructured.NestedBool(agency.Object, "status", "invitation", "accepted")
	if refused(err) && !accepted {
		who, err = c.accept(ctx, at, agency, owner.password)
	}
	if refused(err) {
		// The person chose another password in the app: theirs, not ours to know.
		owner.password = ""
		return owner, nil
	}
	if err != nil {
		return owner, fmt.Errorf("sign in: %w", err)
	}
	return owner, at.ensureKey(ctx, s, k, &owner, who.Permissions)
}

func (s *site) signIn(ctx context.Context, owner account) (who session, err error) {
	err = s.call(ctx, http.MethodPost, "/api/v1/session", "",
		map[string]string{"email": owner.email, "password": owner.password}, &who)
	return who, err
}

// accept takes the owner's invitation with the stack's password.
func (c *cluster) accept(ctx context.Context, at *site, agency *unstructured.Unstructured, password string) (who session, err error) {
	token, err := c.invitation(ctx, agency)
	if err != nil {
		return who, err
	}
	name := field(agency, "spec", "owner", "name")
	if name == "" {
		name, _, _ = strings.Cut(field(agency, "spec", "owner", "email"), "@")
	}
	err = at.call(ctx, http.MethodPost, "/api/v1/invitations/"+token+"/accept", "",
		map[string]string{"name": name, "password": password}, &who)
	return who, err
}

// refused reports whether the API knows no such password or invitation.
func refused(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && (r.status == http.StatusUnauthorized || r.status == http.StatusNotFound)
}

func (s *site) ensureKey(ctx context.Context, st state, k *kept, owner *account, scopes []string) error {
	if owner.apiKey != "" && s.call(ctx, http.MethodGet, "/api/v1/agency/sub-accounts", owner.apiKey, nil, nil) == nil {
		return nil
	}
	var made struct {
		Key string `json:"key"`
	}
	err := s.call(ctx, http.MethodPost, "/api/v1/agency/api-keys", "",
		map[string]any{"name": "development stack", "scopes": scopes}, &made)
	if err != nil {
		return fmt.Errorf("make an API key: %w", err)
	}
	owner.apiKey, k.APIKey = made.Key, made.Key
	return st.save(k)
}

// invitation reads the token from the link in the owner's Secret.
func (c *cluster) invitation(ctx context.Context, agency *unstructured.Unstructured) (string, error) {
	key := client.ObjectKey{
		Namespace: field(agency, "status", "namespace"),
		Name:      field(agency, "status", "invitation", "secretName"),
	}
	if key.Name == "" {
		return "", fmt.Errorf("%s is Ready but its status names no invitation", title(agency))
	}
	var secret corev1.Secret
	if err := c.client.Get(ctx, key, &secret); err != nil {
		return "", fmt.Errorf("read the owner's invitation: %w", err)
	}
	link := strings.TrimSpace(string(secret.Data["link"]))
	if link == "" {
		return "", fmt.Errorf("the Secret %s has no link", key)
	}
	return path.Base(link), nil
}

func (k *kept) siteOf(agency *unstructured.Unstructured) *site {
	return &site{address: k.address("apiserver"), host: k.hostOf(agency)}
}

func (k *kept) hostOf(agency *unstructured.Unstructured) string {
	hosts, _, _ := unstructured.NestedStringSlice(agency.Object, "spec", "hosts")
	if len(hosts) == 0 {
		return "localhost"
	}
	return fmt.Sprintf("%s:%d", hosts[0], k.Ports["apiserver"])
}
