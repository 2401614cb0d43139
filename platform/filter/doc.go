// Package filter is the one language in which the product asks "which ones?":
// nested and, or and not over typed fields, related records and behaviour. A
// filter is JSON; Parse checks it against a Catalogue and names everything at
// fault at once. One tree becomes SQL (Filter.SQL), a predicate in memory
// (Filter.Match), words (Filter.Words) and the reasons why a record is in or
// out (Filter.Explain). Property tests hold SQL and predicate equal.
//
// A condition holds or it doesn't: there is no third value. A field without a
// value fulfils no positive condition, and every negative one: is_not is the
// exact opposite of is, none_of of any_of, and not of whatever stands in it.
//
// The package knows no table: a module gives the fields and how SQL reads them.
// No value ever becomes a part of the SQL's text.
package filter
