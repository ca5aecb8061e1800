package kpi

import _ "embed" // for the directive below

// shippedName is the name of the shipped KPI file in errors.
const shippedName = "kpis.yaml"

//go:embed kpis.yaml
var shippedText []byte
