#!/bin/sh
# Usage: rabbitmq.sh EPMD SERVER     runs a RabbitMQ node with a port mapper (epmd) of its own; the environment has the settings.
# The mapper starts first and ends last: a node that finds none starts a daemon that outlives everything.
epmd=$1
server_program=$2
stopping=
server=
trap 'stopping=yes; [ -z "$server" ] || kill -TERM "$server" 2>/dev/null' TERM INT HUP
setpriv --pdeathsig KILL -- "$epmd" -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
mapper=$!
until "$epmd" -port "$ERL_EPMD_PORT" -names >/dev/null 2>&1; do
  kill -0 "$mapper" 2>/dev/null || { echo "Erlang's port mapper did not start on 127.0.0.1:$ERL_EPMD_PORT." >&2; exit 1; }
  sleep 0.02
done
status=143
if [ -z "$stopping" ]; then
  setpriv --pdeathsig TERM -- "$server_program" &
  server=$!
  wait "$server"
  status=$?
  if [ -n "$stopping" ]; then
    wait "$server"
    status=$?
  fi
fi
kill "$mapper" 2>/dev/null
wait "$mapper"
exit "$status"
