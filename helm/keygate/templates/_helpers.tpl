{{/* Name of an object: RELEASE-COMPONENT, and keygate-COMPONENT for a release named keygate. */}}
{{- define "keygate.name" -}}
{{- printf "%s-%s" (.root.Release.Name | trunc 40 | trimSuffix "-") .component -}}
{{- end -}}

{{- define "keygate.selectorLabels" -}}
app.kubernetes.io/name: keygate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "keygate.labels" -}}
{{ include "keygate.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "keygate.image" -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/* What Pod Security "restricted" asks for, and a group that may read the mounted passwords. */}}
{{- define "keygate.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "keygate.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
  - ALL
{{- end -}}

{{/* Arguments that tell a process where the store is. */}}
{{- define "keygate.storeArguments" -}}
- --keygate.store.url={{ required "database.url is needed: the R2DBC address of PostgreSQL, such as r2dbc:postgresql://postgres:5432/keygate" .root.Values.database.url }}
- --keygate.store.username={{ .role.username }}
- --keygate.store.password-file=/etc/keygate/database/password
{{- end -}}

{{- define "keygate.storeMounts" -}}
- name: {{ .volume }}
  mountPath: /etc/keygate/database
  readOnly: true
{{- if .root.Values.database.caConfigMap }}
- name: database-ca
  mountPath: /etc/keygate/database-ca
  readOnly: true
{{- end }}
- name: tmp
  mountPath: /tmp
{{- end -}}

{{- define "keygate.passwordVolume" -}}
- name: {{ .volume }}
  secret:
    secretName: {{ .role.passwordSecret.name }}
    defaultMode: 0440
    items:
    - key: {{ .role.passwordSecret.key }}
      path: password
{{- end -}}

{{- define "keygate.commonVolumes" -}}
{{- if .root.Values.database.caConfigMap }}
- name: database-ca
  configMap:
    name: {{ .root.Values.database.caConfigMap }}
{{- end }}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- end -}}

{{- define "keygate.probes" -}}
startupProbe:
  httpGet:
    path: /actuator/health/liveness
    port: management
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /actuator/health/liveness
    port: management
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /actuator/health/readiness
    port: management
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
{{- end -}}

{{/* Replicas on different nodes where there are several. */}}
{{- define "keygate.spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "keygate.selectorLabels" . | nindent 6 }}
{{- end -}}
