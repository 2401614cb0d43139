package faults_test

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/omnicrm/omnicrm/test/faults/stack"
)

// verdicts are told once everything has run, so that they stand at the end of a
// long output.
var verdicts struct {
	sync.Mutex
	told []string
}

func verdict(text string) {
	verdicts.Lock()
	defer verdicts.Unlock()
	verdicts.told = append(verdicts.told, text)
}

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard()) // envtest's helpers would say nothing worth reading
	code := m.Run()
	stack.Clean()
	for _, text := range verdicts.told {
		fmt.Println(text)
	}
	os.Exit(code)
}
