package carrier

import "net/http"

type controlHandle func(pattern string, do func(r *http.Request) (int, any, error))

// controlSwitches are the parts of the control API that change how the carrier
// behaves.
func (c *Carrier) controlSwitches(handle controlHandle) {
	handle("GET /sandbox/faults", func(*http.Request) (int, any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return http.StatusOK, map[string]any{"faults": values(c.faults)}, nil
	})
	handle("POST /sandbox/faults", func(r *http.Request) (int, any, error) {
		f, err := decode[Fault](r)
		if err != nil {
			return 0, nil, err
		}
		id, err := c.Fault(f)
		return http.StatusCreated, map[string]string{"id": id}, err
	})
	handle("GET /sandbox/callbacks", func(*http.Request) (int, any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return http.StatusOK, map[string]any{"callbacks": values(c.rules)}, nil
	})
	handle("POST /sandbox/callbacks", func(r *http.Request) (int, any, error) {
		rule, err := decode[CallbackRule](r)
		if err != nil {
			return 0, nil, err
		}
		id, err := c.AddRule(rule)
		return http.StatusCreated, map[string]string{"id": id}, err
	})
	for path, clear := range map[string]func(id string) int{"faults": c.ClearFaults, "callbacks": c.ClearRules} {
		handle("DELETE /sandbox/"+path, func(*http.Request) (int, any, error) {
			return http.StatusOK, map[string]int{"cleared": clear("")}, nil
		})
		handle("DELETE /sandbox/"+path+"/{id}", func(r *http.Request) (int, any, error) {
			if clear(r.PathValue("id")) == 0 {
				return 0, nil, &controlError{Status: http.StatusNotFound, Field: "id", Message: "no such rule"}
			}
			return http.StatusOK, map[string]int{"cleared": 1}, nil
		})
	}
	handle("GET /sandbox/settings", func(*http.Request) (int, any, error) { return c.settings() })
	handle("PATCH /sandbox/settings", func(r *http.Request) (int, any, error) {
		in, err := decode[struct {
			HonourStop *bool `json:"honour_stop"`
		}](r)
		if err != nil {
			return 0, nil, err
		}
		if in.HonourStop != nil {
			c.SetHonourStop(*in.HonourStop)
		}
		return c.settings()
	})
}

func (c *Carrier) settings() (int, any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return http.StatusOK, map[string]bool{"honour_stop": c.honourStop}, nil
}

func values[T any](pointers []*T) []T {
	out := make([]T, 0, len(pointers))
	for _, p := range pointers {
		out = append(out, *p)
	}
	return out
}
