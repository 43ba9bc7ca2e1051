#!/bin/sh
# Usage: postgres.sh COMMAND...     runs PostgreSQL and stops it at once on SIGTERM.
# The orchestrator ends programs with TERM, which PostgreSQL takes as "wait until every client has gone"; INT rolls back and stops.
stopping=
trap 'stopping=yes; kill -INT "$server" 2>/dev/null' TERM INT HUP
"$@" &
server=$!
wait "$server"
status=$?
if [ -n "$stopping" ]; then
  wait "$server"
  status=$?
fi
exit "$status"
