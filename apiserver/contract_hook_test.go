package apiserver_test

const oneHook = `{"url":"https://example.com/h","events":["contact.*"]}`

// hookPosts are the posts of webhooks.
func (b *bench) hookPosts(owner string) map[string]func() ask {
	hook := func() string {
		return b.sub("/webhooks/" + b.must(201, ask{method: "POST", path: b.sub("/webhooks"), token: owner, body: oneHook}).str("id"))
	}
	return map[string]func() ask{
		"create-webhook":        func() ask { return ask{path: b.sub("/webhooks"), body: oneHook} },
		"rotate-webhook-secret": func() ask { return ask{path: hook() + "/secret", body: `{"overlap_hours":24}`} },
		"ping-webhook":          func() ask { return ask{path: hook() + "/ping"} },
		"replay-webhook":        func() ask { return ask{path: hook() + "/replay", body: `{"since":"2026-01-01T00:00:00Z"}`} },
		"replay-webhook-delivery": func() ask {
			path := hook()
			id := b.must(201, ask{method: "POST", path: path + "/ping", token: owner}).str("id")
			b.rewrite(b.one, `update webhook_delivery set state = 'failed', finished_at = now(), next_at = null where id = $1`, id)
			return ask{path: path + "/deliveries/" + id + "/replay"}
		},
	}
}

// hookEdits are the edits of webhooks and of the audit's policy.
func (b *bench) hookEdits(owner string) map[string]func() (string, ask) {
	hook := func(method, body string) (string, ask) {
		made := b.must(201, ask{method: "POST", path: b.sub("/webhooks"), token: owner, body: oneHook})
		return made.header.Get("ETag"), ask{method: method, path: b.sub("/webhooks/" + made.str("id")), body: body}
	}
	return map[string]func() (string, ask){
		"patch-webhook":  func() (string, ask) { return hook("PATCH", `{"description":"b"}`) },
		"delete-webhook": func() (string, ask) { return hook("DELETE", "") },
		"patch-audit-policy": func() (string, ask) {
			path := b.sub("/audit/policy")
			return b.must(200, ask{path: path, token: owner}).header.Get("ETag"), ask{method: "PATCH", path: path, body: `{"retention_days":730}`}
		},
		"patch-agency-audit-policy": func() (string, ask) {
			const path = "/api/v1/agency/audit/policy"
			return b.must(200, ask{path: path, token: owner}).header.Get("ETag"), ask{method: "PATCH", path: path, body: `{"retention_days":730}`}
		},
	}
}
