# What the install scripts share; sourced, never run. Standard output is kept for paths, so people are told on stderr.
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Outside the checkout, so that a fresh clone finds what an earlier one built. internal/toolbox looks in the same place.
if [ -n "${MARKETPLACE_TOOLS:-}" ]; then
	cache=$MARKETPLACE_TOOLS
elif [ "$(id -u)" -eq 0 ]; then
	cache=/var/cache/marketplace-monitoring
else
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/marketplace-monitoring
fi

# Postgres refuses to run as root, so another user must be able to execute what root installs here.
umask 022
mkdir -p "$cache"

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE [HINT...]: prints each argument on a line of its own and exits with status 1.
fail() {
	say "error: $1"
	local line
	for line in "${@:2}"; do
		say "$line"
	done
	exit 1
}

# retry COMMAND...: runs it up to three times, for the steps that fetch something.
retry() {
	local attempt
	for attempt in 1 2; do
		"$@" && return
		say "failed, trying again ($attempt of 2): $*"
		sleep $((attempt * 3))
	done
	"$@"
}

# apt_install PACKAGE...: from Debian, or fails with the command for somebody who may.
apt_install() {
	local sudo=()
	command -v apt-get >/dev/null ||
		fail "apt-get is missing: install $* with this system's package manager, then run this again"
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || fail "run as root: apt-get update && apt-get install -y --no-install-recommends $*"
		sudo=(sudo)
	fi
	say "installing from Debian: $* (up to a minute) ..."
	export DEBIAN_FRONTEND=noninteractive
	{
		retry "${sudo[@]}" apt-get -qq update
		retry "${sudo[@]}" apt-get -qq install -y --no-install-recommends "$@"
	} </dev/null >&2
}
