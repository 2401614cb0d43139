// Package contact is the noun the product is about: the people whom a
// sub-account knows. Any module may import it.
//
// Tables: contact, contact_address (every e-mail address and number; email and
// phone of contact are the primary ones), custom_field, field_folder,
// field_catalogue, contact_value (typed values of unique and indexed fields).
//
// Events out: contact.created, contact.updated, contact.deleted, each with the
// contact before and after the change. Events in: none.
//
// Jobs: contact.erase (maintenance), thirty days after a deletion.
//
// A deletion sets deleted_at: the contact is gone for every reader at once, and
// its numbers and addresses are free for a new one. What was written with it stays,
// out of sight, because the record of a send is evidence. After RetentionDays
// contact.erase overwrites everything about the person here;
// events, audit entries and messages keep what they recorded.
//
// A context with a tenancy.Reach reads and changes the contacts that are its
// people's alone; any other reads as not found.
//
// Limits: 100 a page, 50 tags, names and sources of 100 characters, e-mail
// addresses of 254 (RFC 5321), 50 addresses and 50 numbers, 50 followers.
package contact
