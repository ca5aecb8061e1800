package kubernetes_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

func TestPodsAreRestricted(t *testing.T) {
	deployments := build(t).deployments
	require.Len(t, deployments, 2)
	for name, deployment := range deployments {
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
			require.NotEmpty(t, container.LivenessProbe, name)
			require.NotEmpty(t, container.ReadinessProbe, name)
		}
	}
}

// The exporter computes the limit of the Go runtime itself.
func TestMemoryIsLimited(t *testing.T) {
	require.Equal(t, "512Mi", limits(base(t).deployments["marketplace-exporter"]).Memory().String())
	require.Equal(t, "1536Mi", limits(build(t).deployments["marketplace-exporter"]).Memory().String())
	page := build(t).deployments["marketplace-status-page"]
	require.Equal(t, "256Mi", limits(page).Memory().String())
	require.Contains(t, page.Spec.Template.Spec.Containers[0].Env, corev1.EnvVar{Name: "GOMEMLIMIT", Value: "230MiB"})
}

func limits(deployment appsv1.Deployment) *corev1.ResourceList {
	return &deployment.Spec.Template.Spec.Containers[0].Resources.Limits
}

func TestImageIsOfThisVersion(t *testing.T) {
	for name, deployment := range build(t).deployments {
		image := deployment.Spec.Template.Spec.Containers[0].Image
		require.Equal(t, "registry.example.com/marketplace_exporter:"+strings.TrimSpace(read(t, "VERSION")), image, name)
	}
}

// Only the exporter of the component for drains receives deliveries, and only one counts them.
func TestDrainsReachOneExporter(t *testing.T) {
	m := build(t)
	require.Equal(t, int32(2), *base(t).deployments["marketplace-exporter"].Spec.Replicas)
	deployment, service := m.deployments["marketplace-exporter"], m.services["marketplace-drains"]
	require.Equal(t, int32(1), *deployment.Spec.Replicas)
	require.Equal(t, deployment.Spec.Template.Labels, service.Spec.Selector)
	require.False(t, service.Spec.PublishNotReadyAddresses)
	container := deployment.Spec.Template.Spec.Containers[0]
	ports := map[string]int32{}
	for _, port := range container.Ports {
		ports[port.Name] = port.ContainerPort
	}
	require.Equal(t, map[string]int32{"metrics": 9847, "inbound": 9848}, ports)
	require.Equal(t, "inbound", service.Spec.Ports[0].TargetPort.String())
	require.Equal(t, "inbound", m.policies["marketplace-exporter"].Spec.Ingress[1].Ports[0].Port.String())
	require.Contains(t, container.Env, corev1.EnvVar{Name: "INBOUND_LISTEN_ADDRESS", Value: ":9848"})
	require.Len(t, base(t).policies["marketplace-exporter"].Spec.Ingress, 1)
}

func TestVisitorsReachTheStatusPage(t *testing.T) {
	m := build(t)
	deployment := m.deployments["marketplace-status-page"]
	labels := deployment.Spec.Template.Labels
	require.Equal(t, map[string]string{"app.kubernetes.io/name": "marketplace-status-page"}, labels)
	require.Equal(t, labels, deployment.Spec.Selector.MatchLabels)
	require.Equal(t, labels, m.services["marketplace-status-page"].Spec.Selector)
	require.Equal(t, labels, m.budgets["marketplace-status-page"].Spec.Selector.MatchLabels)
	require.Equal(t, labels, m.policies["marketplace-status-page"].Spec.PodSelector.MatchLabels)
	port := deployment.Spec.Template.Spec.Containers[0].Ports[0]
	require.Equal(t, int32(9849), port.ContainerPort)
	require.Equal(t, port.Name, m.services["marketplace-status-page"].Spec.Ports[0].TargetPort.String())
	require.Equal(t, port.Name, m.policies["marketplace-status-page"].Spec.Ingress[0].Ports[0].Port.String())
}

// Each label and port that one object refers to must be that of another.
func TestObjectsReferToEachOther(t *testing.T) {
	m := base(t)
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
	endpoint := base(t).monitors["marketplace-exporter"].Spec.Endpoints[0]
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
	rules := base(t).rules
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
	for name, rule := range base(t).rules {
		text, err := yaml.Marshal(rule)
		require.NoError(t, err)
		require.Less(t, len(text), 200<<10, name)
	}
}

func TestAlertmanagerFindsItsFiles(t *testing.T) {
	secret := base(t).secrets["marketplace-alertmanager"].StringData
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
	m := base(t)
	for _, ref := range regexp.MustCompile(`ref=(v[\d.]+)`).FindAllStringSubmatch(read(t, "deploy/kubernetes/README.md"), -1) {
		require.Equal(t, "v"+strings.TrimSpace(read(t, "VERSION")), ref[1])
	}
	require.Equal(t, "registry.example.com/marketplace_exporter", overlay.Images[0].Name)
	require.Equal(t, "production", prometheus.Spec.ExternalLabels["environment"])
	require.Contains(t, m.secrets, alertmanager.Spec.ConfigSecret)
	require.Contains(t, m.secrets["marketplace-alertmanager"].StringData["alertmanager.yaml"], "/"+alertmanager.Spec.Secrets[0]+"/")
}
