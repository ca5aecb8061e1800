package marketplace

import (
	"embed"
	"strings"
)

//go:embed schema/*.sql seed/*.sql
var scripts embed.FS

// Schema returns the DDL of the whole marketplace: enum types, tables, keys, indexes and foreign keys, as one script
// for an empty database of Postgres 13 or later.
func Schema() string {
	return script("schema/types", "schema/people", "schema/catalog", "schema/trade", "schema/platform",
		"schema/keys", "schema/indexes", "schema/foreign_keys")
}

func script(names ...string) string {
	var text strings.Builder
	for _, name := range names {
		content, err := scripts.ReadFile(name + ".sql")
		if err != nil {
			panic(err) // the file is embedded
		}
		text.Write(append(content, '\n'))
	}
	return text.String()
}

// statements splits a script at the semicolons that end a line.
func statements(script string) []string {
	var found []string
	for statement := range strings.SplitSeq(script, ";\n") {
		if statement = strings.TrimSpace(statement); statement != "" {
			found = append(found, statement)
		}
	}
	return found
}
