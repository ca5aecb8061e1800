#!/usr/bin/env bash
# Sends a test alert of each severity to Alertmanager, and prints what each channel should receive.
# usage: ALERTMANAGER_URL=http://localhost:9093 tools/test-notification.sh
#   ALERTMANAGER_URL  address of Alertmanager (default http://localhost:9093). Credentials are those of
#                     amtool's configuration, ~/.config/amtool/config.yml.
#   ENVIRONMENT       environment that pages (default production)
#   ESCALATION        1: the P0 alert fires for 17 minutes, and reaches the secondary and the engineering manager
set -euo pipefail
# shellcheck source=tools/lib.sh
. "$(dirname "$0")/lib.sh"

url=${ALERTMANAGER_URL:-http://localhost:9093}
environment=${ENVIRONMENT:-production}
p0=4 # minutes: it ends before the escalation
escalation="none: the alert resolves after $p0 minutes. Test it with ESCALATION=1"
if [ -n "${ESCALATION:-}" ]; then
	p0=17
	escalation="SMS to the secondary after 5 minutes and to the engineering manager after 15, unless you silence the alert"
fi
amtool=$("$tools/install.sh" amtool)

# alert SEVERITY MINUTES
alert() {
	"$amtool" --alertmanager.url="$url" alert add TestNotification "severity=$1" component=monitoring "environment=$environment" \
		--end="$(date -u -d "+$2 minutes" +%Y-%m-%dT%H:%M:%SZ)" \
		--annotation=summary="Test of the notifications for $1" \
		--annotation=description="$(id -un)@$HOSTNAME sent this test alert. It resolves within $2 minutes, and needs no action." ||
		fail "$url did not accept the alert" "hint: check ALERTMANAGER_URL"
}

# An alert must fire for longer than the group_wait of its route.
alert P0 "$p0"
alert P1 3
alert P2 5
alert P3 15

cat <<EXPECTED
Sent TestNotification as P0, P1, P2 and P3 to $url. With alertmanager.yml, expect:

  P0  within 15 seconds   PagerDuty (high urgency), SMS to the primary, Slack #alerts with a mention, email
      escalation          $escalation
  P1  within 45 seconds   PagerDuty (low urgency in business hours, else high), Slack #alerts, email
  P2  after 2 minutes     Slack #alerts
  P3  after 10 minutes    email, in business hours only

With slack-only.yml, expect all four in Slack #alerts. Each channel gets a second message when its alert resolves. The dead man's
switch needs no test alert: its service shows the last heartbeat of the Watchdog, which is at most 75 seconds old.

If a message is missing, the log of Alertmanager has the reason; $url/metrics counts
alertmanager_notifications_failed_total by channel.
EXPECTED
