#!/usr/bin/env bash
# Removes the tools that the install scripts built or downloaded. Installed Debian packages stay.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

# Only names with a version: MARKETPLACE_TOOLS may be a directory with other files.
say "removing the tools in $cache"
rm -rf "$cache"/*-v[0-9]* "$cache"/postgres-[0-9]* "$cache"/*-template-* "$cache/debian"
