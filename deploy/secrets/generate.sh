#!/usr/bin/env bash
# Writes the secrets that docker-compose.yml mounts, those that are not there yet: deploy/secrets/generate.sh [FOLDER]
# Passwords are random. What opens accounts elsewhere is a placeholder: README.md beside this says what to put there.
set -euo pipefail

folder=${1:-$(dirname "$0")/local}

# Compose mounts a file as it is, with its owner and mode, and every container has a user of its own: so all may read the
# files, and nobody but you may enter the folder that they are in.
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

secret() { # NAME CONTENT
	[ -e "$folder/$1" ] || printf '%s\n' "$2" >"$folder/$1"
}

secret postgres_password "$(random)"
secret marketplace_app_pgpass "postgres:5432:marketplace:marketplace_app:$(random)"
secret marketplace_exporter_password "$(random)"
secret vercel_drain_secret "$(random)"
secret grafana_admin_password "$(random)"

# Port 9 of the container itself: nobody listens there, so these leave nothing behind anywhere else.
secret slack_api_url http://127.0.0.1:9/slack
secret dead_mans_switch_url http://127.0.0.1:9/dead-mans-switch
secret pagerduty_routing_key 00000000000000000000000000000000
secret smtp_password not-configured
secret oncall_phone.tmpl '{{ define "oncall.phone" }}+10000000000{{ end }}'
secret aws_credentials '[default]
aws_access_key_id = not-configured
aws_secret_access_key = not-configured'

echo "secrets are in $folder"
