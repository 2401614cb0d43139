package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// defaultPorts are what the stack listens on, all on 127.0.0.1, unless
// OMNICRM_DEV_PORT_<NAME> says otherwise. Zero takes any free one.
var defaultPorts = []struct {
	name string
	port int
}{
	{"apiserver", 8080},
	{"sandbox", 8090},
	{"postgres", 15432},
	{"redis", 16379},
	{"kube", 16443},
	{"etcd", 12379},
	{"apiserver-metrics", 19080},
	{"worker-metrics", 19081},
	{"operator-metrics", 19082},
}

// choosePorts prefers the variable, then the port of the last run, then the
// default, and falls back to a free one when that is taken.
func choosePorts(ctx context.Context, k *kept, anyFree bool, c *console) error {
	for _, d := range defaultPorts {
		variable := "OMNICRM_DEV_PORT_" + strings.ToUpper(strings.ReplaceAll(d.name, "-", "_"))
		if text := os.Getenv(variable); text != "" && !anyFree {
			port, err := strconv.Atoi(text)
			if err != nil || port < 1 || port > 65535 {
				return fmt.Errorf("%s=%q is no port", variable, text)
			}
			if !parts.PortFree(ctx, port) {
				return fmt.Errorf("%s=%d: something else listens there", variable, port)
			}
			k.Ports[d.name] = port
			continue
		}
		port := k.Ports[d.name]
		if port == 0 && !anyFree {
			port = d.port
		}
		if port != 0 && parts.PortFree(ctx, port) {
			k.Ports[d.name] = port
			continue
		}
		free, err := parts.FreePort(ctx)
		if err != nil {
			return err
		}
		if port != 0 {
			c.line("  !  port %d for %s is taken; using %d (%s overrides)", port, d.name, free, variable)
		}
		k.Ports[d.name] = free
	}
	return nil
}

func hex32() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	return hex.EncodeToString(b[:])
}
