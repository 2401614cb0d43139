package operator

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
)

// session is one connection through a wire.
type session struct {
	wire           *wire
	board          *board
	client, server net.Conn

	mu       sync.Mutex
	status   byte              // of the transaction, as the server last said: I, T, E
	prepared map[string]string // statement → SQL
	bound    string            // SQL of the statement that was bound last
	running  []string          // statements executed since the last Sync
	wrote    []string          // what the open transaction has changed
	awaited  []Moment          // of the round trips whose end has not come, in order
}

// finish ends the connection on both sides, as a crash does.
func (s *session) finish(error) {
	_ = s.client.Close()
	_ = s.server.Close()
}

func (s *session) requests() error {
	in := bufio.NewReader(s.client)
	for first := true; ; first = false {
		f, err := readFrame(in, first)
		if err != nil {
			return err
		}
		if ends, does := s.understand(f); ends {
			moment, err := s.board.begin(does)
			if moment == Before {
				s.wire.cut()
			}
			if err != nil {
				return err
			}
			s.mu.Lock()
			s.awaited = append(s.awaited, moment)
			s.mu.Unlock()
		}
		if _, err := s.server.Write(f.raw); err != nil {
			return err
		}
	}
}

// answers relays the server's messages. Those of a round trip at which the fault strikes are held until its end.
func (s *session) answers() error {
	in := bufio.NewReader(s.server)
	var held []byte
	for {
		f, err := readFrame(in, false)
		if err != nil {
			return err
		}
		moment := s.expected()
		over := f.kind == 'Z' && moment != nil
		if over {
			s.ended(f.body()[0])
		}
		held = append(held, f.raw...)
		switch {
		case moment == nil || *moment == "":
		case !over:
			continue
		case *moment == Lost:
			return io.EOF
		case *moment == Unanswered:
			s.board.crash()
			s.wire.cut()
			return io.EOF
		}
		if _, err := s.client.Write(held); err != nil {
			return err
		}
		held = held[:0]
		if moment != nil && *moment == Answered {
			s.board.crash()
			s.wire.cut()
			return io.EOF
		}
	}
}

func (s *session) expected() *Moment {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.awaited) == 0 {
		return nil
	}
	m := s.awaited[0]
	return &m
}

func (s *session) ended(status byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaited, s.status = s.awaited[1:], status
	if status == 'I' {
		s.wrote = nil
	}
}

// understand follows the client's messages. ends is true for the one that ends a round trip; does names what the round
// trip changes for good, "" for nothing.
func (s *session) understand(f frame) (ends bool, does string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch f.kind {
	case 'Q':
		s.running = append(s.running, text(f.body()))
		return true, s.effect()
	case 'P':
		name, rest, _ := bytes.Cut(f.body(), []byte{0})
		s.prepared[string(name)] = text(rest)
	case 'B':
		_, rest, _ := bytes.Cut(f.body(), []byte{0})
		s.bound = s.prepared[text(rest)]
	case 'E':
		s.running = append(s.running, s.bound)
	case 'S':
		return true, s.effect()
	}
	return false, ""
}

// effect names what the statements since the last Sync change for good: each outside of a transaction, all of the
// transaction at its commit.
func (s *session) effect() string {
	open := s.status == 'T'
	for _, sql := range s.running {
		switch verb, _, _ := strings.Cut(sql, " "); {
		case verb == "begin" || verb == "start":
			open = true
		case verb == "commit":
			open = false
		case writes(sql):
			s.wrote = append(s.wrote, shorten(s.wire.own.ReplaceAllString(sql, "…")))
		}
	}
	s.running = nil
	if open || len(s.wrote) == 0 || s.status == 'E' {
		return ""
	}
	return s.wire.name + ": " + s.wrote[0] + more(len(s.wrote)-1)
}

func more(n int) string {
	if n == 0 {
		return ""
	}
	return " …"
}

// text is a C string as one line in lower case, without comments.
func text(b []byte) string {
	raw, _, _ := bytes.Cut(b, []byte{0})
	plain := comment.ReplaceAllString(string(raw), " ")
	return strings.ToLower(strings.Join(strings.Fields(plain), " "))
}

var (
	comment = regexp.MustCompile(`--[^\n]*`)
	changer = regexp.MustCompile(`^(insert|update|delete|create|alter|drop|grant|revoke|comment|do|truncate|vacuum|reindex)\b`)
	inside  = regexp.MustCompile(`\b(insert into|update \w+ set|delete from)\b`)
	secret  = regexp.MustCompile(`'scram[^']*'`)
	uid     = regexp.MustCompile(`[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}`)
)

func writes(sql string) bool {
	return changer.MatchString(sql) || strings.HasPrefix(sql, "with") && inside.MatchString(sql)
}

func shorten(sql string) string {
	const most = 72
	sql = secret.ReplaceAllString(uid.ReplaceAllString(sql, "…"), "'…'")
	return sql[:min(len(sql), most)]
}
