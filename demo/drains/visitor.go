package drains

import (
	"fmt"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// visitor is a person with a browser: personal data that no metric may contain.
type visitor struct {
	ip      string
	session uint64
	id      uint64 // of the device
	user    string
	browser
}

type browser struct {
	device, os, client, agent string
	slowness                  float64 // of its vitals, relative to a desktop
}

func browsers() []dice.Choice[browser] {
	const (
		phone   = "Mozilla/5.0 (Linux; Android 16; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
		desktop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
		tablet  = "Mozilla/5.0 (Linux; Android 16; SM-X730) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	)
	return []dice.Choice[browser]{
		{Weight: 52, Value: browser{"mobile", "Android", "Chrome", phone, 1.2}},
		{Weight: 42, Value: browser{"desktop", "Windows", "Chrome", desktop, 1}},
		{Weight: 6, Value: browser{"tablet", "Android", "Chrome", tablet, 1.1}},
	}
}

func newVisitor(d dice.Dice) visitor {
	return visitor{
		ip:      fmt.Sprintf("203.0.113.%d", d.IntN(256)), // reserved for documentation
		session: d.Uint64(),
		id:      d.Uint64(),
		user:    "c" + d.Hex(12),
		browser: dice.Pick(d, browsers()),
	}
}
