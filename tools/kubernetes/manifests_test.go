// Package kubernetes_test builds deploy/kubernetes with kustomize and decodes the objects into the
// types of Kubernetes and of the Prometheus operator. It is a module of its own because of its
// dependencies.
package kubernetes_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
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

// build returns the objects of the base. It fails for unknown fields.
func build(t *testing.T) manifests {
	t.Helper()
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(root, "deploy/kubernetes"))
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

func TestPodsAreRestricted(t *testing.T) {
	for name, deployment := range build(t).deployments {
		pod := deployment.Spec.Template.Spec
		require.False(t, *pod.AutomountServiceAccountToken, name)
		require.False(t, *pod.EnableServiceLinks, name)
		require.False(t, pod.HostNetwork || pod.HostPID || pod.HostIPC, name)
		require.True(t, *pod.SecurityContext.RunAsNonRoot, name)
		require.Equal(t, int64(65532), *pod.SecurityContext.RunAsUser, name)
		require.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type, name)
		for _, container := range pod.Containers {
			require.False(t, *container.SecurityContext.AllowPrivilegeEscalation, name)
			require.True(t, *container.SecurityContext.ReadOnlyRootFilesystem, name)
			require.Equal(t, []corev1.Capability{"ALL"}, container.SecurityContext.Capabilities.Drop, name)
			require.Empty(t, container.SecurityContext.Capabilities.Add, name)
			require.Nil(t, container.SecurityContext.Privileged, name)
			require.Equal(t, int64(512<<20), container.Resources.Limits.Memory().Value(), name)
			require.NotEmpty(t, container.LivenessProbe, name)
			require.NotEmpty(t, container.ReadinessProbe, name)
		}
	}
}

func TestImageIsOfThisVersion(t *testing.T) {
	exporter := build(t).deployments["marketplace-exporter"].Spec.Template.Spec.Containers[0]
	require.Equal(t, "registry.example.com/marketplace_exporter:"+strings.TrimSpace(read(t, "VERSION")), exporter.Image)
}

// Each label and port that one object refers to must be that of another.
func TestObjectsReferToEachOther(t *testing.T) {
	m := build(t)
	deployment, service := m.deployments["marketplace-exporter"], m.services["marketplace-exporter"]
	labels := deployment.Spec.Template.Labels
	require.Equal(t, map[string]string{"app.kubernetes.io/name": "marketplace-exporter"}, labels)
	require.Equal(t, labels, deployment.Spec.Selector.MatchLabels)
	require.Equal(t, labels, service.Spec.Selector)
	require.Equal(t, labels, m.budgets["marketplace-exporter"].Spec.Selector.MatchLabels)
	require.Equal(t, labels, m.policies["marketplace-exporter"].Spec.PodSelector.MatchLabels)
	monitor := m.monitors["marketplace-exporter"].Spec
	require.Equal(t, service.Labels, monitor.Selector.MatchLabels)

	container := deployment.Spec.Template.Spec.Containers[0]
	port := container.Ports[0]
	require.Equal(t, int32(9847), port.ContainerPort)
	require.Equal(t, port.Name, service.Spec.Ports[0].TargetPort.String())
	require.Equal(t, service.Spec.Ports[0].Name, monitor.Endpoints[0].Port)
	require.Equal(t, port.Name, m.policies["marketplace-exporter"].Spec.Ingress[0].Ports[0].Port.String())
	require.Equal(t, port.Name, container.LivenessProbe.HTTPGet.Port.String())
	require.Equal(t, port.Name, container.ReadinessProbe.HTTPGet.Port.String())
}

func TestPrometheusScrapesAsInTheDocumentedConfiguration(t *testing.T) {
	endpoint := build(t).monitors["marketplace-exporter"].Spec.Endpoints[0]
	require.Equal(t, monitoringv1.Duration("15s"), endpoint.Interval)
	require.Equal(t, monitoringv1.Duration("10s"), endpoint.ScrapeTimeout)
	require.True(t, endpoint.HonorLabels)
	labels := map[string]string{}
	for _, relabeling := range endpoint.RelabelConfigs {
		labels[relabeling.TargetLabel] = *relabeling.Replacement
	}
	require.Equal(t, map[string]string{"job": "marketplace_exporter", "environment": "production"}, labels)
}

func TestRulesAreThoseOfTheFiles(t *testing.T) {
	rules := build(t).rules
	paths, err := filepath.Glob(filepath.Join(root, "rules", "*.yml"))
	require.NoError(t, err)
	files := 0
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yml")
		if strings.HasPrefix(name, "overrides") {
			continue
		}
		files++
		var want monitoringv1.PrometheusRuleSpec
		require.NoError(t, yaml.UnmarshalStrict([]byte(read(t, "rules/"+name+".yml")), &want))
		require.NotEmpty(t, want.Groups, name)
		require.Equal(t, want, rules["marketplace-"+strings.ReplaceAll(name, "_", "-")].Spec, name)
	}
	require.Len(t, rules, files)
}

// kubectl apply keeps a copy of an object in an annotation of at most 256 KiB.
func TestRulesFitIntoAnAnnotation(t *testing.T) {
	for name, rule := range build(t).rules {
		text, err := yaml.Marshal(rule)
		require.NoError(t, err)
		require.Less(t, len(text), 200<<10, name)
	}
}

func TestAlertmanagerFindsItsFiles(t *testing.T) {
	secret := build(t).secrets["marketplace-alertmanager"].StringData
	templates, err := filepath.Glob(filepath.Join(root, "alertmanager", "templates", "*.tmpl"))
	require.NoError(t, err)
	require.Len(t, secret, 1+len(templates))
	for _, path := range templates {
		name := filepath.Base(path)
		require.Equal(t, read(t, "alertmanager/templates/"+name), secret[name])
	}
	config := secret["alertmanager.yaml"]
	for _, file := range regexp.MustCompile(`/etc/alertmanager/[a-z]+/\S+`).FindAllString(config, -1) {
		require.Regexp(t, `^/etc/alertmanager/(config/\*\.tmpl|secrets/marketplace-notifications/[\w.*]+)$`, file)
	}
	require.Contains(t, config, "- /etc/alertmanager/config/*.tmpl\n")
	require.NotRegexp(t, `[^/]templates/\*`, config)
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestExamplesAreValid(t *testing.T) {
	var prometheus monitoringv1.Prometheus
	var alertmanager monitoringv1.Alertmanager
	var overlay types.Kustomization
	blocks := yamlBlock.FindAllStringSubmatch(read(t, "deploy/kubernetes/README.md"), -1)
	require.Len(t, blocks, 3)
	for i, object := range []any{&overlay, &prometheus, &alertmanager} {
		require.NoError(t, yaml.UnmarshalStrict([]byte(blocks[i][1]), object))
	}
	m := build(t)
	require.Equal(t, "v"+strings.TrimSpace(read(t, "VERSION")), regexp.MustCompile(`ref=(.*)`).FindStringSubmatch(overlay.Resources[0])[1])
	require.Equal(t, "registry.example.com/marketplace_exporter", overlay.Images[0].Name)
	require.Equal(t, "production", prometheus.Spec.ExternalLabels["environment"])
	require.Contains(t, m.secrets, alertmanager.Spec.ConfigSecret)
	require.Contains(t, m.secrets["marketplace-alertmanager"].StringData["alertmanager.yaml"], "/"+alertmanager.Spec.Secrets[0]+"/")
}
