package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/config"
	"github.com/omnicrm/omnicrm/platform/obs"
)

const (
	shutdownTimeout   = 25 * time.Second // below Kubernetes' 30 s of grace
	readHeaderTimeout = 10 * time.Second
)

// process is what every role has: its configuration, its log, its metrics.
type process struct {
	cfg      config.Config
	log      *slog.Logger
	clock    clock.Clock
	registry *prometheus.Registry
	metrics  prometheus.Gatherer // what /metrics shows; the registry, and in the operator controller-runtime's
}

// newProcess reads the configuration and demands the named variables.
func newProcess(role string, require ...string) (*process, error) {
	cfg, err := config.Load()
	if err != nil {
		return nil, err
	}
	if err := cfg.Require(require...); err != nil {
		return nil, err
	}
	log := obs.NewLogger(os.Stderr, cfg.LogLevel).With("role", role)
	slog.SetDefault(obs.NewLibraryLogger(log))
	registry := obs.NewRegistry()
	return &process{cfg: cfg, log: log, clock: clock.System(), registry: registry, metrics: registry}, nil
}

// run serves health and metrics beside the given parts, until ctx ends or one
// of them fails; then all of them are asked to stop and waited for.
func (p *process) run(ctx context.Context, role string, health obs.Health, parts ...func(context.Context) error) error {
	flush, err := obs.SetupTracing(ctx, "omnicrm-"+role)
	if err != nil {
		return err
	}
	p.log.InfoContext(ctx, "starting", "config", p.cfg)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.serve(ctx, p.cfg.MetricsListen, health.Handler(p.metrics)) })
	for _, part := range parts {
		group.Go(func() error { return part(ctx) })
	}
	err = group.Wait()
	fctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	p.log.InfoContext(fctx, "stopped")
	return errors.Join(err, flush(fctx))
}

// serve answers HTTP until ctx ends, then lets the requests in hand finish.
func (p *process) serve(ctx context.Context, address string, handler http.Handler) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
		ErrorLog:       slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
	}
	p.log.InfoContext(ctx, "listening", "address", listener.Addr().String())
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		sctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		stopped <- server.Shutdown(sctx)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
