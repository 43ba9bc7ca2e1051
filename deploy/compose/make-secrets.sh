#!/usr/bin/env sh
# Writes what is missing in secrets/: passwords of the servers, connection strings, keys of personal data. What exists stays as it is.
# The secrets of the OIDC clients come from your issuer: put each into secrets/<service>-client-secret.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
umask 022 # The folder keeps others out; the user inside a container has to read the files.

write() { [ -s "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"; }
password() { openssl rand -hex 24; }
key() { openssl rand -base64 32; }

write postgres-password "$(password)"
postgres=$(cat secrets/postgres-password)
for service in eligibility staffing fidelity billing reporting; do
  write "$service-db" "Host=postgres;Port=5432;Username=ips;Password=$postgres;Database=$service-db"
done

bus=$(password)
write rabbitmq-login "default_user = ips
default_pass = $bus"
write bus "amqp://ips:$(sed -n 's/^default_pass = //p' secrets/rabbitmq-login)@bus:5672"

write personal-data-key "$(key)"
write personal-data-hash-key "$(key)"

for client in eligibility staffing fidelity billing portal; do
  [ -s "secrets/$client-client-secret" ] || echo "Missing: secrets/$client-client-secret, the secret of the OIDC client $client."
done
