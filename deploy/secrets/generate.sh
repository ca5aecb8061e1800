#!/usr/bin/env bash
# Creates the missing secrets that docker-compose.yml mounts: deploy/secrets/generate.sh [DIRECTORY]
# Passwords are random. Secrets of external services are placeholders, which README.md describes.
set -euo pipefail

directory=${1:-$(dirname "$0")/local}

# Compose mounts files with their owner and mode, and containers run as different users. The files
# are world-readable, and the directory is accessible to its owner only.
umask 022
mkdir -p "$directory"
chmod 700 "$directory"

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

secret() { # NAME CONTENT
	[ -e "$directory/$1" ] || printf '%s\n' "$2" >"$directory/$1"
}

secret postgres_password "$(random)"
secret marketplace_app_pgpass "postgres:5432:marketplace:marketplace_app:$(random)"
secret marketplace_exporter_password "$(random)"
secret vercel_drain_secret "$(random)"
secret grafana_admin_password "$(random)"

# Port 9 of the container itself, on which no server listens, so that requests never leave the
# container.
secret slack_api_url http://127.0.0.1:9/slack
secret dead_mans_switch_url http://127.0.0.1:9/dead-mans-switch
secret pagerduty_routing_key 00000000000000000000000000000000
secret smtp_password not-configured
secret oncall_phone.tmpl '{{ define "oncall.phone" }}+10000000000{{ end }}'
secret aws_credentials '[default]
aws_access_key_id = not-configured
aws_secret_access_key = not-configured'

echo "secrets are in $directory"
