{{/* One variable whose value stands in a Secret. */}}
{{- define "ips.secret" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{/* The database, the bus and the keys of personal data: what commands (migrate, verify-audit, rotate-keys) need too. */}}
{{- define "ips.environment.data" -}}
{{- $values := .root.Values -}}
- name: DOTNET_ENVIRONMENT
  value: Production
- name: ASPNETCORE_ENVIRONMENT
  value: Production
{{- with .service.database }}
{{- if $values.postgresql.cluster }}
{{ include "ips.secret" (dict "variable" "POSTGRES_PASSWORD" "secret" (printf "%s-%s" $values.postgresql.cluster $.name) "key" "password") }}
- name: ConnectionStrings__{{ . }}
  value: "Host={{ $values.postgresql.cluster }}-rw;Port={{ $values.postgresql.port }};Database={{ . }};Username={{ $.name }};Password=$(POSTGRES_PASSWORD);Maximum Pool Size={{ $values.postgresql.poolSize }}"
{{- else }}
{{ include "ips.secret" (dict "variable" (printf "ConnectionStrings__%s" .) "secret" $values.secrets.databases "key" (printf "ConnectionStrings__%s" .)) }}
{{- end }}
{{- end }}
{{- if .service.bus }}
{{- if $values.rabbitmq.cluster }}
{{ include "ips.secret" (dict "variable" "RABBITMQ_PASSWORD" "secret" (printf "%s-%s" $values.rabbitmq.cluster .name) "key" "password") }}
- name: ConnectionStrings__bus
  value: "amqp://{{ .name }}:$(RABBITMQ_PASSWORD)@{{ $values.rabbitmq.cluster }}:{{ $values.rabbitmq.port }}"
{{- else }}
{{ include "ips.secret" (dict "variable" "ConnectionStrings__bus" "secret" $values.secrets.bus "key" .name) }}
{{- end }}
{{- end }}
{{- if .service.personalData }}
- name: PersonalData__Current
  value: {{ $values.personalData.currentKey | quote }}
{{ include "ips.secret" (dict "variable" "PersonalData__HashKey" "secret" $values.secrets.personalData "key" "PersonalData__HashKey") }}
{{- range $values.personalData.keys }}
{{ include "ips.secret" (dict "variable" (printf "PersonalData__Keys__%s" .) "secret" $values.secrets.personalData "key" (printf "PersonalData__Keys__%s" .)) }}
{{- end }}
{{- range $values.personalData.oldHashKeys }}
{{ include "ips.secret" (dict "variable" (printf "PersonalData__OldHashKeys__%s" .) "secret" $values.secrets.personalData "key" (printf "PersonalData__OldHashKeys__%s" .)) }}
{{- end }}
{{- end }}
- name: OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY
  value: in_memory
- name: OTEL_SERVICE_NAME
  value: {{ .name }}
{{- with $values.telemetry.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ $values.telemetry.protocol }}
{{- end }}
{{- range $name, $value := .service.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* What serving needs besides: ports, the issuer, the services it calls. */}}
{{- define "ips.environment.serve" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
- name: ASPNETCORE_HTTP_PORTS
  value: ""
- name: ForwardedHeaders__KnownNetworks
  value: {{ join "," $values.ingress.proxies | quote }}
- name: Kestrel__Endpoints__http__Url
  value: http://*:8080
- name: Kestrel__Endpoints__http__Protocols
  value: Http1
{{- if .service.grpc }}
- name: Kestrel__Endpoints__grpc__Url
  value: http://*:8081
- name: Kestrel__Endpoints__grpc__Protocols
  value: Http2
{{- end }}
{{- if .service.signIn }}
- name: DataProtection__Directory
  value: /keys
{{- end }}
- name: Authentication__Authority
  value: {{ required "authentication.authority is empty; set it to the address of your OIDC issuer." $values.authentication.authority | quote }}
- name: Authentication__Audience
  value: {{ $values.authentication.audience | quote }}
{{- if .service.calls }}
- name: Authentication__ClientId
  value: {{ .service.clientId | default .name | quote }}
{{ include "ips.secret" (dict "variable" "Authentication__ClientSecret" "secret" $values.secrets.clients "key" .name) }}
{{- range $field, $value := $values.authentication.tokenRequest }}
- name: Authentication__TokenRequest__{{ $field }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range .service.calls }}
{{- $address := include "ips.name" (dict "root" $root "name" .) }}
- name: services__{{ . }}__http__0
  value: http://{{ $address }}:8080
- name: services__{{ . }}__grpc__0
  value: http://{{ $address }}:8081
{{- end }}
{{- end }}
