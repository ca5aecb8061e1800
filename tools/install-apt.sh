#!/usr/bin/env bash
# Installs a command from Debian, unless it is there, and prints its path: tools/install-apt.sh pgbouncer
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

# Debian keeps servers in sbin, which is not on everybody's path.
PATH=$PATH:/usr/sbin:/sbin

name=$1
case $name in
gcc) packages=(gcc libc6-dev) ;; # cgo needs the headers, which Debian only recommends
*) packages=("$name") ;;
esac

command -v "$name" >/dev/null || apt_install "${packages[@]}"
command -v "$name"
