package kpi

import (
	"fmt"
	"slices"
	"strings"
)

// refusal says why a query may not run.
type refusal struct {
	line       int // within the query, from 1
	what, hint string
}

const onlyReads = "a KPI only reads; write one SELECT, WITH … SELECT or VALUES"

// checkReadOnly refuses a query that is not one statement that only reads. It is the first of two walls and the one
// that explains itself; the second is the read-only transaction, which no query here can leave or turn off.
func checkReadOnly(sql string) *refusal {
	tokens := tokenize(sql)
	for len(tokens) > 0 && tokens[len(tokens)-1].is(symbol, ";") {
		tokens = tokens[:len(tokens)-1]
	}
	if len(tokens) == 0 {
		return &refusal{1, "the query is empty", "add \"sql: |\" and the query below, indented"}
	}
	if first := tokens[0]; first.kind != word || !slices.Contains([]string{"select", "with", "values"}, first.text) {
		return &refusal{first.line, fmt.Sprintf("the query begins with %q", first.text), onlyReads}
	}
	for i, t := range tokens {
		if found := checkToken(t, tokens[i+1:]); found != nil {
			return found
		}
	}
	return nil
}

func checkToken(t token, behind []token) *refusal {
	following := token{kind: symbol}
	if len(behind) > 0 {
		following = behind[0]
	}
	switch {
	case t.kind == broken:
		return &refusal{t.line, fmt.Sprintf("what %s opens is never closed", t.text), "close it"}
	case t.is(symbol, ";"):
		return &refusal{t.line, "there is more than one statement", onlyReads}
	case t.is(symbol, "$"):
		return &refusal{t.line, "there is a parameter", "write the value itself"}
	case t.is(word, "u") && following.is(symbol, "&"):
		return &refusal{t.line, "a name or string with U& cannot be checked", "write its characters plainly"}
	case t.is(word, "for") && following.kind == word && slices.Contains([]string{"update", "no", "share", "key"}, following.text):
		return &refusal{t.line, "FOR " + strings.ToUpper(following.text) + " locks rows", onlyReads}
	case t.kind == word && writes(t.text):
		return &refusal{t.line, strings.ToUpper(t.text) + " writes", onlyReads + "; a column of that name goes into double quotes"}
	case (t.kind == word || t.kind == quoted) && following.is(symbol, "(") && sideEffect(t.text):
		return &refusal{t.line, fmt.Sprintf("the function %s does more than read", t.text), onlyReads}
	}
	return nil
}

func (t token) is(kind tokenKind, text string) bool { return t.kind == kind && t.text == text }

// writes knows the words that make a statement, or a part of WITH, change something.
func writes(keyword string) bool {
	return slices.Contains([]string{
		"insert", "update", "delete", "merge", "truncate", "into", "create", "alter", "drop", "grant", "revoke", "copy",
	}, keyword)
}

// sideEffect knows the functions that a read-only transaction would let through, or whose error there would explain
// less: they change settings and sessions, wait, lock, read files, or run SQL that is hidden in a string.
func sideEffect(function string) bool {
	exact := []string{
		"set_config", "nextval", "setval", "pg_notify", "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf",
		"pg_promote", "pg_switch_wal", "pg_stat_file", "pg_export_snapshot", "pg_current_xact_id", "txid_current",
		"query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema", "cursor_to_xml",
		"http_get", "http_post", "http_put", "http_delete", "http_request",
	}
	prefixes := []string{
		"pg_sleep", "pg_advisory_", "pg_try_advisory_", "pg_read_", "pg_ls_", "pg_stat_reset", "pg_stat_statements_reset",
		"pg_rotate_", "pg_log_", "pg_create_", "pg_drop_", "pg_replication_", "pg_logical_", "pg_backup_", "pg_wal_replay_",
		"pg_import_", "pg_file_", "pg_write_", "lo_", "dblink",
	}
	return slices.Contains(exact, function) ||
		slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(function, prefix) })
}
