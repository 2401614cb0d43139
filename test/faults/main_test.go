package faults_test

import (
	"os"
	"testing"

	"github.com/omnicrm/omnicrm/test/faults/stack"
)

func TestMain(m *testing.M) {
	code := m.Run()
	stack.Clean()
	os.Exit(code)
}
