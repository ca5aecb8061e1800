package marketplace

import "testing"

// BenchmarkOrder is the hot path of a seed: seven tables derive their rows from orders.
func BenchmarkOrder(b *testing.B) {
	w, err := newWorld(SeedOptions{Users: 100_000, Now: now})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.order(i % w.orders)
	}
}
