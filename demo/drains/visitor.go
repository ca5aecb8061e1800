package drains

import "fmt"

// visitor is somebody with a browser: all that Vercel knows of people, and that no metric may hold.
type visitor struct {
	ip      string
	session uint64
	id      uint64 // of the device
	user    string
	browser
}

type browser struct {
	device, os, client, agent string
	slower                    float64 // than a desktop
}

func browsers() []choice[browser] {
	const (
		phone   = "Mozilla/5.0 (Linux; Android 16; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
		desktop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
		tablet  = "Mozilla/5.0 (Linux; Android 16; SM-X730) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	)
	return []choice[browser]{
		{52, browser{"mobile", "Android", "Chrome", phone, 1.2}},
		{42, browser{"desktop", "Windows", "Chrome", desktop, 1}},
		{6, browser{"tablet", "Android", "Chrome", tablet, 1.1}},
	}
}

func newVisitor(d dice) visitor {
	return visitor{
		ip:      fmt.Sprintf("203.0.113.%d", d.IntN(256)), // addresses that are nobody's
		session: d.Uint64(),
		id:      d.Uint64(),
		user:    "c" + d.hex(12),
		browser: pick(d, browsers()),
	}
}
