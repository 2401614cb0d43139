package apiserver

import "net/http"

const (
	get   = http.MethodGet
	post  = http.MethodPost
	patch = http.MethodPatch
	put   = http.MethodPut
	del   = http.MethodDelete

	v1     = "/api/v1"
	agency = v1 + "/agency"
	sub    = v1 + "/sub-accounts/{sub_account}"
)

// routes is every route of the API and what it needs of its caller. Under sub,
// the caller needs the permission in that sub-account; one that isn't the
// caller's to see reads as 404. The carrier's webhooks (sms.go) and the web
// application (web.go) are mounted in server.go.
func (s *server) routes() []group {
	return []group{
		{"Brand", "How the app looks at the host of the request.", []route{
			{get, v1 + "/brand", open, s.getBrand()},
		}},
		{"Session", "Signing in and out.", []route{
			{post, v1 + "/session", open, s.signIn()},
			{get, v1 + "/session", self, s.getSession()},
			{del, v1 + "/session", self, s.signOut()},
			{del, v1 + "/sessions", self, s.signOutEverywhere()},
			{post, v1 + "/session/passkey/begin", open, s.beginPasskeySignIn()},
			{post, v1 + "/session/passkey", open, s.signInByPasskey()},
			{post, agency + "/impersonation", inPerson("agency.impersonate"), s.startImpersonation()},
			{del, v1 + "/session/impersonation", self, s.endImpersonation()},
		}},
		{"Invitation", "How people get in.", []route{
			{get, v1 + "/invitations/{token}", open, s.getInvitation()},
			{post, v1 + "/invitations/{token}/accept", open, s.acceptInvitation()},
		}},
		{"Password reset", "Setting a forgotten password by a link that an administrator made.", []route{
			{get, v1 + "/password-resets/{token}", open, s.getReset()},
			{post, v1 + "/password-resets/{token}", open, s.useReset()},
		}},
		{"Me", "The signed-in person's own security.", []route{
			{post, v1 + "/me/totp", personal, s.beginTOTP()},
			{post, v1 + "/me/totp/confirm", personal, s.confirmTOTP()},
			{del, v1 + "/me/totp", personal, s.removeTOTP()},
			{post, v1 + "/me/recovery-codes", personal, s.renewRecoveryCodes()},
			{put, v1 + "/me/password", personal, s.changePassword()},
			{get, v1 + "/me/passkeys", personal, s.listPasskeys()},
			{post, v1 + "/me/passkeys/begin", personal, s.beginPasskey()},
			{post, v1 + "/me/passkeys", personal, s.createPasskey()},
			{patch, v1 + "/me/passkeys/{passkey}", personal, s.patchPasskey()},
			{del, v1 + "/me/passkeys/{passkey}", personal, s.deletePasskey()},
			{get, v1 + "/me/sessions", personal, s.listOwnSessions()},
			{del, v1 + "/me/sessions/{session}", personal, s.endOwnSession()},
		}},
		{"Sub-accounts", "The agency's customers, as their custom resources describe them.", []route{
			{get, agency + "/sub-accounts", may("agency.sub_accounts.read"), s.listSubAccounts()},
			{post, agency + "/sub-accounts", may("agency.sub_accounts.write"), s.createSubAccount()},
			{get, agency + "/sub-accounts/{name}", may("agency.sub_accounts.read"), s.getSubAccount()},
			{patch, agency + "/sub-accounts/{name}", may("agency.sub_accounts.write"), s.patchSubAccount()},
			{del, agency + "/sub-accounts/{name}", may("agency.sub_accounts.write"), s.deleteSubAccount()},
		}},
		{"API keys", "Keys for programs, of the agency or of one sub-account.", []route{
			{get, agency + "/api-keys", may("agency.keys.manage"), s.listAgencyKeys()},
			{post, agency + "/api-keys", may("agency.keys.manage"), s.createAgencyKey()},
			{del, agency + "/api-keys/{id}", may("agency.keys.manage"), s.deleteAgencyKey()},
			{get, sub + "/api-keys", may("keys.manage"), s.listKeys()},
			{post, sub + "/api-keys", may("keys.manage"), s.createKey()},
			{del, sub + "/api-keys/{id}", may("keys.manage"), s.deleteKey()},
		}},
		{"Contacts", "The people a sub-account knows.", []route{
			{get, sub + "/contacts", may("contacts.read"), s.listContacts()},
			{post, sub + "/contacts", may("contacts.write"), s.createContact()},
			{post, sub + "/contacts/query", may("contacts.read"), s.queryContacts()},
			{post, sub + "/contacts/count", may("contacts.read"), s.countContacts()},
			{get, sub + "/contacts/filter-fields", may("contacts.read"), s.listFilterFields()},
			{post, sub + "/contacts/upsert", may("contacts.write"), s.upsertContact()},
			{post, sub + "/contacts/batch", may("contacts.write"), s.batchContacts()},
			{get, sub + "/contacts/{contact}", may("contacts.read"), s.getContact()},
			{patch, sub + "/contacts/{contact}", may("contacts.write"), s.patchContact()},
			{del, sub + "/contacts/{contact}", may("contacts.write"), s.deleteContact()},
			{get, sub + "/contacts/{contact}/timeline", may("contacts.read"), s.getTimeline()},
			{post, sub + "/contacts/{contact}/explain", may("contacts.read"), s.explainContact()},
		}},
		{"Views", "Ways to look at contacts: a filter with its columns and its order, of one's own or shared.", []route{
			{get, sub + "/views", may("contacts.read"), s.listViews()},
			{post, sub + "/views", may("contacts.read"), s.createView()},
			{get, sub + "/views/{view}", may("contacts.read"), s.getView()},
			{patch, sub + "/views/{view}", may("contacts.read"), s.patchView()},
			{del, sub + "/views/{view}", may("contacts.read"), s.deleteView()},
		}},
		{"Custom fields", "The fields that a sub-account makes itself.", []route{
			{get, sub + "/custom-fields", may("contacts.read"), s.listFields()},
			{post, sub + "/custom-fields", may("fields.manage"), s.createField()},
			{get, sub + "/custom-fields/{field}", may("contacts.read"), s.getField()},
			{patch, sub + "/custom-fields/{field}", may("fields.manage"), s.patchField()},
			{del, sub + "/custom-fields/{field}", may("fields.manage"), s.archiveField()},
			{post, sub + "/custom-fields/{field}/restore", may("fields.manage"), s.restoreField()},
			{get, sub + "/field-folders", may("contacts.read"), s.listFolders()},
			{post, sub + "/field-folders", may("fields.manage"), s.createFolder()},
			{patch, sub + "/field-folders/{folder}", may("fields.manage"), s.patchFolder()},
			{del, sub + "/field-folders/{folder}", may("fields.manage"), s.deleteFolder()},
		}},
		{"Companies", "The organisations that contacts belong to.", []route{
			{get, sub + "/companies", may("contacts.read"), s.listCompanies()},
			{post, sub + "/companies", may("contacts.write"), s.createCompany()},
			{get, sub + "/companies/{company}", may("contacts.read"), s.getCompany()},
			{patch, sub + "/companies/{company}", may("contacts.write"), s.patchCompany()},
			{del, sub + "/companies/{company}", may("contacts.write"), s.deleteCompany()},
			{get, sub + "/companies/{company}/contacts", may("contacts.read"), s.listCompanyContacts()},
		}},
		{"Notes", "What members write down about contacts and companies.", []route{
			{get, sub + "/contacts/{contact}/notes", may("contacts.read"), s.listContactNotes()},
			{post, sub + "/contacts/{contact}/notes", may("contacts.write"), s.createContactNote()},
			{get, sub + "/companies/{company}/notes", may("contacts.read"), s.listCompanyNotes()},
			{post, sub + "/companies/{company}/notes", may("contacts.write"), s.createCompanyNote()},
			{get, sub + "/notes/{note}", may("contacts.read"), s.getNote()},
			{patch, sub + "/notes/{note}", may("contacts.write"), s.patchNote()},
			{del, sub + "/notes/{note}", may("contacts.write"), s.deleteNote()},
		}},
		{"Tasks", "What members mean to do.", []route{
			{get, sub + "/tasks", may("contacts.read"), s.listTasks()},
			{post, sub + "/tasks", may("contacts.write"), s.createTask()},
			{get, sub + "/task-counts", may("contacts.read"), s.countTasks()},
			{get, sub + "/tasks/{task}", may("contacts.read"), s.getTask()},
			{patch, sub + "/tasks/{task}", may("contacts.write"), s.patchTask()},
			{del, sub + "/tasks/{task}", may("contacts.write"), s.deleteTask()},
			{post, sub + "/tasks/{task}/complete", may("contacts.write"), s.completeTask()},
			{post, sub + "/tasks/{task}/reopen", may("contacts.write"), s.reopenTask()},
		}},
		{"Files", "What members attach to contacts and companies.", []route{
			{get, sub + "/files", may("contacts.read"), s.listFiles()},
			{post, sub + "/files", may("contacts.write"), s.uploadFile()},
			{get, sub + "/files/{file}", may("contacts.read"), s.getFile()},
			{get, sub + "/files/{file}/content", may("contacts.read"), s.getFileContent()},
			{del, sub + "/files/{file}", may("contacts.write"), s.deleteFile()},
		}},
		{"Imports", "Contacts from files.", []route{
			{get, sub + "/imports", may("contacts.read"), s.listImports()},
			{post, sub + "/imports", may("contacts.write"), s.createImport()},
			{get, sub + "/imports/{import}", may("contacts.read"), s.getImport()},
			{get, sub + "/imports/{import}/errors", may("contacts.read"), s.getImportErrors()},
			{post, sub + "/imports/{import}/preview", may("contacts.write"), s.previewImport()},
			{post, sub + "/imports/{import}/start", may("contacts.write"), s.startImport()},
			{post, sub + "/imports/{import}/pause", may("contacts.write"), s.pauseImport()},
			{post, sub + "/imports/{import}/resume", may("contacts.write"), s.resumeImport()},
			{post, sub + "/imports/{import}/cancel", may("contacts.write"), s.cancelImport()},
			{post, sub + "/imports/{import}/undo", may("contacts.write"), s.undoImport()},
		}},
		{"Conversations", "Threads with contacts, one per contact and channel.", []route{
			{get, sub + "/conversations", may("conversations.read"), s.listConversations()},
			{get, sub + "/conversations/{conversation}", may("conversations.read"), s.getConversation()},
			{patch, sub + "/conversations/{conversation}", may("messages.send"), s.patchConversation()},
			{get, sub + "/conversations/{conversation}/messages", may("conversations.read"), s.listMessages()},
		}},
		{"Messages", "Sending.", []route{
			{post, sub + "/messages", may("messages.send"), s.sendMessage()},
			{post, sub + "/messages/{message}/retry", may("messages.send"), s.retryMessage()},
		}},
		{"Members", "The people who work in a sub-account, or for the agency.", []route{
			{get, sub + "/members", may("members.read"), s.listMembers()},
			{get, sub + "/members/{member}", may("members.read"), s.getMember()},
			{patch, sub + "/members/{member}", may("members.manage"), s.patchMember()},
			{del, sub + "/members/{member}", may("members.manage"), s.removeMember()},
			{get, agency + "/members", may("agency.members.read"), s.listAgencyMembers()},
			{get, agency + "/members/{member}", may("agency.members.read"), s.getAgencyMember()},
			{patch, agency + "/members/{member}", may("agency.members.manage"), s.patchAgencyMember()},
			{del, agency + "/members/{member}", may("agency.members.manage"), s.removeAgencyMember()},
		}},
		{"Security", "Other people's sessions and passwords, and the agency's rules of signing in.", []route{
			{get, agency + "/security-policy", may("agency.members.read"), s.getPolicy()},
			{patch, agency + "/security-policy", may("agency.security.manage"), s.patchPolicy()},
			{get, agency + "/people/{person}/sessions", may("agency.members.manage"), s.listPersonSessions()},
			{del, agency + "/people/{person}/sessions/{session}", may("agency.members.manage"), s.endPersonSession()},
			{post, agency + "/people/{person}/password-reset", may("agency.members.manage"), s.issuePersonReset()},
			{del, agency + "/people/{person}/second-factor", may("agency.members.manage"), s.resetSecondFactor()},
			{get, sub + "/members/{member}/sessions", may("members.manage"), s.listMemberSessions()},
			{del, sub + "/members/{member}/sessions/{session}", may("members.manage"), s.endMemberSession()},
			{post, sub + "/members/{member}/password-reset", may("members.manage"), s.issueMemberReset()},
		}},
		{"Invitations", "Asking people in.", []route{
			{get, sub + "/invitations", may("members.manage"), s.listInvitations()},
			{post, sub + "/invitations", may("members.manage"), s.createInvitation()},
			{post, sub + "/invitations/{invitation}/resend", may("members.manage"), s.resendInvitation()},
			{del, sub + "/invitations/{invitation}", may("members.manage"), s.revokeInvitation()},
			{get, agency + "/invitations", may("agency.members.manage"), s.listAgencyInvitations()},
			{post, agency + "/invitations", may("agency.members.manage"), s.createAgencyInvitation()},
			{post, agency + "/invitations/{invitation}/resend", may("agency.members.manage"), s.resendAgencyInvitation()},
			{del, agency + "/invitations/{invitation}", may("agency.members.manage"), s.revokeAgencyInvitation()},
		}},
		{"Roles", "What people may do, and whose records they reach.", []route{
			{get, v1 + "/permissions", known, s.listPermissions()},
			{get, sub + "/roles", may("members.read"), s.listRoles()},
			{get, agency + "/roles", may("agency.members.read"), s.listAgencyRoles()},
			{post, agency + "/roles", may("agency.roles.manage"), s.createRole()},
			{get, agency + "/roles/{role}", may("agency.members.read"), s.getRole()},
			{patch, agency + "/roles/{role}", may("agency.roles.manage"), s.patchRole()},
			{del, agency + "/roles/{role}", may("agency.roles.manage"), s.deleteRole()},
		}},
		{"Teams", "Some of a sub-account's people, who share what belongs to any of them.", []route{
			{get, sub + "/teams", may("members.read"), s.listTeams()},
			{post, sub + "/teams", may("teams.manage"), s.createTeam()},
			{get, sub + "/teams/{team}", may("members.read"), s.getTeam()},
			{patch, sub + "/teams/{team}", may("teams.manage"), s.patchTeam()},
			{del, sub + "/teams/{team}", may("teams.manage"), s.deleteTeam()},
		}},
		{"Audit", "Who did what to which record.", []route{
			{get, sub + "/audit", may("audit.read"), s.listAudit()},
			{get, sub + "/audit/chain", may("audit.read"), s.getAuditChain()},
			{get, sub + "/audit/policy", may("audit.read"), s.getAuditPolicy()},
			{patch, sub + "/audit/policy", may("audit.manage"), s.patchAuditPolicy()},
			{get, agency + "/audit", may("agency.audit.read"), s.listAgencyAudit()},
			{get, v1 + "/audit/keys", open, s.listAuditKeys()},
		}},
		{"Webhooks", "Telling other systems what happens.", []route{
			{get, sub + "/webhooks", may("webhooks.manage"), s.listWebhooks()},
			{post, sub + "/webhooks", may("webhooks.manage"), s.createWebhook()},
			{get, sub + "/webhooks/{webhook}", may("webhooks.manage"), s.getWebhook()},
			{patch, sub + "/webhooks/{webhook}", may("webhooks.manage"), s.patchWebhook()},
			{del, sub + "/webhooks/{webhook}", may("webhooks.manage"), s.deleteWebhook()},
			{post, sub + "/webhooks/{webhook}/secret", may("webhooks.manage"), s.rotateWebhookSecret()},
			{post, sub + "/webhooks/{webhook}/ping", may("webhooks.manage"), s.pingWebhook()},
			{post, sub + "/webhooks/{webhook}/replay", may("webhooks.manage"), s.replayWebhook()},
			{get, sub + "/webhooks/{webhook}/deliveries", may("webhooks.manage"), s.listDeliveries()},
			{get, sub + "/webhooks/{webhook}/deliveries/{delivery}", may("webhooks.manage"), s.getDelivery()},
			{post, sub + "/webhooks/{webhook}/deliveries/{delivery}/replay", may("webhooks.manage"), s.replayDelivery()},
		}},
		{"Jobs", "Work that happens after a request, and events that could not be taken.", []route{
			{get, sub + "/jobs", may("jobs.manage"), s.listJobs()},
			{post, sub + "/jobs/replay", may("jobs.manage"), s.replayJobs()},
			{get, sub + "/jobs/{job}", may("jobs.manage"), s.getJob()},
			{post, sub + "/jobs/{job}/replay", may("jobs.manage"), s.replayJob()},
			{post, sub + "/jobs/{job}/cancel", may("jobs.manage"), s.cancelJob()},
			{get, sub + "/parked-events", may("jobs.manage"), s.listParkedEvents()},
			{post, sub + "/parked-events/replay", may("jobs.manage"), s.replayEvents()},
			{get, sub + "/parked-work", may("jobs.manage"), s.getParkedWork()},
			{get, agency + "/parked-work", may("agency.jobs.read"), s.listParkedWork()},
		}},
		{"Events", "What happens, as it happens.", []route{
			{get, sub + "/events", may("conversations.read"), s.streamEvents()},
		}},
		{"Document", "This description.", []route{
			{get, v1 + "/openapi.json", open, s.getDocument()},
		}},
	}
}
