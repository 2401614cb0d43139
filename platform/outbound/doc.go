// Package outbound is the one way to addresses that people gave us: webhook
// targets, identity providers, pictures to fetch.
//
// Such an address may be made to point at what only we can reach: the cloud's
// metadata service, the Kubernetes API, another tenant's tools. A look at the
// name beforehand proves nothing, since the name may resolve differently a moment
// later; so a [Client] decides where it matters, on the address that is about to
// be connected to, for each attempt and each redirect anew. What is refused is
// everything that IANA's registries don't call globally reachable, in IPv4, in
// IPv6, and in the forms in which IPv6 holds an IPv4 address.
//
// It speaks HTTPS with TLS 1.2 or later, to few ports, uses no proxy of the
// environment, follows few redirects or none, and ends what is too slow or too
// long. Networks of the allow-list are excepted, for development and for an
// operator's own tools: there plain HTTP and any port will do.
//
// Why it is so: docs/adr/0019.
package outbound
