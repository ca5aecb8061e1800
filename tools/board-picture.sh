#!/usr/bin/env bash
# Renders one board of a running Grafana as a PNG.
# usage: GRAFANA_URL=http://localhost:3000 tools/board-picture.sh
#   GRAFANA_URL    address of the Grafana that has the boards; required
#   GRAFANA_TOKEN  service account token, where Grafana requires a login; needs its image renderer
#   BOARD          UID of the board (default marketplace-overview)
#   OUT            output file (default bin/board.png); a file tracked by git is never overwritten
#   RANGE          time range up to now (default 1h)
#   HEIGHT         height of the picture in pixels (default 1720, the overview's)
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$tools/.."

grafana=${GRAFANA_URL:-}
[ -n "$grafana" ] || fail "GRAFANA_URL is not set" \
	"hint: start the boards with \`docker compose up\`, then run \`make board-picture GRAFANA_URL=http://localhost:3000\`"
grafana=${grafana%/}
board=${BOARD:-marketplace-overview}
out=${OUT:-bin/board.png}
range=${RANGE:-1h}
width=1600
height=${HEIGHT:-1720}
timeout=120 # seconds

! git ls-files --error-unmatch -- "$out" >/dev/null 2>&1 ||
	fail "$out is tracked by git" "hint: write to an untracked file with OUT, look at the picture, then copy it"
command -v curl >/dev/null || fail "curl is not installed" "hint: apt-get install curl"

auth=()
[ -z "${GRAFANA_TOKEN:-}" ] || auth=(--header "Authorization: Bearer $GRAFANA_TOKEN")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

curl -fsS -m 10 "${auth[@]}" -o /dev/null "$grafana/api/dashboards/uid/$board" ||
	fail "$grafana does not return the board $board" "hint: check GRAFANA_URL, BOARD and, where Grafana requires a login, GRAFANA_TOKEN"

query="kiosk&theme=dark&from=now-$range&to=now"

# Chromium cannot log in: Grafana must allow anonymous viewers (GF_AUTH_ANONYMOUS_ENABLED=true).
render_with_chromium() {
	say "rendering $board from $grafana with Chromium"
	# Without its sandbox, which Chromium cannot use as root. It opens no page but this Grafana's.
	timeout "$timeout" "$1" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
		--user-data-dir="$work/profile" --hide-scrollbars --virtual-time-budget=20000 \
		--window-size="$width,$height" --screenshot="$work/board.png" "$grafana/d/$board?$query" >"$work/log" 2>&1 || true
	[ -s "$work/board.png" ] || fail "Chromium wrote no picture:" "$(cat "$work/log")"
}

render_with_grafana() {
	say "rendering $board from $grafana with Grafana's image renderer"
	curl -fsS -m "$timeout" "${auth[@]}" -o "$work/board.png" \
		"$grafana/render/d/$board?$query&width=$width&height=$height&timeout=$timeout" ||
		fail "Grafana rendered no picture" \
			"hint: install Chromium (apt-get install chromium) or Grafana's image renderer (grafana/grafana-image-renderer)"
	# Without the renderer, Grafana returns a placeholder or a page with status 200.
	[ "$(head -c 8 "$work/board.png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] || fail "Grafana's response is not a PNG"
}

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -n "$browser" ] && [ -z "${GRAFANA_TOKEN:-}" ]; then
	render_with_chromium "$browser"
else
	render_with_grafana
fi

mkdir -p "$(dirname "$out")"
mv "$work/board.png" "$out"
say "wrote $out"
