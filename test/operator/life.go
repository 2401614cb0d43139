package operator

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/omnicrm/omnicrm/controllers"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/platform/limit"
)

// Life is one operator, from its start to its end.
type Life struct {
	Directory *directory.Service
	Access    *access.Service

	stage *Stage
	board *board
	stop  context.CancelFunc
	ended chan struct{}
}

// Start starts an operator that dies at the point; nil lets it live. The one before must have been stopped. It ends
// with ctx at the latest.
func (s *Stage) Start(ctx context.Context, at *Point) (*Life, error) {
	l := &Life{stage: s, board: newBoard(at), ended: make(chan struct{})}
	ctx, l.stop = context.WithCancel(ctx)
	control, err := db.NewControl(ctx, s.controlDSN)
	if err != nil {
		return nil, err
	}
	mgr, transport, err := l.manager(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.setup(mgr, control, transport); err != nil {
		return nil, err
	}
	s.tenants.serve(l.board)
	s.control.serve(l.board)
	go func() {
		select {
		case <-l.board.death:
		case <-ctx.Done():
		}
		l.board.crash()
		s.tenants.cut()
		s.control.cut()
		l.stop()
	}()
	go func() {
		defer close(l.ended)
		_ = mgr.Start(ctx) // whatever a dying manager says
		transport.CloseIdleConnections()
		control.Close()
	}()
	return l, nil
}

// Died is closed when the fault has struck and the operator is dead.
func (l *Life) Died() <-chan struct{} { return l.board.death }

// Stop ends the operator as a crash does and waits until nothing of it runs. Stopping twice is fine.
func (l *Life) Stop() {
	l.board.crash()
	<-l.ended
}

// Calls are the calls so far that changed something; struck tells whether the fault was among them.
func (l *Life) Calls() (calls []Call, struck bool) { return l.board.record() }

func (l *Life) manager(ctx context.Context) (ctrl.Manager, *http.Transport, error) {
	s := l.stage
	seen := rest.CopyConfig(s.Config)
	seen.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return seam{board: l.board, next: next, does: kubernetesCall(s.tenants.own)}
	})
	options := kube.ManagerOptions()
	options.Metrics = metricsserver.Options{BindAddress: "0"}
	options.Logger = s.logger()
	options.BaseContext = func() context.Context { return ctx }
	options.Controller = config.Controller{SkipNameValidation: ptr.To(true)} // one life after another
	mgr, err := ctrl.NewManager(seen, options)
	return mgr, http.DefaultTransport.(*http.Transport).Clone(), err //nolint:forcetypeassert // it is one
}

func (s *Stage) logger() logr.Logger {
	ctrl.SetLogger(logr.Discard()) // what doesn't ask the manager
	return funcr.New(func(prefix, args string) { _, _ = fmt.Fprintln(&s.Log, prefix, args) }, funcr.Options{LogTimestamp: true})
}

// setup gives the controllers their parts, as the product's wiring does.
func (l *Life) setup(mgr ctrl.Manager, control *db.Control, transport http.RoundTripper) error {
	s := l.stage
	twilio, err := sms.NewTwilio(sms.TwilioOptions{
		Origin: s.Carrier.URL, Transport: seam{board: l.board, next: transport, does: carrierCall},
	})
	if err != nil {
		return err
	}
	l.Directory, l.Access = s.modules(control)
	return controllers.SetupWithManager(mgr, controllers.Options{
		Clock: &s.clock, Namespace: Namespace, Postgres: &db.Provisioner{}, Migrate: db.MigrateTenant,
		Directory: l.Directory, Access: l.Access, Carrier: twilio, Metrics: prometheus.NewRegistry(),
		InvitationLink: func(host, token string) string { return "http://" + host + "/invitation/" + token },
		WebhookURL:     WebhookURL,
	})
}

// Token is the end of an invitation's link.
func Token(link string) string { return link[strings.LastIndexByte(link, '/')+1:] }

func (s *Stage) modules(control *db.Control) (*directory.Service, *access.Service) {
	auditor := audit.New(audit.Options{Control: control, Clock: &s.clock})
	places := directory.New(directory.Options{Control: control, Box: s.box, Clock: &s.clock, Auditor: auditor})
	return places, access.New(access.Options{
		Control: control, Box: s.box, Hasher: auth.NewHasher(auth.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 1024),
		Limiter: limit.New(nil, &s.clock), Clock: &s.clock, Directory: locations{places}, Auditor: auditor,
	})
}

// Modules are the directory and access over connections that no fault sees.
func (s *Stage) Modules() (*directory.Service, *access.Service) { return s.modules(s.Control) }

// locations answers access from the directory.
type locations struct{ *directory.Service }

func (p locations) Agency(ctx context.Context, id uuid.UUID) (access.AgencyInfo, error) {
	a, err := p.Service.Agency(ctx, id)
	return access.AgencyInfo{ID: a.ID, Name: a.DisplayName, Status: a.Status}, err
}

func (p locations) Account(ctx context.Context, id uuid.UUID) (access.Account, error) {
	a, err := p.SubAccount(ctx, id)
	return access.Account{ID: a.ID, Agency: a.Agency, Name: a.DisplayName, Status: a.Status}, err
}

func (p locations) Accounts(context.Context, uuid.UUID) ([]access.Account, error) { return nil, nil }
