// Package identity is an identity provider on one machine: OpenID Connect's
// discovery, authorization code with PKCE, userinfo and keys, by the library that
// is certified for it (zitadel/oidc). Nobody types a password: whoever As names is
// signed in. It can be made to lie as a wrong or hostile provider would, with
// Forge.
package identity
