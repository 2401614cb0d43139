package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// stack is one run of the platform.
type stack struct {
	state   state
	kept    *kept
	console *console
	super   *supervisor
	freely  bool     // take any free ports
	told    []string // what the product's processes are told besides, as NAME=value
}

// up runs the stack until ctx ends.
func up(ctx context.Context) error {
	s, err := newStack(devFolder(), false)
	if err != nil {
		return err
	}
	return s.hold(ctx, func(result) error {
		<-ctx.Done()
		s.console.line("")
		return nil
	})
}

// devFolder is where the stack keeps its state, below the work tree;
// OMNICRM_DEV_DIR names another, for a second stack beside the first.
func devFolder() string {
	if dir := os.Getenv("OMNICRM_DEV_DIR"); dir != "" {
		return dir
	}
	return ".dev"
}

func newStack(dir string, freely bool) (*stack, error) {
	tree, err := parts.Tree()
	if err != nil {
		return nil, err
	}
	// Paths in the samples, the Makefile and the logs are the work tree's.
	if err := os.Chdir(tree); err != nil {
		return nil, err
	}
	ctrl.SetLogger(logr.Discard()) // what envtest's helpers would say is told by the steps
	s := &stack{state: state{tree: tree, dir: filepath.Join(tree, dir)}, console: &console{out: os.Stdout}, freely: freely}
	s.super = &supervisor{state: s.state, console: s.console}
	return s, nil
}

// hold brings the stack up, hands it to use, and takes everything down again.
func (s *stack) hold(ctx context.Context, use func(result) error) error {
	unlock, pid, ok, err := s.state.lock()
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("a development stack of this work tree runs already (process %d).\n"+
			"  make dev-down stops it; its addresses are in %s", pid, s.state.tell(s.state.path("env")))
	}
	defer unlock()
	defer func() { _ = os.Remove(s.state.path("env")) }()
	_ = os.Remove(s.state.path("env"))
	defer s.super.stop()
	if s.kept, err = s.state.open(); err != nil {
		return err
	}
	s.kept.Told = s.told
	if err := s.prepare(ctx); err != nil {
		return stoppedOr(ctx, err)
	}
	r, err := s.run(ctx)
	if err != nil {
		return stoppedOr(ctx, err)
	}
	return use(r)
}

// stoppedOr is nil when a person stopped the stack while it was coming up.
func stoppedOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// prepare fetches and builds what the stack runs.
func (s *stack) prepare(ctx context.Context) error {
	s.console.line("OmniCRM development stack; its state is in %s", s.state.tell(s.state.dir))
	if err := s.console.step("tools", func() (string, error) { return preflight(ctx) }); err != nil {
		return err
	}
	if err := s.console.step("Redis", func() (string, error) { return installRedis(ctx) }); err != nil {
		return err
	}
	assets, err := fetch(ctx, s.console)
	if err != nil {
		return err
	}
	err = s.console.longStep("build", func() string { return lastLine(s.state.path("logs", "build.log")) },
		func() (string, error) { return build(ctx, s.state) })
	if err != nil {
		return err
	}
	if err := linkKubectl(s.state, assets); err != nil {
		return err
	}
	if err := choosePorts(ctx, s.kept, s.freely, s.console); err != nil {
		return err
	}
	return errors.Join(s.state.save(s.kept), s.startStores(ctx, assets))
}

// startStores starts what the product stands on.
func (s *stack) startStores(ctx context.Context, assets string) error {
	postgres, err := postgresService(s.state, s.kept)
	if err != nil {
		return err
	}
	for _, what := range []service{postgres, redisService(s.kept), kubeService(s.state, s.kept, assets)} {
		if err := s.start(ctx, what); err != nil {
			return err
		}
	}
	return s.console.step("control database", func() (string, error) {
		if err := createControl(ctx, s.kept); err != nil {
			return "", err
		}
		return "migrated", migrate(ctx, s.state, s.kept)
	})
}

func (s *stack) start(ctx context.Context, what service) error {
	return s.console.step(what.name, func() (string, error) { return "", s.super.start(ctx, what) })
}

// run starts the product, applies the samples and opens the owner's account.
func (s *stack) run(ctx context.Context) (result, error) {
	all, err := readSamples(s.state)
	if err != nil {
		return result{}, err
	}
	if err := all.onThisMachine(s.kept); err != nil {
		return result{}, err
	}
	var c *cluster
	err = s.console.step("custom resource definitions", func() (string, error) {
		c, err = openCluster(ctx, s.state)
		return "", err
	})
	if err != nil {
		return result{}, err
	}
	for _, what := range []service{
		janitorService(c), sandboxService(s.state, s.kept, all.numbers()),
		role(s.state, s.kept, "operator"), role(s.state, s.kept, "apiserver"), role(s.state, s.kept, "worker"),
	} {
		if err := s.start(ctx, what); err != nil {
			return result{}, err
		}
	}
	if all, err = s.provision(ctx, c, all); err != nil {
		return result{}, err
	}
	return s.finish(ctx, c, all)
}

// finish opens the account of the first agency's owner and tells the addresses.
func (s *stack) finish(ctx context.Context, c *cluster, all samples) (result, error) {
	agencies, accounts := all.of("Agency").ready(), all.of("SubAccount").ready()
	if len(agencies) == 0 || len(accounts) == 0 {
		return result{}, errors.New("of config/samples, at least one Agency and one SubAccount have to be Ready")
	}
	r := result{
		url:        "http://" + s.kept.address("apiserver"),
		agencyURL:  "http://" + s.kept.hostOf(agencies[0]),
		sandboxURL: s.kept.sandboxURL(), handsets: s.kept.sandboxURL() + "/handsets",
		subAccount: field(accounts[0], "status", "id"),
	}
	err := s.console.step("the owner's account", func() (detail string, err error) {
		r.account, err = c.openAccount(ctx, s.state, s.kept, agencies[0])
		return r.account.email, err
	})
	if err != nil {
		return result{}, err
	}
	if err := writeEnv(s.state, r.variables(s.state, s.kept)); err != nil {
		return result{}, err
	}
	r.tell(s.state, s.console)
	return r, nil
}

func hasRedis() bool {
	_, err := exec.LookPath("redis-server")
	return err == nil
}
