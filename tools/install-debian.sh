#!/usr/bin/env bash
# Unpacks Debian's Prometheus, with its web pages, or Alertmanager, and prints the path of the
# program. It does not install the packages, since these start system services on the usual ports.
# usage: tools/install-debian.sh prometheus
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

case $1 in
prometheus) program=prometheus package=prometheus ;;
alertmanager) program=prometheus-alertmanager package=prometheus-alertmanager ;;
*) fail "unknown package $1" ;;
esac
target=$cache/debian
binary=$target/usr/bin/$program

if [ ! -x "$binary" ]; then
	if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
		fail "this system has no Debian packages"
	fi
	if ! apt-cache show "$package" >/dev/null 2>&1; then
		apt_update || fail "no Debian package $package" "hint: run as root: apt-get update"
	fi
	# The web pages use the scripts and fonts of other packages.
	mapfile -t assets < <(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$package" | grep -E '^(libjs|fonts)-' | sort -u)
	say "downloading Debian's $package: 10 to 30 MB, a few seconds ..."
	temporary=$(mktemp -d "$cache/.debian.XXXXXX")
	trap 'rm -rf "$temporary"' EXIT
	cd "$temporary"
	# Packages are verified by apt's signatures. As root, apt warns that it cannot drop privileges here.
	retry apt-get -qq -o APT::Sandbox::User=root download "$package" "${assets[@]}" >&2
	mkdir -p "$target"
	for file in *.deb; do
		dpkg-deb --fsys-tarfile "$file" | tar -x -C "$target" --no-same-owner --exclude='*/moment-timezone/data' ./usr
	done
fi
"$binary" --version >/dev/null || fail "$binary does not run"
echo "$binary"
