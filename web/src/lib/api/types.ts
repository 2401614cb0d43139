import type { components } from './schema.gen';

type Schemas = components['schemas'];

/*
 * The document's names, in one place: features speak of Contact, whatever the
 * document calls it.
 */
export type Brand = Schemas['Brand'];
export type Session = Schemas['Session'];
export type SubAccount = Schemas['SubAccount'];
export type SubAccountInput = Schemas['CreateSubAccount'];
export type SubAccountPatch = Schemas['PatchSubAccount'];
export type Condition = Schemas['Condition'];
export type ApiKey = Schemas['ApiKey'];
export type Contact = Schemas['Contact'];
export type ContactInput = Schemas['ContactInput'];
export type Conversation = Schemas['Conversation'];
export type ConversationPatch = Schemas['PatchConversation'];
export type Message = Schemas['Message'];
export type Job = Schemas['Job'];
export type ParkedEvent = Schemas['ParkedEvent'];
export type Member = Schemas['Member'];
export type Note = Schemas['Note'];
export type NoteInput = Schemas['NoteInput'];
export type Task = Schemas['Task'];
export type Import = Schemas['Import'];
export type ImportDetail = Schemas['ImportDetail'];
export type ImportSettings = Schemas['ImportSettings'];
export type ImportPreview = Schemas['ImportPreview'];
export type Company = Schemas['Company'];
export type CompanyInput = Schemas['CompanyInput'];
export type CustomField = Schemas['CustomField'];
export type CustomFieldInput = Schemas['CustomFieldInput'];
export type NewCustomField = Schemas['NewCustomField'];
export type CustomFieldRules = Schemas['CustomFieldRules'];
export type FieldOption = Schemas['FieldOption'];
export type FieldFolder = Schemas['FieldFolder'];
export type StoredFile = Schemas['File'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Role = Schemas['Role'];
export type RoleInput = Schemas['CreateRole'];
export type RolePatch = Schemas['PatchRole'];
export type PermissionInfo = Schemas['PermissionInfo'];
export type Team = Schemas['Team'];
export type SentInvitation = Schemas['SentInvitation'];
export type InvitationInput = Schemas['CreateInvitation'];
export type OpenSession = Schemas['OpenSession'];
export type Passkey = Schemas['Passkey'];
export type IssuedReset = Schemas['IssuedReset'];
export type SecurityPolicy = Schemas['SecurityPolicy'];
export type FilterField = Schemas['FilterField'];
export type FilterFields = Schemas['FilterFields'];
export type FilterRelation = Schemas['FilterRelation'];
export type FilterVerdict = Schemas['FilterVerdict'];
export type ContactCount = Schemas['ContactCount'];
/** A filter in the API's language: docs/modules/filter.md. */
export type FilterTree = Record<string, unknown>;
export type AuditEntry = Schemas['AuditEntry'];
export type AuditChange = Schemas['AuditChange'];
export type AgencyAuditEntry = Schemas['AgencyAuditEntry'];
export type AuditPolicy = Schemas['AuditPolicy'];
export type Webhook = Schemas['Webhook'];
export type WebhookInput = Schemas['CreateWebhook'];
export type WebhookPatch = Schemas['PatchWebhook'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookAttempt = Schemas['WebhookAttempt'];
export type View = Schemas['View'];
export type NewView = Schemas['NewView'];
export type ViewInput = Schemas['ViewInput'];
export type Bulk = Schemas['Bulk'];
export type BulkAction = Schemas['BulkAction'];
export type NewBulk = Schemas['NewBulk'];
export type Merge = Schemas['Merge'];
export type DuplicateGroup = Schemas['DuplicateGroup'];
export type DuplicatePair = Schemas['DuplicatePair'];
