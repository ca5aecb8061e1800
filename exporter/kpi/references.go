package kpi

import (
	"regexp"
	"slices"
	"strings"
)

// references are the names in a query that may be tables and columns. They come from its text,
// because the server plans no query with a column that the role cannot read.
type references struct {
	tables  []tableReference
	columns []columnReference
}

// tableReference is a name after FROM, JOIN or a comma.
type tableReference struct {
	schema, name, alias string // schema and alias may be empty
	scope               int    // the SELECT that reads the table
}

// columnReference is a name as in o.amount. The column * means all columns.
type columnReference struct {
	qualifier, column string
	scopes            []int // the SELECT with the name, and those around it
}

// reads reports whether the query may read the column of the table.
func (r references) reads(table, column string) bool {
	return slices.ContainsFunc(r.columns, func(c columnReference) bool {
		return (c.column == column || c.column == "*") && slices.ContainsFunc(r.tables, func(t tableReference) bool {
			return t.name == table && slices.Contains(c.scopes, t.scope) && slices.Contains([]string{"", t.name, t.alias}, c.qualifier)
		})
	})
}

// referencesOf returns the references of a query. It may find too many, but none is missing.
func referencesOf(sql string) references {
	var found references
	all := words(sql)
	scopes, last := []int{0}, 0 // one for each open parenthesis
	for i := 1; i < len(all)-followed; i++ {
		before, w, after := all[i-1], all[i], all[i+1]
		switch {
		case w.is("("):
			scopes = append(scopes, scopes[len(scopes)-1])
		case w.is(")"):
			scopes = scopes[:max(1, len(scopes)-1)]
		}
		if w.is("select") {
			last++
			scopes[len(scopes)-1] = last
		}
		if before.is("from", "join", ",", "only") && w.name {
			found.tables = append(found.tables, tableOf(all[i:], scopes[len(scopes)-1]))
		}
		c := columnReference{column: w.text, scopes: slices.Clone(scopes)}
		switch {
		case w.is("*") && before.is("select", "distinct", ","):
			found.columns = append(found.columns, c)
		case !w.name && !w.is("*"), after.is(".", "("), before.is("as"), !w.quoted && after.is("'"): // a call, an alias or a type
		case before.is("."):
			c.qualifier = all[i-2].text
			found.columns = append(found.columns, c)
		case w.name:
			found.columns = append(found.columns, c)
		}
	}
	return found
}

// tableOf returns the table whose name, with an optional schema and alias, words begin with.
func tableOf(words []word, scope int) tableReference {
	t := tableReference{scope: scope}
	if words[1].is(".") {
		t.schema = words[0].text
		words = words[2:]
	}
	t.name = words[0].text
	if words = words[1:]; words[0].is("as") {
		words = words[1:]
	}
	if words[0].name {
		t.alias = words[0].text
	}
	return t
}

// word is a name, a keyword or a symbol of a query.
type word struct {
	text   string // a name without quotes, in lower case unless it was quoted
	name   bool   // neither a symbol nor a literal
	quoted bool
}

// is reports whether w is one of some keywords or symbols.
func (w word) is(texts ...string) bool { return !w.quoted && slices.Contains(texts, w.text) }

// followed is the number of symbols around the words, so that each has neighbors.
const followed = 4

// words splits sql, without its comments. A text becomes the symbol '.
func words(sql string) []word {
	parts := regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\pL_][\pL\pN_$]*|\d[\w.]*|\S`)
	isName := regexp.MustCompile(`^[\pL_]`)
	end := word{text: ";"}
	all := []word{end}
	for _, part := range parts.FindAllString(sql, -1) {
		switch {
		case strings.HasPrefix(part, "--"), strings.HasPrefix(part, "/*"):
		case part[0] == '\'':
			all = append(all, word{text: "'"})
		case part[0] == '"' && len(part) > 1:
			all = append(all, word{text: strings.ReplaceAll(part[1:len(part)-1], `""`, `"`), name: true, quoted: true})
		default:
			all = append(all, word{text: strings.ToLower(part), name: isName.MatchString(part)})
		}
	}
	return append(all, slices.Repeat([]word{end}, followed)...)
}
