package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/exporter/database"
)

func text(format string, a any) []byte { return fmt.Appendf(nil, format, a) }

// resultOf returns a result that fits q: unique labels, and numbers in the format of Postgres.
func resultOf(q query, rows int) database.Result {
	var result database.Result
	for i := range rows {
		row := [][]byte{[]byte("shop")}
		for len(row) < len(q.labels) {
			row = append(row, text("label_%d", i))
		}
		for range q.columns {
			row = append(row, text("%.3f", float64(i)*1234.567))
		}
		if q.created != "" {
			row = append(row, []byte("1764000000.123456"))
		}
		result.Rows = append(result.Rows, row)
	}
	return result
}

func benchmarkServer() server {
	return server{major: 17, statements: "public", extension: extensionVersion{1, 11}}
}

func BenchmarkStatementSeries(b *testing.B) {
	q := statementNumbers(benchmarkServer()).prepare(11)
	result := resultOf(q, 100)
	s := newStatements(testConfig())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.series(q, result, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTablesSeries(b *testing.B) {
	q := tables(testConfig()).prepare(17)
	result := resultOf(q, 100)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.series(result); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndexesSeries(b *testing.B) {
	q := indexes(testConfig()).prepare(17)
	result := resultOf(q, 300)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := q.series(result); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPrepare(b *testing.B) {
	all := collectors(testConfig())
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range all {
			c.prepare(17)
		}
	}
}

// benchmarkCandidates differ in everything that is ranked, in no order.
func benchmarkCandidates(n int) []candidate {
	all := some(n)
	for i := range all {
		shuffled := float64(i * 7919 % n)
		all[i].calls, all[i].total, all[i].recent = 1+shuffled, shuffled*3, float64(i*104729%n)
		all[i].longest, all[i].temp = float64(i*31%n), float64(i%20)
	}
	return all
}

func BenchmarkChoose(b *testing.B) {
	const statements, limit = 5000, 100
	candidates, now := benchmarkCandidates(statements), time.Now()
	before := choose(candidates, chosen{}, limit, now)
	b.ReportAllocs()
	for b.Loop() {
		choose(candidates, before, limit, now)
	}
}

func BenchmarkChooseStatements(b *testing.B) {
	candidates, now := benchmarkCandidates(5000), time.Now()
	s := newStatements(testConfig())
	b.ReportAllocs()
	for b.Loop() {
		s.choose(candidates, now)
	}
}

func BenchmarkCleanText(b *testing.B) {
	column := `"public"."Order"."seller_amount" AS "orders_seller_amount", `
	cleaner := newTextCleaner()
	for _, size := range []int{300, 4000} {
		sql := "/* trace='4bf92f' */ SELECT " + strings.Repeat(column, size/len(column)) + "1 FROM \"Order\" WHERE id = $1"
		b.Run(fmt.Sprintf("characters=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cleaner.clean(sql)
			}
		})
	}
}
