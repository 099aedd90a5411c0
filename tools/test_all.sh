#!/bin/sh
# Run all tests on SQLite and, beside them, those that touch the database on PostgreSQL; fails if either fails.
set -u
log=.venv/tests-on-postgresql.log
tools/with_postgresql.sh .venv/bin/pytest -m "database and not browser" >"$log" 2>&1 &
beside=$!
.venv/bin/pytest
here=$?
wait "$beside"
there=$?
echo "== PostgreSQL =="
cat "$log"
[ "$here" = 0 ] && [ "$there" = 0 ]
