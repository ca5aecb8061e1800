#!/usr/bin/env bash
# Gets Debian's Prometheus, with its web pages, or Alertmanager, and prints the path of the program.
# Neither starts a system service, which would occupy the usual port: Prometheus is unpacked without
# an installation. Alertmanager has an absolute path to its templates, so it is installed with a
# masked service, which requires root.
# usage: tools/install-debian.sh prometheus
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

case $1 in
prometheus) ;;
alertmanager)
	package=prometheus-alertmanager
	if ! command -v "$package" >/dev/null; then
		installing debian-alertmanager
		command -v apt-get >/dev/null || fail "this system has no Debian packages"
		policy=/usr/sbin/policy-rc.d
		unit=/etc/systemd/system/$package.service
		say "the service of $package stays masked: systemctl unmask $package enables it"
		[ -e "$unit" ] || [ ! -d "${unit%/*}" ] || as_root ln -s /dev/null "$unit" || fail "root is required to mask $unit"
		if [ ! -e "$policy" ]; then # systems without systemd
			trap 'as_root rm -f "$policy"' EXIT
			printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
			as_root chmod 755 "$policy"
		fi
		apt_install "$package"
	fi
	command -v "$package"
	exit
	;;
*) fail "unknown package $1" ;;
esac
package=prometheus
target=$cache/debian
binary=$target/usr/bin/$package

if [ ! -x "$binary" ]; then
	installing debian-prometheus
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
	# Packages are verified by apt's signatures. As root, apt warns that it cannot drop privileges
	# here.
	retry apt-get -qq -o APT::Sandbox::User=root download "$package" "${assets[@]}" >&2
	mkdir -p "$target"
	for file in *.deb; do
		dpkg-deb --fsys-tarfile "$file" | tar -x -C "$target" --no-same-owner --exclude='*/moment-timezone/data' ./usr
	done
fi
"$binary" --version >/dev/null || fail "$binary does not run"
echo "$binary"
