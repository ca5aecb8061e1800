package main

// shade is the colour that Grafana's dark theme has by a name, or grey.
func shade(name string) string {
	switch name {
	case "green":
		return "#73BF69"
	case "yellow":
		return "#FADE2A"
	case "orange":
		return "#FF9830"
	case "red":
		return "#F2495C"
	case "blue":
		return "#5794F2"
	case "purple":
		return "#B877D9"
	default:
		return "#CCCCDC"
	}
}

// palette is the colour of the i-th series. Red is left to limits.
func palette(i int) string {
	colors := []string{"#73BF69", "#FADE2A", "#8AB8FF", "#FF9830", "#B877D9", "#37872D", "#E0B400", "#1F60C4", "#FA6400", "#8F3BB8", "#5794F2"}
	return colors[i%len(colors)]
}
