package bench_test

import (
	"os"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/omnicrm/omnicrm/test/faults/stack"
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard()) // envtest's helpers would say nothing worth reading
	code := m.Run()
	stack.Clean()
	os.Exit(code)
}
