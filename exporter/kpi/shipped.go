package kpi

import _ "embed" // for the directive below

// shippedName is how the errors name the file that is in the binary.
const shippedName = "kpis.yaml"

//go:embed kpis.yaml
var shippedText []byte

// ShippedYAML returns the KPI file in the binary, comments included: what an operator copies from.
func ShippedYAML() string { return string(shippedText) }
