#!/usr/bin/env bash
# Serves the sample city on a free port in a temporary folder and runs the browser tests against it.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
server=""
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
target/release/lanwan demo --data "$work/demo" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
for _ in $(seq 300); do
  url="$(grep -Eo 'http://127\.0\.0\.1:[0-9]+$' "$work/log" || true)"
  [ -z "$url" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.1
done
[ -n "$url" ] || { cat "$work/log"; echo "the server did not start"; exit 1; }
cd e2e
[ -d node_modules ] || PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
LANWAN_URL="$url" npx playwright test
