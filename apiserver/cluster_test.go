package apiserver_test

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// cluster keeps custom resources in memory; platform/kube's own tests run the
// real thing.
type cluster struct {
	mu   sync.Mutex
	subs map[string]*v1alpha1.SubAccount
}

var (
	errNoResource = fault.New(fault.NotFound, "sub_account.unknown", "There is no such sub-account.")
	errNameTaken  = fault.New(fault.Conflict, "sub_account.exists", "The name is taken.").At("name", "Choose another.")
)

func (c *cluster) ListSubAccounts(_ context.Context, namespace string) (out []v1alpha1.SubAccount, _ error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.subs {
		if s.Namespace == namespace {
			out = append(out, *s)
		}
	}
	return out, nil
}

func (c *cluster) GetSubAccount(_ context.Context, namespace, name string) (*v1alpha1.SubAccount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.subs[namespace+"/"+name]; ok {
		return s.DeepCopy(), nil
	}
	return nil, errNoResource
}

func (c *cluster) CreateSubAccount(_ context.Context, s *v1alpha1.SubAccount) (*v1alpha1.SubAccount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := s.Namespace + "/" + s.Name
	if _, taken := c.subs[key]; taken {
		return nil, errNameTaken
	}
	if c.subs == nil {
		c.subs = map[string]*v1alpha1.SubAccount{}
	}
	s.UID, s.Generation = types.UID(uuid.NewString()), 1
	s.CreationTimestamp = metav1.NewTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	c.subs[key] = s.DeepCopy()
	return s, nil
}

func (c *cluster) PatchSubAccount(_ context.Context, namespace, name string, change func(*v1alpha1.SubAccount) error) (*v1alpha1.SubAccount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.subs[namespace+"/"+name]
	if !ok {
		return nil, errNoResource
	}
	changed := s.DeepCopy()
	if err := change(changed); err != nil {
		return nil, err
	}
	changed.Generation++
	c.subs[namespace+"/"+name] = changed
	return changed.DeepCopy(), nil
}

func (c *cluster) DeleteSubAccount(_ context.Context, namespace, name string, check func(*v1alpha1.SubAccount) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.subs[namespace+"/"+name]
	if !ok {
		return errNoResource
	}
	if err := check(s); err != nil {
		return err
	}
	delete(c.subs, namespace+"/"+name)
	return nil
}
