package apiserver

import (
	"context"
	"io"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const exportWords = "JSON lines: a header, signed checkpoints, the entries in the order of their chain with the hashes of those that were left out, and a " +
	"signed seal. `omnicrm audit verify --file` checks it without a database, with the public keys alone. A file without its last line broke off: ask again. " +
	"The chain is signed first, and the export is recorded as audit.exported."

type exportAuditInput struct {
	InSub
	RecordFilter
}

type exportAgencyAuditInput struct {
	AuditFilter
	About uuid.UUID `query:"sub_account" format:"uuid" doc:"Only what is about this sub-account." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
}

func (s *server) exportAudit() operation {
	return op("export-audit", "Download changes with their proof", "What the list has, as a file that proves itself. "+exportWords,
		func(ctx context.Context, in *exportAuditInput) (*tableOutput, error) {
			file, err := s.Audit.Export(ctx, in.query(Paging{}))
			return auditFile(ctx, file, "audit.jsonl"), err
		}, download)
}

func (s *server) exportAgencyAudit() operation {
	return op("export-agency-audit", "Download changes of the administration with their proof",
		"What the list of the administration has, as a file that proves itself. "+exportWords,
		func(ctx context.Context, in *exportAgencyAuditInput) (*tableOutput, error) {
			file, err := s.Audit.ExportControl(ctx, tenancy.Tenant{Agency: callOf(ctx).agency.ID, SubAccount: in.About}, in.query(Paging{}))
			return auditFile(ctx, file, "agency audit.jsonl"), err
		}, download)
}

func auditFile(ctx context.Context, file *audit.Export, name string) *tableOutput {
	return &tableOutput{
		headersOf("application/jsonl", name),
		streamed(ctx, func(w io.Writer) error { return file.Write(ctx, w) }),
	}
}

func (s *server) getAgencyAuditChain() operation {
	return op("get-agency-audit-chain", "Read the chain of the administration's audit",
		"Where the agency's chain of hashes stands, and every signed checkpoint; see the chain of a sub-account.",
		func(ctx context.Context, _ *struct{}) (*chainOutput, error) {
			seq, hash, signed, err := s.Audit.ControlChain(ctx, callOf(ctx).agency.ID)
			return chainAnswer(seq, hash, signed), err
		})
}
