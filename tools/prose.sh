#!/usr/bin/env bash
# Reports the words of tools/flagged-words.txt in tracked files as FILE:LINE:WORD.
# A line with a comment "prose:allow REASON" is exempt.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C # five times as fast, and the words are ASCII

words=$(sed -E '/^(#|$)/d' tools/flagged-words.txt | paste -sd '|')
list_files() {
	git ls-files -z -- '*.go' '*.md' '*.yml' '*.yaml' '*.tmpl' '*.sh' '*.sql' Makefile ':!CHANGELOG.md' ':!LICENSE*' ':!**/testdata/**'
}

allowed=$(list_files | xargs -0 -r grep -HnE 'prose:allow( |$)' -- || true)
unexplained=$(grep -E 'prose:allow[[:space:]]*$' <<<"$allowed" || true)
# Words in capitals are values of enums, and NoBody is a name in net/http.
flagged=$(list_files | xargs -0 -r grep -HnoiwE "$words" -- |
	awk -F: 'NR == FNR { exempt[$1 ":" $2] = 1; next } !(($1 ":" $2) in exempt) && $3 != toupper($3) && $3 != "NoBody"' <(echo "$allowed") - || true)

[ -n "$flagged$unexplained" ] || exit 0
[ -z "$flagged" ] || printf '%s\n' "$flagged"
[ -z "$unexplained" ] || sed -E 's/^([^:]*:[0-9]+):.*/\1:prose:allow without a reason/' <<<"$unexplained"
count=$(grep -c . <<<"$flagged" || true)
echo "hint: $count flagged words: write a plain sentence with the field's term, or end the line with \"prose:allow REASON\"" >&2
exit 1
