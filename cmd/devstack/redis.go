package main

import (
	"context"
	"errors"
	"os"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

func redisService(k *kept) service {
	return service{name: "redis", start: func(ctx context.Context, log *os.File) (server, error) {
		s, err := parts.StartRedis(ctx, parts.RedisOptions{Port: k.Ports["redis"], Log: log})
		if errors.Is(err, parts.ErrNoRedis) {
			return parts.StartMiniredis(k.Ports["redis"])
		}
		if err != nil {
			return nil, err
		}
		return s, nil
	}}
}
