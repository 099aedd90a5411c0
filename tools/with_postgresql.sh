#!/bin/sh
# Run a command with DATABASE_URL pointing to a throw-away PostgreSQL, stopped and removed afterwards.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ ! -x "$bin/initdb" ]; then
    echo "Chưa có PostgreSQL: hãy chạy tools/setup_tests.sh. / No PostgreSQL: run tools/setup_tests.sh." >&2
    exit 1
fi

folder="/tmp/langnghe-postgresql-$$" # short and lower case: it is also the host in the URL
mkdir -m 700 "$folder"
as=""
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    as="runuser -u postgres --"
    chown postgres "$folder"
fi

stop() {
    trap - EXIT INT TERM
    if pid=$(head -n 1 "$folder/cluster/postmaster.pid" 2>/dev/null); then
        kill -INT "$pid" 2>/dev/null || true
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd_back=$PWD
cd / # the postgres user may not be allowed to stand where we stand
$as "$bin/initdb" --pgdata="$folder/cluster" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
$as "$bin/pg_ctl" start --wait --silent --pgdata="$folder/cluster" --log="$folder/cluster/server.log" \
    --options="-c listen_addresses='' -c unix_socket_directories=$folder -c fsync=${LANGNGHE_FSYNC:-off}" </dev/null ||
    { cat "$folder/cluster/server.log" >&2; exit 1; }
cd "$cd_back"

host=$(printf '%s' "$folder" | sed 's#/#%2F#g')
DATABASE_URL="postgres://postgres@$host/postgres" "$@"
