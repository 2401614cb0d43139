package carrier

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// entry is a line of the journal: one thing as it is now. The last line about a
// thing counts.
type entry struct {
	Account  *account `json:"account,omitempty"`
	Number   *number  `json:"number,omitempty"`
	Released string   `json:"released,omitempty"` // SID of a number given back
	Message  *Message `json:"message,omitempty"`
	Handset  *Handset `json:"handset,omitempty"`
	OptOut   *optOut  `json:"opt_out,omitempty"`
}

// journal keeps the state over a restart, even an abrupt one: each change is a
// line handed to the operating system at once. The zero keeps nothing.
type journal struct {
	file *os.File
	log  *slog.Logger
}

// openJournal reads the file into c, writes it anew without what is outdated,
// and leaves it open. A last line that was torn off is dropped.
func openJournal(path string, c *Carrier) (*journal, error) {
	j := &journal{log: c.log}
	if path == "" {
		return j, nil
	}
	if err := replay(path, c); err != nil {
		return nil, err
	}
	fresh, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("carrier: journal: %w", err)
	}
	j.file = fresh
	c.journal = j
	c.writeAll()
	if err := os.Rename(path+".new", path); err != nil {
		return nil, errors.Join(fmt.Errorf("carrier: journal: %w", err), fresh.Close())
	}
	return j, nil
}

func replay(path string, c *Carrier) error {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("carrier: journal: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if len(line) > 0 {
				c.log.Warn("the journal's last line was torn off and is dropped", "line", n)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("carrier: journal: %w", err)
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("carrier: journal %s, line %d: %w: mend or remove the file", path, n, err)
		}
		c.apply(e)
	}
}

func (c *Carrier) apply(e entry) {
	if e.Account != nil {
		put(&c.accounts, e.Account, func(a *account) string { return a.SID })
	}
	if e.Number != nil {
		put(&c.numbers, e.Number, func(n *number) string { return n.SID })
	}
	for i, n := range c.numbers {
		if n.SID == e.Released {
			c.numbers = append(c.numbers[:i:i], c.numbers[i+1:]...)
			break
		}
	}
	if m := e.Message; m != nil {
		if known := c.messages[m.SID]; known != nil {
			*known = *m
		} else {
			c.messages[m.SID] = m
			c.order = append(c.order, m)
		}
	}
	if e.Handset != nil {
		c.handsets[e.Handset.Number] = e.Handset
	}
	if o := e.OptOut; o != nil {
		c.optedOut[pair{o.Number, o.Handset}] = o.Out
	}
}

// put replaces the element of the same key or adds it at the end.
func put[T any](all *[]T, one T, key func(T) string) {
	for i := range *all {
		if key((*all)[i]) == key(one) {
			(*all)[i] = one
			return
		}
	}
	*all = append(*all, one)
}

func (c *Carrier) writeAll() {
	for _, a := range c.accounts {
		c.journal.write(entry{Account: a})
	}
	for _, n := range c.numbers {
		c.journal.write(entry{Number: n})
	}
	for _, h := range c.handsets {
		c.journal.write(entry{Handset: h})
	}
	for between, out := range c.optedOut {
		c.journal.write(entry{OptOut: &optOut{Number: between.Number, Handset: between.Handset, Out: out}})
	}
	for _, m := range c.order {
		c.journal.write(entry{Message: m})
	}
}

// write adds a line. The caller holds mu. A disk that is full stops the journal,
// loudly, and not the sandbox.
func (j *journal) write(e entry) {
	if j.file == nil {
		return
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if err != nil {
		j.log.Error("the carrier's journal can't be written; the state won't survive a restart", "error", err)
		_ = j.file.Close() // its error is the one just logged
		j.file = nil
	}
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
