#!/usr/bin/env bash
# Removes what the install scripts built or fetched. Debian packages stay.
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

# Only what carries a version: MARKETPLACE_TOOLS may name a folder that holds other things.
say "removing the tools in $cache"
rm -rf "$cache"/*-v[0-9]* "$cache"/postgres-[0-9]* "$cache"/*-template-*
