{{/* Names, and the servers outside the chart on their ports. */}}
{{- define "ips.egress" -}}
{{- $values := .root.Values -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
- ports:
    - port: 443
    {{- if .service.database }}
    - port: {{ $values.postgresql.port }}
    {{- end }}
    {{- if .service.bus }}
    - port: {{ $values.rabbitmq.port }}
    {{- end }}
    {{- if $values.telemetry.endpoint }}
    - port: {{ $values.telemetry.port }}
    {{- end }}
  {{- with $values.networkPolicies.egressAddresses }}
  to:
    {{- range . }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  {{- end }}
{{- end }}

{{/* Migrations and audit checks: nothing reaches them, they reach names, PostgreSQL and telemetry. A hook, so that the first migration has its policy. */}}
{{- define "ips.commandPolicies" -}}
{{- range $name, $service := .Values.services }}
{{- if $service.database }}
{{- $commands := list (printf "%s-migrate" $name) }}
{{- if $service.audited }}{{ $commands = append $commands (printf "%s-verify-audit" $name) }}{{ end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $.Release.Name }}-{{ $name }}-commands
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ $.Release.Name }}
    matchExpressions:
      - key: app.kubernetes.io/name
        operator: In
        values:
          {{- toYaml $commands | nindent 10 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "ips.egress" (dict "root" $ "service" $service) | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}
