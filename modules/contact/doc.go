// Package contact is the noun the product is about: the people whom a
// sub-account knows. Any module may import it.
//
// Tables: contact, contact_address (every e-mail address and number; email and
// phone of contact are the primary ones), contact_search (what living contacts
// are searched by, and the orders of its pages), custom_field, field_folder,
// field_catalogue, contact_value (typed values of unique and indexed fields);
// company, note, task; file, file_chunk, file_usage; timeline; import,
// import_row, import_mapping; saved_view; contact_merge, contact_merged, contact_moved;
// contact_match, contact_duplicate, contact_distinct, contact_match_walk;
// bulk_action, bulk_part, bulk_change.
//
// Events out: contact.created, contact.updated, contact.deleted, contact.merged,
// contact.unmerged, each with the contact before and after the change;
// company.*; note.*, task.*, file.* and person.mentioned, about the contact or
// company they belong to; import.*; view.*; bulk.*;
// contact.exported; contact.restored.
// Events in: all, of which Timeline makes the timelines.
//
// Jobs: contact.erase (maintenance), thirty days after a deletion; task.remind
// (automation), at the time of a reminder; contact.import (bulk), a slice of an
// import's rows at a time; contact.bulk (bulk), the same of a bulk action;
// contact.bulk_tidy (maintenance), when it is too late to undo one;
// contact.merge_expiry and contact.match_walk (maintenance), every night.
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
