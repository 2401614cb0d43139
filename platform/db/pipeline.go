package db

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// pipeline is the connection of one transaction. Statements whose result nobody
// waits for (BEGIN, the tenant's setting, SAVEPOINT, RELEASE, those of Later)
// are kept back and travel with the next one that has a result, in one round
// trip (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html). The
// server gets all of them in the order in which they were given.
type pipeline struct {
	conn    *pgx.Conn
	waiting []statement
	opening int  // how much of what waits is the transaction's own beginning
	round   int  // how often what waited was sent
	begun   bool // the server has answered BEGIN, the first of all
	// lost is why statements that waited never ran, though the transaction goes
	// on: whatever its function makes of the error, it must not commit.
	lost error
	// another replaces a connection that proves dead on its first use.
	another func(ctx context.Context) (*pgx.Conn, error)
}

type statement struct {
	sql  string
	args []any
}

// begin is how every transaction begins; set is the sub-account that row level
// security lets it see, Nil for none.
func (p *pipeline) begin(set uuid.UUID) {
	p.later("begin")
	if set != uuid.Nil {
		p.tenant(set)
	}
	p.opening = len(p.waiting)
}

func (p *pipeline) tenant(set uuid.UUID) {
	p.later("select set_config('omnicrm.sub_account', $1, true)", set.String())
}

func (p *pipeline) later(sql string, args ...any) {
	p.waiting = append(p.waiting, statement{sql, args})
}

// failed tells whether the transaction is one that a statement has broken.
func (p *pipeline) failed() bool { return p.conn.PgConn().TxStatus() == 'E' }

// send sends what waits, then the queries, and has read the answers to what
// waited.
func (p *pipeline) send(ctx context.Context, queries []*pgx.QueuedQuery) (pgx.BatchResults, error) {
	if p.lost != nil {
		return nil, p.lost
	}
	for {
		results := p.conn.SendBatch(ctx, p.batch(queries))
		err := p.settle(results)
		if err == nil {
			p.clear()
			return results, nil
		}
		_ = results.Close() // the error is the one that we have
		// Without an answer to BEGIN nothing has happened: COMMIT is never among
		// the queries then (see end).
		if p.begun || !p.conn.IsClosed() || ctx.Err() != nil {
			p.clear()
			if !p.failed() {
				p.lost = err
			}
			return nil, err
		}
		if err := p.renew(ctx); err != nil {
			return nil, err
		}
	}
}

// renew goes on with another connection.
func (p *pipeline) renew(ctx context.Context) error {
	fresh, err := p.another(ctx)
	if err == nil {
		p.conn = fresh
	}
	return err
}

func (p *pipeline) clear() {
	p.waiting = p.waiting[:0]
	p.round++
}

// batch is built anew for each try: sending marks its queries.
func (p *pipeline) batch(queries []*pgx.QueuedQuery) *pgx.Batch {
	var b pgx.Batch
	for _, s := range p.waiting {
		b.Queue(s.sql, s.args...)
	}
	for _, q := range queries {
		b.Queue(q.SQL, q.Arguments...).Fn = q.Fn
	}
	return &b
}

func (p *pipeline) settle(results pgx.BatchResults) error {
	for range p.waiting {
		if _, err := results.Exec(); err != nil {
			return err
		}
		p.begun = true
	}
	return nil
}

// flush sends what waits by itself.
func (p *pipeline) flush(ctx context.Context) error {
	if len(p.waiting) == 0 {
		return nil
	}
	results, err := p.send(ctx, nil)
	if err != nil {
		return err
	}
	return results.Close()
}

func (p *pipeline) exec(ctx context.Context, sql string, args []any) (pgconn.CommandTag, error) {
	if len(p.waiting) == 0 && p.lost == nil {
		return p.conn.Exec(ctx, sql, args...)
	}
	results, err := p.send(ctx, one(sql, args))
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := results.Exec()
	if closing := results.Close(); err == nil {
		err = closing
	}
	return tag, err
}

func (p *pipeline) query(ctx context.Context, sql string, args []any) (pgx.Rows, error) {
	if len(p.waiting) == 0 && p.lost == nil {
		return p.conn.Query(ctx, sql, args...)
	}
	results, err := p.send(ctx, one(sql, args))
	if err != nil {
		return brokenRows{err}, err
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close() // the error is the query's
		return rows, err
	}
	return &lastRows{Rows: rows, results: results}, nil
}

func one(sql string, args []any) []*pgx.QueuedQuery {
	return []*pgx.QueuedQuery{{SQL: sql, Arguments: args}}
}

// commit ends the transaction. BEGIN is never in one message with COMMIT, so
// that a connection that breaks before BEGIN is answered leaves no doubt.
func (p *pipeline) commit(ctx context.Context) error {
	if p.lost != nil {
		return p.lost
	}
	if !p.begun {
		if len(p.waiting) == p.opening {
			return nil // nothing was asked of the server
		}
		if err := p.flush(ctx); err != nil {
			return err
		}
	}
	tag, err := p.exec(ctx, "commit", nil)
	if err == nil && tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	return err
}

// rollback undoes the transaction; what still waits is never sent.
func (p *pipeline) rollback(ctx context.Context) error {
	p.waiting = p.waiting[:0]
	if p.conn.PgConn().TxStatus() == 'I' {
		return nil
	}
	_, err := p.conn.Exec(ctx, "rollback")
	return err
}

// brokenRows is the answer to a query that never got one.
type brokenRows struct{ err error }

func (r brokenRows) Close()                                       {}
func (r brokenRows) Err() error                                   { return r.err }
func (r brokenRows) CommandTag() pgconn.CommandTag                { return pgconn.CommandTag{} }
func (r brokenRows) FieldDescriptions() []pgconn.FieldDescription { return nil }
func (r brokenRows) Next() bool                                   { return false }
func (r brokenRows) Scan(...any) error                            { return r.err }
func (r brokenRows) Values() ([]any, error)                       { return nil, r.err }
func (r brokenRows) RawValues() [][]byte                          { return nil }
func (r brokenRows) TypeMap() *pgtype.Map                         { return nil }
func (r brokenRows) Conn() *pgx.Conn                              { return nil }

// lastRows is the answer to the last query of a batch, and ends the batch.
type lastRows struct {
	pgx.Rows
	results pgx.BatchResults
	closed  bool
	err     error
}

func (r *lastRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *lastRows) Close() {
	r.Rows.Close()
	if r.closed {
		return
	}
	r.closed = true
	r.err = r.results.Close()
}

func (r *lastRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.err
}

// row is the first of some rows, as pgx.Row has it.
type row struct{ rows pgx.Rows }

func (r row) Scan(dest ...any) error {
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
