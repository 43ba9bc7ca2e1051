#!/usr/bin/env sh
# Writes what is missing in secrets/: a login of each service at each server, connection strings, keys of personal data. What exists stays as it is.
# The secrets of the OIDC clients come from your issuer: put each into secrets/<service>-client-secret.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
umask 022 # The folder keeps others out; the user inside a container has to read the files.

write() { [ -s "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"; }
password() { openssl rand -hex 24; }
key() { openssl rand -base64 32; }

# Each service is a role that owns its database and can open no other; its migration runs as the same role.
write postgres-password "$(password)"
for service in eligibility staffing fidelity billing reporting; do
  write "$service-db" "Host=postgres;Port=5432;Username=$service;Password=$(password);Database=$service-db"
done
write postgres-logins "create role ips_request nologin;
$(for service in eligibility staffing fidelity billing reporting; do
  echo "create role $service login password '$(sed -n 's/.*;Password=\([^;]*\);.*/\1/p' "secrets/$service-db")';"
  echo "grant ips_request to $service;"
  echo "create database \"$service-db\" owner $service;"
  echo "revoke all on database \"$service-db\" from public;"
done)"

# Each service is a user that publishes its own events, reads its own queues, and binds the events of the services that it listens to.
listens() {
  case $1 in
    eligibility) echo staffing fidelity billing ;;
    staffing) echo eligibility fidelity ;;
    billing) echo eligibility staffing ;;
    fidelity) echo eligibility staffing billing ;;
    reporting) echo eligibility staffing fidelity billing ;;
  esac
}
rows() { # one row of JSON per service: its name, the exchanges of others that it binds, and what the row is made of
  separator=""
  for service in eligibility staffing fidelity billing reporting; do
    others=$(for publisher in $(listens "$service"); do printf '|ips\\\\.%s\\\\..*' "$publisher"; done)
    own="$service\\\\..*|ips\\\\.$service\\\\..*"
    printf '%s%s' "$separator" "$("$1")"
    separator=","
  done
}
user() { printf '{"name":"%s","password":"%s","tags":[]}' "$service" "$(sed -n 's|amqp://[^:]*:\([^@]*\)@.*|\1|p' "secrets/$service-bus")"; }
permission() {
  printf '{"user":"%s","vhost":"/","configure":"^(%s|ips\\\\.events%s)$","write":"^(%s|ips\\\\.events)$","read":"^(%s%s)$"}' \
    "$service" "$own" "$others" "$own" "$own" "$others"
}
topic() { printf '{"user":"%s","vhost":"/","exchange":"ips.events","write":"^ips\\\\.%s\\\\..*$","read":"^$"}' "$service" "$service"; }

for service in eligibility staffing fidelity billing reporting; do
  write "$service-bus" "amqp://$service:$(password)@bus:5672"
done
write rabbitmq-definitions "{\"vhosts\":[{\"name\":\"/\"}],
\"users\":[{\"name\":\"ips\",\"password\":\"$(password)\",\"tags\":[\"administrator\"]},$(rows user)],
\"permissions\":[{\"user\":\"ips\",\"vhost\":\"/\",\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"},$(rows permission)],
\"topic_permissions\":[$(rows topic)]}"

write personal-data-key "$(key)"
write personal-data-hash-key "$(key)"

for client in eligibility staffing fidelity billing portal; do
  [ -s "secrets/$client-client-secret" ] || echo "Missing: secrets/$client-client-secret, the secret of the OIDC client $client."
done
