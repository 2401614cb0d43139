package parts_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

func redisClient(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestEveryTestGetsARedisOfItsOwn(t *testing.T) {
	t.Parallel()
	one, two := redisClient(t, parts.Redis(t)), redisClient(t, parts.Redis(t))
	if err := one.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n, err := two.Exists(t.Context(), "k").Result(); err != nil || n != 0 {
		t.Fatalf("the other sees it: %d, %v", n, err)
	}
}

func TestARestartedRedisIsEmptyOnTheSameAddress(t *testing.T) {
	t.Parallel()
	server := parts.RedisServerFor(t)
	client := redisClient(t, server.URL)
	if err := client.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Fatal("it still answers")
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := client.Exists(t.Context(), "k").Result(); err != nil || n != 0 {
		t.Fatalf("it still has the key: %d, %v", n, err)
	}
}

func TestAFlushedRedisIsEmptyAndGoesOn(t *testing.T) {
	t.Parallel()
	server := parts.RedisServerFor(t)
	client := redisClient(t, server.URL)
	if err := client.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := server.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := client.Exists(t.Context(), "k").Result(); err != nil || n != 0 {
		t.Fatalf("it still has the key: %d, %v", n, err)
	}
}
