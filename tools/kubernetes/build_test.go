// Package kubernetes_test builds deploy/kubernetes with kustomize and decodes the objects into the
// types of Kubernetes and of the Prometheus operator. It is a module of its own because of its
// dependencies.
package kubernetes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const root = "../.."

// manifests contains the objects by name.
type manifests struct {
	deployments map[string]appsv1.Deployment
	services    map[string]corev1.Service
	secrets     map[string]corev1.Secret
	policies    map[string]networkingv1.NetworkPolicy
	budgets     map[string]policyv1.PodDisruptionBudget
	monitors    map[string]monitoringv1.ServiceMonitor
	rules       map[string]monitoringv1.PrometheusRule
}

// build returns the objects of the base, the status page and the component for drains. It fails for
// unknown fields.
func build(t *testing.T) manifests {
	t.Helper()
	return decode(t, "namespace: monitoring\nresources: [BASE, BASE/status-page]\ncomponents: [BASE/drains]\n")
}

// base returns the objects of the base.
func base(t *testing.T) manifests {
	t.Helper()
	return decode(t, "resources: [BASE]\n")
}

// decode returns the objects of a kustomization, in which BASE is deploy/kubernetes.
func decode(t *testing.T, kustomization string) manifests {
	t.Helper()
	directory, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	absolute, err := filepath.Abs(filepath.Join(root, "deploy/kubernetes"))
	require.NoError(t, err)
	relative, err := filepath.Rel(directory, absolute)
	require.NoError(t, err)
	text := strings.ReplaceAll(kustomization, "BASE", relative)
	require.NoError(t, os.WriteFile(filepath.Join(directory, "kustomization.yaml"), []byte(text), 0o600))
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), directory)
	require.NoError(t, err)
	m := manifests{
		map[string]appsv1.Deployment{},
		map[string]corev1.Service{},
		map[string]corev1.Secret{},
		map[string]networkingv1.NetworkPolicy{},
		map[string]policyv1.PodDisruptionBudget{},
		map[string]monitoringv1.ServiceMonitor{},
		map[string]monitoringv1.PrometheusRule{},
	}
	decoders := map[string]func(name string, text []byte) error{
		"apps/v1 Deployment":                      into(m.deployments),
		"v1 Service":                              into(m.services),
		"v1 Secret":                               into(m.secrets),
		"networking.k8s.io/v1 NetworkPolicy":      into(m.policies),
		"policy/v1 PodDisruptionBudget":           into(m.budgets),
		"monitoring.coreos.com/v1 ServiceMonitor": into(m.monitors),
		"monitoring.coreos.com/v1 PrometheusRule": into(m.rules),
	}
	for _, object := range objects.Resources() {
		text, err := object.AsYAML()
		require.NoError(t, err)
		kind := object.GetApiVersion() + " " + object.GetKind()
		require.Contains(t, decoders, kind)
		require.NoError(t, decoders[kind](object.GetName(), text), "%s %s", kind, object.GetName())
		require.Equal(t, "monitoring", object.GetNamespace(), object.GetName())
	}
	return m
}

func into[T any](objects map[string]T) func(name string, text []byte) error {
	return func(name string, text []byte) error {
		var object T
		err := yaml.UnmarshalStrict(text, &object)
		objects[name] = object
		return err
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(text)
}
