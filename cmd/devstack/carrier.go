package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// sandboxService runs the carrier with the numbers that the samples name on
// the reseller's account.
func sandboxService(s state, k *kept, numbers []string) service {
	return service{name: "sandbox", start: func(ctx context.Context, log *os.File) (server, error) {
		address := "127.0.0.1:" + strconv.Itoa(k.Ports["sandbox"])
		double, err := carrier.New(carrier.Options{ //nolint:contextcheck // it lives until Close, not as long as its start
			Journal: s.path("carrier.jsonl"),
			Account: carrier.Account{SID: k.CarrierSID, Token: k.CarrierToken},
			Numbers: numbers, PublicURL: "http://" + address,
			Logger: slog.New(slog.NewTextHandler(log, nil)),
		})
		if err != nil {
			return nil, err
		}
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil {
			return nil, errors.Join(err, double.Close())
		}
		return inProcess(ctx, func(ctx context.Context) error { return serveCarrier(ctx, double, listener) }), nil
	}}
}

func serveCarrier(ctx context.Context, double *carrier.Carrier, listener net.Listener) error {
	server := &http.Server{Handler: double.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	err := server.Serve(listener)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, double.Close())
}
