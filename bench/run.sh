#!/usr/bin/env bash
# Measures the platform on this machine: starts, memory, the journey's steps, stored decisions next to pgbench.
# Usage: bench/run.sh [SECONDS]     seconds of load per number of callers, default 10. Needs psql, pg_dump and pgbench on the path.
# Ends with one table of all figures next to the aims. DAYS=1000000 in one stream of verifications, PEOPLE="10000 1000000" in the database (about 10 GB).
# Builds Release, keeps its data in a directory of its own and removes it.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
configuration=Release
data=$(mktemp -d)
chmod 755 "$data"
apphost=

stop() {
  # The host itself, below "dotnet run"; TERM, because a shell's background jobs ignore INT.
  if [ -n "$apphost" ]; then kill -TERM $(pgrep -P "$apphost") 2>/dev/null || true; wait "$apphost" 2>/dev/null || true; fi
  apphost=
}
trap 'stop; rm -rf "$data"' EXIT

# Starts the platform and prints the seconds until it says that all is healthy.
start() {
  local begun=$EPOCHREALTIME
  dotnet run --project AppHost -c $configuration --no-build -- --no-sandbox --data "$data" >"$data/apphost.log" 2>&1 &
  apphost=$!
  until grep -q '^Stop:' "$data/apphost.log"; do
    kill -0 "$apphost" 2>/dev/null || { cat "$data/apphost.log"; exit 1; }
    sleep 0.1
  done
  awk -v from="$begun" -v to="$EPOCHREALTIME" -v what="$1" 'BEGIN { printf "%s start: %.1f s\n", what, to - from }'
}

token() { dotnet AppHost/bin/$configuration/net10.0/AppHost.dll token --role "$1" --org "$2" --data "$data"; }

# The process of a service, and a value of its environment: where the database's address and password are.
service() { pgrep -f "$PWD/services/$1/bin/$configuration/.*/$1.dll$"; }
from_environment() { tr '\0' '\n' <"/proc/$1/environ" | sed -n "s/^$2=//p"; }
# The same database as the superuser: a service's own role makes no database and sees no row without a caller.
administrator() {
  local password
  password=$(sed -n 's/.*"Password": "\([^"]*\)".*/\1/p' "$(grep -l '"postgres":' "$data"/*/server.json "$data"/*/*/server.json 2>/dev/null | head -1)")
  sed -E "s/(^|;)(Username)=[^;]*/\1\2=postgres/I; s/(^|;)(Password)=[^;]*/\1\2=$password/I" <<<"$1"
}
field() { sed -E "s/(^|.*;)$2=([^;]*).*/\2/I" <<<"$1"; }

memory() {
  # Resident: what each maps. Proportional: pages that several map, such as the runtime's libraries, are divided among them, so only these may be added up.
  echo; echo "| process $1 | RSS MB | PSS MB |"; echo "|---|---:|---:|"
  local total=0 shared=0 pid kb pss
  for name in Eligibility Staffing Fidelity Billing Reporting; do
    pid=$(service $name | head -1)
    kb=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
    pss=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    total=$((total + kb)) shared=$((shared + pss))
    echo "| $name | $((kb / 1024)) | $((pss / 1024)) |"
  done
  echo "| five services | $((total / 1024)) | $((shared / 1024)) |"
  # Beside the services and the servers: this host, the orchestrator with a monitor per program, and the dashboard.
  local host beside=0
  host=$(pgrep -P "$apphost" | head -1)
  for name in AppHost orchestrator dashboard; do
    pss=$(case $name in
      AppHost) echo "$host" ;;
      orchestrator) pgrep -f "tools/dcp " ;;
      dashboard) pgrep -f tools/Aspire.Dashboard | while read -r pid; do grep -q dcp "/proc/$pid/comm" || echo "$pid"; done ;;
    esac | while read -r pid; do awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"; done | awk '{ kb += $1 } END { print kb + 0 }')
    beside=$((beside + pss))
    echo "| $name | | $((pss / 1024)) |"
  done
  echo "| beside services and servers | | $((beside / 1024)) |"
  pid=$(pgrep -f "beam.smp.*$data" | head -1 || true)
  [ -z "$pid" ] || echo "| beam.smp | $(($(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status") / 1024)) | $(($(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup") / 1024)) |"
  # Shared memory would be counted once for each of its processes: the proportional size counts it once.
  local postmaster
  postmaster=$(pgrep -x -a postgres | awk -v directory="-D $data" 'index($0, directory) { print $1; exit }')
  [ -z "$postmaster" ] || for pid in $postmaster $(pgrep -P "$postmaster"); do awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true; done |
    awk '{ kb += $1 } END { printf "| PostgreSQL | | %d |\n", kb / 1024 }'
  echo
}

[ -n "${NO_BUILD:-}" ] || for project in AppHost bench/Load; do dotnet build "$project" -c $configuration -v q -nodeReuse:false; done

echo "cores: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg), $(dotnet --version), $(pgbench --version)"
start first
stop
start second
memory "after the start"

# Where the running platform is, for the driver.
connect() {
  local pid
  pid=$(service Eligibility | head -1)
  ELIGIBILITY_DB=$(administrator "$(from_environment "$pid" ConnectionStrings__eligibility-db)")
  BUS=$(from_environment "$pid" ConnectionStrings__bus)
  REPORTING_DB=$(administrator "$(from_environment "$(service Reporting | head -1)" ConnectionStrings__reporting-db)")
  export ELIGIBILITY_DB ELIGIBILITY_PID=$pid BUS REPORTING_DB
  for name in eligibility staffing fidelity billing; do
    export "${name^^}_GRPC=$(sed -n "s/^$name .*grpc: \([^ ]*\).*/\1/p" "$data/apphost.log" | head -1)"
  done
  # Whose processor time is counted.
  PARTS=
  for name in Eligibility Reporting Fidelity; do PARTS+=" $name=$(service $name | head -1)"; done
  PARTS+=" PostgreSQL=$(pgrep -x -a postgres | awk -v directory="-D $data" 'index($0, directory) { print $1; exit }')"
  PARTS+=" RabbitMQ=$(pgrep -f "beam.smp.*$data" | head -1)"
  PARTS+=" dashboard=$(pgrep -f tools/Aspire.Dashboard | while read -r pid; do grep -q dcp "/proc/$pid/comm" || echo "$pid"; done | head -1)"
  export PARTS
  for pair in provider:harbor-works mco:alliance ops:platform state:nc-dhhs; do
    role=${pair%%:*}
    export "TOKEN_${role^^}=$(token "$role" "${pair##*:}")"
  done
}

connect
export SUMMARY="$data/summary.md"
load="bench/Load/bin/$configuration/net10.0/Load.dll"
[ -n "${NO_JOURNEY:-}" ] || dotnet "$load" journey 20
echo

# The same tables, keys and indexes in a database of its own on the same server, the driver adds the person of the foreign keys.
PGHOST=$(field "$ELIGIBILITY_DB" Host) PGPORT=$(field "$ELIGIBILITY_DB" Port) PGUSER=$(field "$ELIGIBILITY_DB" Username) PGPASSWORD=$(field "$ELIGIBILITY_DB" Password)
export PGHOST PGPORT PGUSER PGPASSWORD
database=$(field "$ELIGIBILITY_DB" Database)
createdb bench_copy
pg_dump -s "$database" | psql -q -o /dev/null bench_copy
export COPY_DB="Host=$PGHOST;Port=$PGPORT;Username=$PGUSER;Password=$PGPASSWORD;Database=bench_copy"
dotnet "$load" decisions "$seconds"
memory "after the load"
dotnet "$load" events

# How both change with the number of people.
for people in ${PEOPLE:-10000 1000000}; do
  export PEOPLE_NOW=$people
  echo; dotnet "$load" people "$people"
  dotnet "$load" verify "${DAYS:-1000000}"
  dotnet "$load" decisions "$seconds"
done

unset PEOPLE_NOW
# Every statement's plan, while they are all there.
psql -q -d "$database" -c "alter database \"$database\" set session_preload_libraries = 'auto_explain'" -c "alter database \"$database\" set auto_explain.log_min_duration = 0"
stop
start third
connect
written=$(stat -c %s "$data/logs/postgres.log")
SUMMARY= dotnet "$load" journey 8 >/dev/null
SUMMARY= dotnet "$load" verify 2000 >/dev/null
tail -c "+$((written + 1))" "$data/logs/postgres.log" >"$data/plans.log"
echo; dotnet "$load" plans "$data/plans.log"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
if command -v node >/dev/null && [ -z "${NO_RULES:-}" ]; then echo; bench/admission.sh; fi
echo; echo "| work | figure | the least for it | ratio | aim |"; echo "|---|---|---|---:|---|"; cat "$SUMMARY"
