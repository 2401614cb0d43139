package apiserver

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
)

const maxBody = 1 << 20

var errTooSlow = fault.New(fault.Unavailable, "request.timeout", "That took too long. Try again shortly.")

func (s *server) guard(r route, h http.Handler) http.Handler { return h }
func brandOf(a directory.Agency) Brand                       { return Brand{} }
func (s *server) auditPage(ctx context.Context, in *listAuditInput) (*auditOutput, error) {
	return nil, nil
}
func idempotencyParameter() *huma.Param {
	least := 1
	most := 255
	return &huma.Param{
		Name: "Idempotency-Key", In: "header",
		Description: "Makes the request safe to repeat: one of your own making, new for each intent.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &least, MaxLength: &most},
		Example:     "7f0a4f0e-6a0d-4b0a-9f0e-2f1d6c1b8a11",
	}
}
