#!/bin/sh
# Runs a command with a PostgreSQL server of its own: scripts/with-postgres.sh COMMAND [ARGUMENT...]
#
# The server lives in a temporary folder, listens on 127.0.0.1 only, on a free port, and is gone afterwards.
# The command finds its address in LANWAN_TEST_POSTGRES; its exit code is passed on.
# PostgreSQL is looked for in PG_BIN, in PATH, and where distributions put it. As root, the server runs as the user
# `postgres` or, when there is none, `nobody`: PostgreSQL refuses to run as root.
set -eu

fail() {
    echo "with-postgres.sh: $1" >&2
    exit 2
}

[ $# -gt 0 ] || fail "no command given (usage: scripts/with-postgres.sh COMMAND [ARGUMENT...])"

bin=${PG_BIN:-}
if [ -z "$bin" ]; then
    if command -v initdb >/dev/null 2>&1; then
        bin=$(dirname "$(command -v initdb)")
    else
        for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
            [ -x "$folder/initdb" ] && bin=$folder
        done
    fi
fi
[ -n "$bin" ] && [ -x "$bin/initdb" ] || fail "PostgreSQL is not installed (set PG_BIN to the folder of initdb)"

home=$(mktemp -d "${TMPDIR:-/tmp}/lanwan-postgres.XXXXXX")
if [ "$(id -u)" = 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$home"
    # A user without a login shell needs one named; the folder it starts in must be one it may enter.
    as_owner() { su -s /bin/sh "$owner" -c "cd '$home' && $1"; }
else
    as_owner() { sh -c "cd '$home' && $1"; }
fi

child=
stop() {
    trap '' INT TERM HUP
    [ -z "$child" ] || kill "$child" 2>/dev/null || true
    if [ -f "$home/data/postmaster.pid" ]; then
        as_owner "'$bin/pg_ctl' -D '$home/data' -m immediate -w stop" >/dev/null 2>&1 || true
    fi
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Sorting by Chinese rules, where the server can: tests then see whether an order depends on the locale.
initdb="'$bin/initdb' -D '$home/data' -U lanwan -A trust -E UTF8 --locale=C --no-sync"
as_owner "$initdb --locale-provider=icu --icu-locale=zh" >"$home/log" 2>&1 ||
    { rm -rf "$home/data"; as_owner "$initdb" >"$home/log" 2>&1; } ||
    { cat "$home/log" >&2; fail "initdb failed"; }

# Somebody else may take a port between the choice and the start: another one is tried then.
started=
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + ($(od -An -N2 -tu2 /dev/urandom | tr -d ' ') % 40000)))
    options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on -c max_connections=200"
    if as_owner "'$bin/pg_ctl' -D '$home/data' -l '$home/server.log' -o \"$options\" -w -t 30 start" >"$home/log" 2>&1; then
        started=yes
        break
    fi
done
[ -n "$started" ] || { cat "$home/log" "$home/server.log" >&2; fail "the server did not start"; }

LANWAN_TEST_POSTGRES="postgres://lanwan@127.0.0.1:$port/postgres"
export LANWAN_TEST_POSTGRES
code=0
"$@" <&0 &
child=$!
wait "$child" || code=$?
child=
exit "$code"
