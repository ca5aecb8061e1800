package marketplace

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema returns the DDL of the whole marketplace: enum types, tables, keys, indexes and foreign keys. It is one script for an
// empty database of Postgres 13 or later.
func Schema() string { return tablesDDL() + indexesDDL() }

// tablesDDL makes tables without keys, which is how they load fastest.
func tablesDDL() string {
	return ddl("types") + ddl("people") + ddl("catalogue") + ddl("trade") + ddl("platform")
}

func indexesDDL() string { return ddl("keys") + ddl("indexes") + ddl("foreign_keys") }

func ddl(name string) string {
	text, err := fs.ReadFile(schemaFiles, path.Join("schema", name+".sql"))
	if err != nil {
		return "-- missing: " + err.Error() // cannot be: the files are embedded, and a test counts what they make
	}
	return string(text) + "\n"
}

// statements splits a script whose statements are a line each.
func statements(script string) []string {
	var found []string
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--") {
			found = append(found, line)
		}
	}
	return found
}

// enumTypes are what a connection must know before it can copy into columns of these types.
func enumTypes() []string {
	var names []string
	for _, statement := range statements(ddl("types")) {
		names = append(names, strings.Fields(statement)[2])
	}
	return names
}
