package carrier

import "net/http"

// routes is every path on one page. The provider's paths end in .json; a
// wildcard takes the whole segment, so the verbs cut the ending off.
func (c *Carrier) routes() http.Handler {
	mux := http.NewServeMux()
	const accounts = "/2010-04-01/Accounts"
	const one = accounts + "/{AccountSid}"
	for pattern, do := range map[string]verb{
		"POST " + accounts + ".json":                                 c.createAccount,
		"GET " + accounts + ".json":                                  c.listAccounts,
		"GET " + one:                                                 c.fetchAccount,
		"POST " + one:                                                c.updateAccount,
		"GET " + one + "/IncomingPhoneNumbers.json":                  c.listNumbers,
		"POST " + one + "/IncomingPhoneNumbers.json":                 c.buyNumber,
		"GET " + one + "/IncomingPhoneNumbers/{Sid}":                 c.fetchNumber,
		"POST " + one + "/IncomingPhoneNumbers/{Sid}":                c.updateNumber,
		"DELETE " + one + "/IncomingPhoneNumbers/{Sid}":              c.deleteNumber,
		"GET " + one + "/AvailablePhoneNumbers/{Country}/Local.json": c.listAvailable,
		"POST " + one + "/Messages.json":                             c.createMessage,
		"GET " + one + "/Messages.json":                              c.listMessages,
		"GET " + one + "/Messages/{Sid}":                             c.fetchMessage,
		"POST " + one + "/Messages/{Sid}":                            c.updateMessage,
		"DELETE " + one + "/Messages/{Sid}":                          c.deleteMessage,
	} {
		mux.HandleFunc(pattern, c.rest(do))
	}
	mux.HandleFunc("/2010-04-01/", func(w http.ResponseWriter, r *http.Request) { notFound(r.URL.Path).write(w) })
	c.controlRoutes(mux)
	c.pageRoutes(mux)
	return mux
}
