package apiserver

import (
	"net/http"
	"time"
)

// cookieName carries the session. The prefix makes browsers refuse one that
// was not set by this very host, over TLS, for every path (RFC 6265bis,
// section 4.1.3.2); they take localhost for TLS.
const cookieName = "__Host-omnicrm"

// sessionCookie holds a session until it ends by itself.
func sessionCookie(token string, expires time.Time) http.Cookie {
	return http.Cookie{
		Name: cookieName, Value: token, Path: "/", Expires: expires,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// noCookie takes the session's cookie away.
func noCookie() http.Cookie {
	return http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}
