package pgbouncer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// console is the database of the admin console, which is not a pool.
const console = "pgbouncer"

// list is a SHOW command and the metrics that its columns become.
type list struct {
	part    string // its name in failures
	command string
	labels  []string // columns that become labels; none if each row has a key and a value
	columns []metricColumn
	rank    []string // columns that order the rows, highest first
}

// metricColumn is a numeric column, or the key of a row, that becomes a metric.
type metricColumn struct {
	name string
	unit float64 // of the column, in the unit of the metric
	desc metric.Desc
}

// lists returns the commands in the order of a collection.
func lists() []list {
	return []list{pools(), stats(), totals(), settings()}
}

// pools ranks the pools in which clients wait longest first.
func pools() list {
	labels := []string{"database", "user"}
	connections := func(column, name, help string) metricColumn {
		return gauge(column, "pgbouncer_pools_"+name+"_connections", help, labels...)
	}
	return list{
		part: "pools", command: "POOLS", labels: labels, rank: []string{"maxwait", "maxwait_us", "cl_waiting", "cl_active"},
		columns: []metricColumn{
			gauge("maxwait", "pgbouncer_pools_client_maxwait_seconds",
				"Time that the longest waiting client has waited for a server connection, in seconds.", labels...),
			connections("cl_active", "client_active", "Clients that use a server connection, or none because they are idle."),
			connections("cl_waiting", "client_waiting", "Clients that wait for a server connection."),
			connections("cl_active_cancel_req", "client_active_cancel", "Clients that wait for the result of a cancel request."),
			connections("cl_waiting_cancel_req", "client_waiting_cancel", "Clients whose cancel request has not been forwarded."),
			connections("sv_active", "server_active", "Server connections in use by a client."),
			connections("sv_idle", "server_idle", "Server connections that a client can use at once."),
			connections("sv_used", "server_used", "Server connections that were idle for long and are tested before use."),
			connections("sv_tested", "server_testing", "Server connections that execute a reset or check query."),
			connections("sv_login", "server_login", "Server connections that are logging in."),
		},
	}
}

func stats() list {
	const micro = 1e-6
	labels := []string{"database"}
	total := func(column, name, help string) metricColumn {
		return counter(column, 1, "pgbouncer_stats_"+name+"_total", help, labels...)
	}
	seconds := func(column, name, help string) metricColumn {
		return counter(column, micro, "pgbouncer_stats_"+name+"_seconds_total", help, labels...)
	}
	return list{
		part: "stats", command: "STATS", labels: labels, rank: []string{"total_query_count"},
		columns: []metricColumn{
			total("total_xact_count", "sql_transactions_pooled", "Transactions."),
			total("total_query_count", "queries_pooled", "Queries."),
			total("total_received", "received_bytes", "Network traffic received, in bytes."),
			total("total_sent", "sent_bytes", "Network traffic sent, in bytes."),
			seconds("total_xact_time", "server_in_transaction", "Time that server connections were in a transaction, in seconds."),
			seconds("total_query_time", "queries_duration", "Time that server connections executed queries, in seconds."),
			seconds("total_wait_time", "client_wait", "Time that clients waited for a server connection, in seconds."),
		},
	}
}

func totals() list {
	return list{part: "lists", command: "LISTS", columns: []metricColumn{
		gauge("used_clients", "pgbouncer_used_clients", "Connected clients."),
		gauge("used_servers", "pgbouncer_used_servers", "Open server connections."),
	}}
}

func settings() list {
	return list{part: "config", command: "CONFIG", columns: []metricColumn{
		gauge("max_client_conn", "pgbouncer_config_max_client_connections", "Maximum connected clients; further ones are rejected."),
	}}
}

func gauge(column, name, help string, labels ...string) metricColumn {
	return metricColumn{column, 1, metric.NewGauge(name, help, labels...)}
}

func counter(column string, unit float64, name, help string, labels ...string) metricColumn {
	return metricColumn{column, unit, metric.Typed(prometheus.NewDesc(name, help, labels, nil), prometheus.CounterValue)}
}

// row is a row of a list. Rows of keys and values become one row.
type row struct {
	labels []string
	values []value
	rank   []float64
}

type value struct {
	desc   metric.Desc
	number float64
}

// read returns the rows of a result, except those of the console.
func (l list) read(result database.Result) ([]row, error) {
	records, err := l.records(result)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, record := range records {
		if record["database"] == console {
			continue
		}
		var r row
		for _, label := range l.labels {
			r.labels = append(r.labels, strings.ToValidUTF8(record[label], "\uFFFD"))
		}
		for _, c := range l.columns {
			number, known, err := record.number(c.name)
			if err != nil {
				return nil, err
			}
			micros, _, _ := record.number(c.name + "_us") // the fraction of a second
			if known {
				r.values = append(r.values, value{c.desc, (number + micros/1e6) * c.unit})
			}
		}
		for _, name := range l.rank {
			number, _, _ := record.number(name)
			r.rank = append(r.rank, number)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// record has the values of a row by column, or all values of a list by key.
type record map[string]string

// number returns whether the record has the column.
func (r record) number(name string) (number float64, known bool, err error) {
	text, known := r[name]
	if !known {
		return 0, false, nil
	}
	number, err = strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, true, fmt.Errorf("reading the column %s: its value is not a number", name)
	}
	return number, true, nil
}

func (l list) records(result database.Result) ([]record, error) {
	var names []string
	for _, field := range result.Fields {
		names = append(names, field.Name)
	}
	for _, label := range l.labels {
		if !slices.Contains(names, label) {
			return nil, fmt.Errorf("SHOW %s has no column %s", l.command, label)
		}
	}
	all := record{}
	var records []record
	for _, row := range result.Rows {
		r := record{}
		for i, name := range names {
			r[name] = string(row[i])
		}
		if len(l.labels) == 0 && len(row) > 1 {
			all[string(row[0])] = string(row[1])
		}
		records = append(records, r)
	}
	if len(l.labels) == 0 {
		return []record{all}, nil
	}
	return records, nil
}
