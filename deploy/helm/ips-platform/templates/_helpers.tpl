{{/* The name of a component: release and service. */}}
{{- define "ips.name" -}}
{{ .root.Release.Name }}-{{ .name }}
{{- end }}

{{- define "ips.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "ips.labels" -}}
{{ include "ips.selector" . }}
app.kubernetes.io/part-of: ips-platform
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "ips.image" -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end -}}
ips/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* A service's values over the defaults of all. */}}
{{- define "ips.merged" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy .service) | toYaml }}
{{- end }}

{{/* What every pod has in common: no root, no token, no links to other services in its environment. */}}
{{- define "ips.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 256Mi
  {{- if .service.signIn }}
  - name: keys
    {{- if .root.Values.portal.keysClaim }}
    persistentVolumeClaim:
      claimName: {{ .root.Values.portal.keysClaim }}
    {{- else }}
    emptyDir: {}
    {{- end }}
  {{- end }}
{{- end }}

{{/* What every container has in common: a file system that cannot be written to but for /tmp. */}}
{{- define "ips.container" -}}
image: {{ include "ips.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if .service.signIn }}
  - name: keys
    mountPath: /keys
  {{- end }}
{{- end }}
