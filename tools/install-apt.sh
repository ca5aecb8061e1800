#!/usr/bin/env bash
# Installs a command from Debian unless it exists, and prints its path.
# usage: tools/install-apt.sh pgbouncer
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

# Debian installs servers in sbin, which is not in every user's PATH.
PATH=$PATH:/usr/sbin:/sbin

name=$1
case $name in
gcc) packages=(gcc libc6-dev) ;; # cgo needs the headers, which gcc only recommends
systemd-analyze) packages=(systemd) ;;
*) packages=("$name") ;;
esac

command -v "$name" >/dev/null || { installing "$name" && apt_install "${packages[@]}"; }
command -v "$name"
