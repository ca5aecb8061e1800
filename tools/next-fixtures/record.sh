#!/usr/bin/env bash
# Records the spans that Next.js sends for a few requests with middleware, as fixtures of the trace
# drain.
# Usage: record.sh VERSION FILE, such as record.sh 15 next-15.json. Needs Node.js, npm and curl.
set -euo pipefail
version=$1 file=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
app=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
  rm -rf "$app"
}
trap finish EXIT
cp -r "$here/app" "$here/instrumentation.js" "$app"
if [ "$version" -ge 16 ]; then # which renamed the middleware
  sed 's/function middleware/function proxy/' "$here/middleware.js" > "$app/proxy.js"
else
  cp "$here/middleware.js" "$app"
fi
if [ "$version" -lt 15 ]; then
  echo 'module.exports = { experimental: { instrumentationHook: true } }' > "$app/next.config.js"
fi
cd "$app"
export NEXT_TELEMETRY_DISABLED=1
react=$([ "$version" -lt 15 ] && echo 18 || echo 19)
npm install --no-audit --no-fund --silent "next@$version" "react@$react" "react-dom@$react" @vercel/otel@1 @opentelemetry/api@1 \
  @opentelemetry/api-logs@0.57 @opentelemetry/instrumentation@0.57 @opentelemetry/resources@1 @opentelemetry/sdk-logs@0.57 \
  @opentelemetry/sdk-metrics@1 @opentelemetry/sdk-trace-base@1
npx next build > build.log || { cat build.log; exit 1; }
node "$here/collect.mjs" 14318 "$file" & pids+=($!)
OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:14318 OTEL_EXPORTER_OTLP_PROTOCOL=http/json \
  node node_modules/next/dist/bin/next start -p 13000 -H 127.0.0.1 > start.log 2>&1 & pids=($! "${pids[@]}")
curl --silent --retry 60 --retry-connrefused --retry-delay 1 --output /dev/null http://127.0.0.1:13000/api/prompts
for path in '/api/prompts?fail' /api/private /old /prompts/logo /nowhere; do
  curl --silent --output /dev/null --write-out "%{http_code} $path\n" "http://127.0.0.1:13000$path"
done
sleep 8 # until the batches of spans are sent
