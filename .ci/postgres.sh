#!/usr/bin/env bash
# Starts a throw-away PostgreSQL on a free port, runs the given command with its address in TEST_DATABASE_URL, stops it.
# Installs Debian's postgresql where there is none and this user may.
set -euo pipefail

find_server() {
  command -v initdb >/dev/null && return
  for folder in /usr/lib/postgresql/*/bin; do
    [ -x "$folder/initdb" ] && PATH="$folder:$PATH" && return
  done
  return 1
}

if ! find_server; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PostgreSQL is needed to test the hub on it: install the package postgresql" >&2
    exit 1
  fi
  apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  find_server
fi

folder=$(mktemp -d /tmp/foyer-postgres.XXXXXX)
as_server=()
if [ "$(id -u)" = 0 ]; then
  # PostgreSQL does not run as root.
  chown nobody "$folder"
  as_server=(setpriv --reuid=nobody --regid=nogroup --clear-groups env "PATH=$PATH" "HOME=$folder")
fi
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')

stop() {
  "${as_server[@]}" pg_ctl -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT

cd /
"${as_server[@]}" initdb -D "$folder/data" -A trust -U foyer -E UTF8 --locale=C >/dev/null
"${as_server[@]}" pg_ctl -D "$folder/data" -l "$folder/log" -w \
  -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off" start >/dev/null ||
  { cat "$folder/log" >&2; exit 1; }
cd "$OLDPWD"
TEST_DATABASE_URL="postgres://foyer@127.0.0.1:$port/postgres" "$@"
