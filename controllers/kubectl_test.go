package controllers_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// kubectl runs the real one; it gives what was printed, and whether it was content.
type kubectl struct{ program, config string }

func newKubectl(ctx context.Context, dir string) kubectl {
	GinkgoHelper()
	assets, err := parts.KubeAssets(ctx, GinkgoWriter)
	Expect(err).NotTo(HaveOccurred())
	k := kubectl{filepath.Join(assets, "kubectl"), filepath.Join(dir, "kubeconfig")}
	Expect(clientcmd.WriteToFile(kubeconfigOf(the.config), k.config)).To(Succeed())
	return k
}

func kubeconfigOf(cfg *rest.Config) clientcmdapi.Config {
	return clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{"c": {Server: cfg.Host, CertificateAuthorityData: cfg.CAData}},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{"u": {
			ClientCertificateData: cfg.CertData, ClientKeyData: cfg.KeyData,
		}},
		Contexts: map[string]*clientcmdapi.Context{"x": {Cluster: "c", AuthInfo: "u"}}, CurrentContext: "x",
	}
}

func (k kubectl) run(ctx context.Context, manifest string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, k.program, append([]string{"--kubeconfig", k.config}, args...)...)
	cmd.Stdin = strings.NewReader(manifest)
	cmd.Env = append(os.Environ(), "KUBECTL_EXTERNAL_DIFF=diff -u")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var _ = Describe("kubectl and a GitOps tool", Ordered, func() {
	var k kubectl
	var s *v1alpha1.DatabaseServer
	var manifest, name string
	BeforeAll(func(ctx SpecContext) {
		k = newKubectl(ctx, GinkgoT().TempDir())
		s = server(ctx, MakeServer("gitops"))
		name = unique("gitops")
		manifest = strings.NewReplacer("$name", name, "$server", s.Name).Replace(`
apiVersion: omnicrm.io/v1alpha1
kind: Agency
metadata:
  name: $name
  labels: {argocd.argoproj.io/instance: resellers}
  annotations: {argocd.argoproj.io/tracking-id: "resellers:omnicrm.io/Agency:/$name"}
spec:
  displayName: GitOps
  owner: {email: ada@gitops.example}
  hosts: [$name.example]
  databaseServerRef: {name: $server}
`)
	})
	apply := func(ctx context.Context, text string, args ...string) (string, error) {
		return k.run(ctx, text, append([]string{"apply", "--server-side", "--field-manager=argocd-controller", "-f", "-"}, args...)...)
	}

	It("rehearses on the server, applies, waits, and sees no difference afterwards", func(ctx SpecContext) {
		out, err := apply(ctx, manifest, "--dry-run=server")
		Expect(err).NotTo(HaveOccurred(), out)
		Expect(out).To(ContainSubstring("serverside-applied (server dry run)"))
		out, err = k.run(ctx, "", "get", "agency", name)
		Expect(err).To(HaveOccurred(), out)

		out, err = apply(ctx, strings.Replace(manifest, "name: "+name+"\n", "name: Not_A_Name\n", 1), "--dry-run=server")
		Expect(err).To(HaveOccurred())
		Expect(out).To(ContainSubstring("metadata.name"))

		out, err = apply(ctx, manifest)
		Expect(err).NotTo(HaveOccurred(), out)
		out, err = k.run(ctx, "", "wait", "agency/"+name, "--for=condition=Ready", "--timeout="+patience.String())
		Expect(err).NotTo(HaveOccurred(), out)
		Eventually(func() error { // it asks twice, and a status may be written in between
			out, err = k.run(ctx, manifest, "diff", "--server-side", "--field-manager=argocd-controller", "-f", "-")
			return err
		}).Should(Succeed(), func() string { return "a GitOps tool would be out of sync: " + out })
		out, err = k.run(ctx, "", "get", "ag", name)
		Expect(err).NotTo(HaveOccurred(), out)
		Expect(out).To(MatchRegexp(`NAME\s+READY\s+.*AGE`))
		Expect(out).To(MatchRegexp(name + `\s+True\s+Ready`))
		out, err = k.run(ctx, "", "get", "omnicrm", "-A")
		Expect(err).NotTo(HaveOccurred(), out)
		Expect(out).To(ContainSubstring("agency.omnicrm.io/" + name))
	})

	It("waits for the verdict on the new spec, not the old one's", func(ctx SpecContext) {
		taken := unique("gitops-taken") + ".example"
		holder := MakeAgency("gitops-holder", s.Name).Hosts(taken).Obj()
		create(ctx, holder)
		waitReady(ctx, holder)
		out, err := apply(ctx, strings.Replace(manifest, "hosts: [", "hosts: ["+taken+", ", 1))
		Expect(err).NotTo(HaveOccurred(), out)
		out, err = k.run(ctx, "", "wait", "agency/"+name, "--for=condition=Stalled", "--timeout="+patience.String())
		Expect(err).NotTo(HaveOccurred(), out)
		out, err = k.run(ctx, "", "wait", "agency/"+name, "--for=condition=Ready", "--timeout=0s")
		Expect(err).To(HaveOccurred(), out)
		out, err = apply(ctx, manifest)
		Expect(err).NotTo(HaveOccurred(), out)
		out, err = k.run(ctx, "", "wait", "agency/"+name, "--for=condition=Ready", "--timeout="+patience.String())
		Expect(err).NotTo(HaveOccurred(), out)
	})

	It("keeps its fields, and hears whom it has taken fields from", func(ctx SpecContext) {
		a := &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Name: name}}
		Expect(reload(ctx, a)).To(Succeed())
		namespace := "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + a.Status.Namespace + "\n  labels:\n    team: resellers\n"
		out, err := apply(ctx, namespace)
		Expect(err).NotTo(HaveOccurred(), out)

		By("refusing to take ours unasked")
		out, err = apply(ctx, namespace+"    pod-security.kubernetes.io/enforce: baseline\n")
		Expect(err).To(HaveOccurred())
		Expect(out).To(ContainSubstring(`conflict with "omnicrm-operator"`))

		By("taking them back with the name of who took them")
		out, err = apply(ctx, namespace+"    pod-security.kubernetes.io/enforce: baseline\n", "--force-conflicts")
		Expect(err).NotTo(HaveOccurred(), out)
		Eventually(func() []string { return notesOf(ctx, a, phase.ReasonDriftMended) }).Should(ContainElement(And(
			ContainSubstring("argocd-controller"), ContainSubstring("pod-security"))))
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: a.Status.Namespace}}
		Eventually(func() map[string]string { _ = reload(ctx, ns); return ns.Labels }).Should(And(
			HaveKeyWithValue("pod-security.kubernetes.io/enforce", "restricted"), HaveKeyWithValue("team", "resellers")))
		Expect(reload(ctx, a)).To(Succeed())
		Expect(a.Labels).To(HaveKey("argocd.argoproj.io/instance"))
		Expect(a.Annotations).To(HaveKey("argocd.argoproj.io/tracking-id"))
		Expect(a.Finalizers).To(ContainElement(v1alpha1.Finalizer))
	})
})
