package fleet

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
)

const hoistYAML = `version: 1
environments:
  - name: ci
    overlay: kubernetes/overlays/aws-ci
    application: fleet-ci
  - name: staging
    overlay: kubernetes/overlays/aws-staging
    application: fleet-staging
    from: [ci]
    deploy: automatic
  - name: prod
    title: production
    overlay: kubernetes/overlays/aws-prod
    application: fleet-prod
    from: {config: [ci, staging], images: [staging]}
    deploy: manual
discover: ['configs/{service}/config.yaml']
allow:
  - keys: [server.publicUrl, oauth.*.redirectUri]
    reason: each environment has its own address
    group: addresses
    values: {ci: 'https://ci.*', staging: 'https://staging.*', prod: 'https://www.*'}
  - keys: [database.*.link, mongodb.*.uri, rabbitmq.*.url]
    reason: each environment has its own instances
    group: infra connections
    secret: true
    distinct: [[ci, staging, prod]]
  - keys: [redis.*.address]
    reason: each environment has its own MemoryDB
    group: infra connections
    values: {ci: '*k8s-ci*', staging: '*k8s-staging*', prod: '*k8s-prod*'}
  - keys: [storage.bucket]
    reason: each environment has its own bucket
    group: storage
    distinct: [[ci, staging, prod]]
  - keys: [stripe.publishableKey]
    reason: CI uses test keys
    group: stripe keys
    values: {ci: 'pk_test_*', staging: 'pk_live_*', prod: 'pk_live_*'}
  - keys: [stripe.secretKey]
    reason: CI uses test keys
    group: stripe keys
    secret: true
    values: {ci: 'sk_test_*', staging: 'sk_live_*', prod: 'sk_live_*'}
  - keys: [stripe.webhookSecret]
    reason: each environment has its own endpoint
    group: stripe keys
    secret: true
    distinct: [[ci, staging, prod]]
  - keys: [payment.*.stripePriceId]
    reason: Price IDs belong to different Stripe accounts
    group: stripePriceId
    distinct: [[ci, staging], [ci, prod]]
  - keys: [campaign.sendEmails.redirectEnabled]
    reason: CI redirects mail for safety
    group: campaign.redirectEnabled
    values: {ci: true, staging: false, prod: false}
forbid:
  - in: [prod]
    values: ['sk_test_*', 'pk_test_*', 'rk_test_*']
lists:
  - path: payment.plans
    identity: name
  - path: server.cors.allowOrigins
    as: set
`

func base(images []image) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\nresources:\n- serviceaccount.yaml\n")
	for _, m := range images {
		b.WriteString("- services/" + m.service + ".yaml\n")
	}
	return []byte(b.String())
}

const accountYAML = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: fleet
`

// workload is a service's Deployment and Service, the same in every environment.
func (m image) workload() []byte {
	return []byte(strings.NewReplacer("NAME", m.service, "IMAGE", m.name, "CONFIG", m.config).Replace(workloadYAML))
}

const workloadYAML = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels:
    app: NAME
spec:
  replicas: 1
  selector:
    matchLabels:
      app: NAME
  template:
    metadata:
      labels:
        app: NAME
    spec:
      serviceAccountName: fleet
      containers:
      - name: NAME
        image: IMAGE
        ports:
        - name: http
          containerPort: 8000
        volumeMounts:
        - name: config
          mountPath: /app/config
      volumes:
      - name: config
        configMap:
          name: CONFIG
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  selector:
    app: NAME
  ports:
  - name: http
    port: 80
    targetPort: http
`

// image is the entry of one service in every overlay.
type image struct {
	service, name string
	tags          [environments]string
	digest        [environments]string
	config        string
}

func growImage(o Options, i int, service string) image {
	r := rand.New(rand.NewPCG(o.Seed^0x1a6e5, uint64(i)))
	m := image{service: service, name: "registry.example/fleet/" + service, config: service + "-config"}
	tag := func() string { return fmt.Sprintf("main-%d-%07x", 4000+r.IntN(2000), r.Uint32()>>4) }
	same := tag()
	m.tags = [environments]string{same, same, same}
	if due(i, 0.6) {
		m.tags[0] = tag()
		if r.IntN(2) == 0 {
			m.tags[1] = tag()
		}
	}
	if due(i, 0.06) {
		m.digest[2] = fmt.Sprintf("sha256:%064x", r.Uint64())
	}
	return m
}

func imageDrift(images []image) []string {
	var out []string
	for _, m := range images {
		if m.tags[0] != m.tags[1] || m.tags[1] != m.tags[2] || m.digest[2] != "" {
			out = append(out, m.name)
		}
	}
	sort.Strings(out)
	return out
}

func kustomization(env string, e int, images []image) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n\nnamespace: fleet-" + env + "\n\nresources:\n- ../../base\n\nconfigMapGenerator:\n")
	for _, m := range images {
		fmt.Fprintf(&b, "- name: %s\n  files:\n  - config.yaml=configs/%s/config.yaml\n", m.config, m.service)
	}
	b.WriteString("\nimages:\n")
	for i, m := range images {
		if i%30 == 0 {
			fmt.Fprintf(&b, "# ---- group %d ----\n", i/30+1)
		}
		fmt.Fprintf(&b, "- name: %s\n  newTag: %s\n", m.name, m.tags[e])
		if m.digest[e] != "" {
			fmt.Fprintf(&b, "  digest: %s\n", m.digest[e])
		}
	}
	return []byte(b.String())
}
