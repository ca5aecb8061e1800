# Functions and paths of the install scripts, which source this file. Messages go to stderr, since
# scripts print paths to stdout.
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Outside the checkout, so that all clones share the tools.
if [ -n "${MARKETPLACE_TOOLS:-}" ]; then
	cache=$MARKETPLACE_TOOLS
elif [ "$(id -u)" -eq 0 ]; then
	cache=/var/cache/marketplace-monitoring
else
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/marketplace-monitoring
fi

# Postgres refuses to run as root, so other users must be able to execute the tools that root
# installs.
umask 022
mkdir -p "$cache"

# say LINE...: prints each argument on a line of its own to stderr.
say() { printf '%s\n' "$@" >&2; }

# fail MESSAGE [HINT...]: prints each argument on a line of its own and exits with status 1.
fail() {
	say "error: $1" "${@:2}"
	exit 1
}

# installing NAME: fails if TOOLS_INSTALL is no, as for tests, which never install a tool.
installing() {
	[ "${TOOLS_INSTALL:-yes}" = yes ] || fail "$1 is not installed" "hint: install it with \`make tools-$1\`"
}

# retry COMMAND...: runs a command that downloads something up to three times.
retry() {
	local attempt
	for attempt in 1 2; do
		"$@" && return
		say "failed, trying again ($attempt of 2): $*"
		sleep $((attempt * 3))
	done
	"$@"
}

# apt_install PACKAGE...: installs Debian packages, or fails with the command to run as root.
apt_install() {
	command -v apt-get >/dev/null ||
		fail "apt-get is not installed" "hint: install $* with this system's package manager, then run this again"
	as_root true || fail "not root, and sudo is not installed" \
		"hint: run as root: apt-get update && apt-get install -y --no-install-recommends $*"
	say "installing from Debian: $* (up to a minute) ..."
	{
		apt_update
		retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"
	} </dev/null >&2
}

apt_update() { retry as_root apt-get -qq update >&2; }

# as_root COMMAND...: runs a command as root, or fails where this user cannot.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null && sudo "$@"
	fi
}
