package fleet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// grow makes the configuration of one service: what every GoFrame project has,
// some of what a product has, and sections of its own until the file is about as
// long as real ones are.
func grow(r *rand.Rand, name string, anchors bool) *node {
	g := gardener{Rand: r, name: name, root: object()}
	g.add("server", g.server(), "服务器配置")
	g.add("logger", g.logger())
	g.add("database", g.database(), "数据库：每个环境有自己的实例")
	g.add("redis", g.redis())
	if anchors {
		g.add("retries", g.retries(), "each policy starts from the default one")
	}
	for _, o := range some(g, 5, g.optional()) {
		g.add(o.key, o.val, o.head...)
	}
	g.add("worker", g.worker(), "background jobs / 后台任务")
	g.add("features", g.features(), "switches; a missing one is off")
	lines := 205 + g.IntN(75)
	for _, word := range some(g, 99, modules()) {
		if g.lines() >= lines {
			break
		}
		g.add(word, g.module(2))
	}
	return g.root
}

type gardener struct {
	*rand.Rand
	name string
	root *node
}

// add puts a section at the end, with a blank line above.
func (g gardener) add(key string, val *node, head ...string) {
	g.root.entries = append(g.root.entries, entry{key: key, val: val, head: head, blank: true})
}

// lines is how long the file is now, in the most usual style.
func (g gardener) lines() int {
	return bytes.Count(style{indent: 2, dashIn: true, comments: true, blank: true, flow: true}.print(g.root), []byte("\n"))
}

func (g gardener) chance(p float64) bool { return g.Float64() < p }

func (g gardener) number(low, high int) *node { return num(strconv.Itoa(low + g.IntN(high-low+1))) }

func pick[T any](g gardener, of ...T) T { return of[g.IntN(len(of))] }

// some is n of them, or all, shuffled.
func some[T any](g gardener, n int, of []T) []T {
	out := append([]T(nil), of...)
	g.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:min(n, len(out))]
}

func (g gardener) server() *node {
	return object(
		kv("address", str(fmt.Sprintf(":%d", 8000+g.IntN(1000)))),
		kv("publicUrl", allow("https://ci."+g.name+".example", "https://staging."+g.name+".example", "https://www."+g.name+".example")),
		kv("openapiPath", str("/api.json")),
		kv("swaggerPath", str("/swagger")),
		kv("readTimeout", str(pick(g, "30s", "60s"))),
		kv("writeTimeout", str(pick(g, "60s", "300s"))).says("long answers / 流式回答，不能太短"),
		kv("clientMaxBodySize", num(pick(g, "8388608", "33554432"))).says("bytes"),
		kv("graceful", flag(true)),
		kv("cors", object(
			kv("allowOrigins", strs(false, "https://app.simplex.example", "https://www.simplex.example", "https://admin.simplex.example")),
			kv("allowMethods", strs(true, "GET", "POST", "PUT", "DELETE", "OPTIONS")),
			kv("maxAge", g.number(600, 7200)),
		)),
	)
}

func (g gardener) logger() *node {
	return object(
		kv("level", str(pick(g, "info", "warn", "all"))),
		kv("format", str("json")),
		kv("path", str("")).says("empty: stdout only"),
		kv("stdout", flag(true)),
		kv("ctxKeys", strs(true, "TraceId", "UserId")),
	)
}

func (g gardener) database() *node {
	link := func(db string) *node {
		f := "mysql:" + g.name + ":FAKE-%[1]s@tcp(" + db + "-%[1]s.rds.example:3306)/" + db + "?charset=utf8mb4&parseTime=true&loc=Local"
		return allow(fmt.Sprintf(f, "ci"), fmt.Sprintf(f, "staging"), fmt.Sprintf(f, "prod"))
	}
	n := object(kv("default", object(
		kv("link", link(g.name)),
		kv("debug", flag(false)),
		kv("maxIdle", g.number(5, 20)),
		kv("maxOpen", g.number(50, 200)),
		kv("maxLifetime", str("30m")),
	)))
	if g.chance(0.4) {
		n.entries = append(n.entries, kv("reporting", object(
			kv("link", link(g.name+"-reporting")),
			kv("role", str("slave")),
			kv("maxOpen", g.number(10, 40)),
		)).under("只读实例，报表用"))
	}
	return n
}

func (g gardener) redis() *node {
	n := object()
	for i, name := range []string{"default", "cache", "lock"}[:1+g.IntN(3)] {
		f := "clustercfg." + g.name + "-" + name + ".k8s-%s.memorydb.example:6379"
		n.entries = append(n.entries, kv(name, object(
			kv("address", allow(fmt.Sprintf(f, "ci"), fmt.Sprintf(f, "staging"), fmt.Sprintf(f, "prod"))),
			kv("db", num(strconv.Itoa(i))),
			kv("tls", flag(true)),
			kv("maxActive", g.number(50, 400)),
			kv("idleTimeout", str("10m")),
		)))
	}
	return n
}

// optional are the sections that some services have.
func (g gardener) optional() []entry {
	return []entry{
		kv("mongodb", g.mongodb()),
		kv("rabbitmq", g.rabbitmq()),
		kv("payment", g.payment()).under("套餐：金额单位为分", "Price IDs belong to their Stripe account."),
		kv("stripe", g.stripe()),
		kv("credit", g.credit()).under("积分"),
		kv("resend", g.resend()),
		kv("campaign", g.campaign()),
		kv("oauth", g.oauth()),
		kv("storage", g.storage()),
		kv("agent", g.agent()),
		kv("routes", g.routes()).under("The first prefix that fits wins."),
	}
}

func (g gardener) mongodb() *node {
	f := "mongodb://" + g.name + ":FAKE-%[1]s@" + g.name + "-%[1]s.docdb.example:27017/" + g.name
	return object(kv("default", object(
		kv("uri", allow(fmt.Sprintf(f, "ci"), fmt.Sprintf(f, "staging"), fmt.Sprintf(f, "prod"))),
		kv("database", str(g.name)),
		kv("maxPoolSize", g.number(20, 200)),
	)))
}

func (g gardener) rabbitmq() *node {
	f := "amqps://" + g.name + ":FAKE-%[1]s@" + g.name + "-%[1]s.mq.example:5671/"
	queues := mappings("name")
	for _, q := range some(g, 2+g.IntN(4), []string{"note.index", "email.send", "credit.settle", "page.fetch", "usage.report", "webhook.deliver"}) {
		queues.items = append(queues.items, g.queue(q))
	}
	return object(
		kv("default", object(
			kv("url", allow(fmt.Sprintf(f, "ci"), fmt.Sprintf(f, "staging"), fmt.Sprintf(f, "prod"))),
			kv("prefetch", g.number(8, 64)),
		)),
		kv("exchange", str(g.name+".events")),
		kv("queues", queues),
	)
}

func (g gardener) queue(name string) *node {
	return object(
		kv("name", str(name)),
		kv("routingKey", str(name+".#")),
		kv("durable", flag(true)),
		kv("retry", scalars(true, num("1"), num("5"), g.number(10, 60))).says("seconds / 秒"),
	)
}

func (g gardener) stripe() *node {
	return object(
		kv("publishableKey", allow("pk_test_FAKE_"+g.name, "pk_live_FAKE_staging_"+g.name, "pk_live_FAKE_"+g.name)),
		kv("secretKey", allow("sk_test_FAKE_"+g.name, "sk_live_FAKE_staging_"+g.name, "sk_live_FAKE_"+g.name)),
		kv("webhookSecret", allow("whsec_FAKE_ci_"+g.name, "whsec_FAKE_staging_"+g.name, "whsec_FAKE_prod_"+g.name)),
		kv("automaticTax", flag(true)),
		kv("webhookTolerance", g.number(60, 600)).says("seconds"),
	)
}

func (g gardener) payment() *node {
	plans := mappings("name")
	for _, p := range []string{"free", "plus", "team", "max"}[:2+g.IntN(3)] {
		plans.items = append(plans.items, g.plan(p))
	}
	return object(
		kv("currency", str("usd")),
		kv("trialDays", g.number(0, 30)),
		kv("plans", plans),
	)
}

func (g gardener) plan(name string) *node {
	n := object(kv("name", str(name)), kv("amount", g.number(0, 9900)).says("cents / 分"))
	if name != "free" {
		live := "price_FAKE_live_" + g.name + "_" + name
		n.entries = append(n.entries, kv("stripePriceId", allow("price_FAKE_test_"+g.name+"_"+name, live, live)))
	}
	n.entries = append(n.entries,
		kv("credits", g.number(100, 9000)),
		kv("features", strs(true, some(g, 3, []string{"notes", "search", "agent", "export", "spaces"})...)),
	)
	return n
}

func (g gardener) credit() *node {
	rates := object()
	for _, m := range some(g, 5, []string{"gpt-4.1", "gpt-4.1-mini", "claude-sonnet-4", "claude-haiku", "gemini-2.5-flash", "deepseek-v3", "qwen3-max"}) {
		rates.entries = append(rates.entries, kv(m, g.decimal()))
	}
	return object(
		kv("newUserGrant", g.number(50, 500)).under("新用户赠送积分"),
		kv("expireDays", g.number(30, 365)),
		kv("rates", rates).under("Credits for 1,000 tokens."),
	)
}

// decimal has two digits behind the point, the last of them not 0: it is a float
// whoever reads it.
func (g gardener) decimal() *node {
	return num(fmt.Sprintf("%d.%d%d", g.IntN(4), g.IntN(10), 1+g.IntN(9)))
}

func (g gardener) resend() *node {
	templates := object()
	for _, t := range some(g, 5, []string{"welcome", "verifyCode", "resetLogin", "inviteAccepted", "paymentFailed", "lowBalance"}) {
		templates.entries = append(templates.entries, kv(t, str(fmt.Sprintf("tpl_%08x", g.Uint32()|1<<31))))
	}
	return object(
		kv("endpoint", str("https://api.resend.example/emails")),
		kv("sender", object(
			kv("name", str(pick(g, "Simplex", "Simplex Team", "Simplex 团队"))),
			kv("address", str(pick(g, "hello", "no-reply", "support")+"@simplex.example")),
		)),
		kv("templates", templates),
	)
}

func (g gardener) campaign() *node {
	return object(kv("sendEmails", object(
		kv("enabled", flag(true)),
		kv("redirectEnabled", allowFlag("true", "false", "false")).says("测试环境不给真实用户发邮件"),
		kv("redirectTo", str("qa-inbox@simplex.example")),
		kv("perMinute", g.number(60, 900)),
	)))
}

func (g gardener) oauth() *node {
	n := object()
	for _, p := range some(g, 1+g.IntN(3), []string{"google", "github", "wechat", "apple"}) {
		path := "." + g.name + ".example/oauth/" + p
		n.entries = append(n.entries, kv(p, object(
			kv("redirectUri", allow("https://ci"+path, "https://staging"+path, "https://www"+path)),
			kv("scopes", strs(true, "openid", "email", "profile")),
			kv("enabled", flag(g.chance(0.8))),
		)))
	}
	return n
}

func (g gardener) storage() *node {
	return object(
		kv("bucket", allow(g.name+"-ci", g.name+"-staging", g.name+"-prod")),
		kv("region", str("ap-southeast-1")),
		kv("maxUploadMB", g.number(10, 200)),
		kv("mimeTypes", strs(false, some(g, 3, []string{"image/png", "image/jpeg", "application/pdf", "text/markdown"})...)),
	)
}

func (g gardener) agent() *node {
	folded := str("Give this conversation a short title. Do not use quotes. 标题不超过六个词。")
	folded.block = '>'
	return object(
		kv("defaultModel", str(pick(g, "claude-sonnet-4", "gpt-4.1"))),
		kv("fallbackModels", strs(true, "qwen3-max", "deepseek-v3")),
		kv("maxTokens", g.number(1024, 16384)),
		kv("temperature", g.decimal()),
		kv("systemPrompt", multi("You are Simplex, a careful assistant.\nAnswer in the language of the question.\n\n  - cite your sources\n  - 不确定时直接说明\n")).
			under("系统提示词（模板），改动前请先和产品确认"),
		kv("titlePrompt", folded),
	)
}

func (g gardener) routes() *node {
	n := mappings("name")
	for _, r := range some(g, 3+g.IntN(4), []string{"auth", "chat", "search", "pages", "models", "share", "api"}) {
		n.items = append(n.items, g.route(r))
	}
	return n
}

func (g gardener) route(name string) *node {
	return object(
		kv("name", str(name)),
		kv("prefix", str("/v1/"+name)),
		kv("upstream", str("http://"+g.name)),
		kv("timeout", str(pick(g, "10s", "30s", "300s"))),
		kv("retries", g.number(0, 3)),
	)
}

func (g gardener) worker() *node {
	pools := mappings("name")
	for _, p := range some(g, 2+g.IntN(3), []string{"default", "embedding", "email", "import", "export"}) {
		item := object(kv("name", str(p)), kv("size", g.number(1, 16)))
		item.flow = true
		pools.items = append(pools.items, item)
	}
	return object(
		kv("concurrency", g.number(2, 32)),
		kv("jobTimeout", str(pick(g, "30s", "60s", "5m"))),
		kv("maxRetries", g.number(1, 8)),
		kv("pools", pools),
	)
}

func (g gardener) features() *node {
	n := object()
	for _, f := range some(g, 6+g.IntN(6), []string{"deepResearch", "teamSpaces", "voiceInput", "exportPdf", "newOnboarding", "shareLinks", "timeline", "darkMode",
		"importNotion", "offlineNotes", "publicApi", "smartFolders"}) {
		n.entries = append(n.entries, kv(f, flag(g.chance(0.7))))
	}
	return n
}

// retries is where anchors, aliases and merge keys are: nothing drifts here.
func (g gardener) retries() *node {
	first := object(kv("attempts", num("3")), kv("backoff", str("500ms")), kv("onStatus", scalars(true, num("429"), num("503"))))
	first.anchor = "retry"
	slow := object()
	for _, e := range first.entries {
		inherited := e
		inherited.val = e.val.clone()
		inherited.val.alias = first.anchor
		slow.entries = append(slow.entries, inherited)
	}
	slow.entries = append(slow.entries, kv("jitter", flag(true)))
	slow.merge = first.anchor
	copied := first.clone()
	copied.anchor, copied.alias = "", first.anchor
	n := object(kv("default", first), kv("slow", slow), kv("webhook", copied))
	n.frozen = true
	return n
}

func modules() []string {
	return []string{"billing", "cache", "search", "upload", "notify", "quota", "audit", "share", "import", "export", "moderation", "embedding", "crawler",
		"reports", "sessions", "invite", "timeline", "webhooks", "limits", "health", "pricing", "trial", "spaces", "sync", "preview", "render", "pipeline",
		"schedule", "alerts", "metrics", "archive", "digest", "referral", "onboarding", "support", "ranking"}
}

func words() []string {
	return []string{"enabled", "timeout", "interval", "maxItems", "batchSize", "pageSize", "threshold", "ttl", "mode", "endpoint", "region", "retries", "window",
		"burst", "rate", "minScore", "maxDepth", "sampleRate", "retentionDays", "language", "strategy", "fallback", "concurrency", "warmup", "grace", "title",
		"description", "schedule", "labels", "priority", "capacity", "queueLength", "alertAt", "owner", "channel", "version", "template", "format", "locale",
		"zone", "weight", "factor", "limit", "offset", "size"}
}

// module is a section of a service's own, with depth more levels below.
func (g gardener) module(depth int) *node {
	n := object()
	for _, w := range some(g, 4+g.IntN(4), words()) {
		n.entries = append(n.entries, g.decorated(kv(w, g.anything(depth))))
	}
	if depth > 0 && g.chance(0.4) {
		n.entries = append(n.entries, kv("rules", g.rules()))
	}
	return n
}

// decorated gives some entries comments and blank lines.
func (g gardener) decorated(e entry) entry {
	switch p := g.Float64(); {
	case p < 0.08:
		e.head = []string{pick(g, "changed with care, see the runbook", "请勿随意修改", "measured in October", "灰度中，下个版本移除")}
	case p < 0.2 && e.val.kind == scalar && e.val.block == 0:
		e.tail = pick(g, "seconds", "percent / 百分比", "per user", "默认值", "bytes", "see the dashboard")
	}
	e.blank = g.chance(0.06)
	return e
}

func (g gardener) anything(depth int) *node {
	switch p := g.Float64(); {
	case p < 0.14 && depth > 0:
		return g.module(depth - 1)
	case p < 0.22:
		return strs(g.chance(0.7), some(g, 2+g.IntN(3), []string{"alpha", "beta", "gamma", "中文", "two words", "a-b-c", "x/y"})...)
	case p < 0.26:
		return scalars(true, g.number(1, 9), g.number(10, 99), g.number(100, 999))
	case p < 0.28:
		return multi("first line\nsecond line, 第二行\n")
	}
	return g.leaf()
}

func (g gardener) leaf() *node {
	switch g.IntN(7) {
	case 0:
		return g.number(0, 5000)
	case 1:
		return g.decimal()
	case 2:
		return flag(g.chance(0.5))
	case 3:
		return str(strconv.Itoa(1+g.IntN(90)) + pick(g, "ms", "s", "m", "h"))
	case 4:
		return str(pick(g, "https://", "http://") + pick(g, "api", "hooks", "static") + "." + g.name + ".example/v" + strconv.Itoa(1+g.IntN(3)))
	case 5:
		return str(pick(g, "0 */5 * * * *", "don't care", "a: b", "50%", "#1f6feb", "通知", "yes", "null", "1.10", "*", "- item", "back\\slash"))
	}
	return str(pick(g, "balanced", "fast", "Simplex Team", "en-US", "zh-CN", "weighted", "at least once", "round-robin"))
}

func (g gardener) rules() *node {
	n := mappings("id")
	for _, id := range some(g, 2+g.IntN(3), []string{"links", "spam", "long-text", "images", "adult", "code"}) {
		n.items = append(n.items, g.rule(id))
	}
	return n
}

func (g gardener) rule(id string) *node {
	return object(
		kv("id", str(id)),
		kv("action", str(pick(g, "review", "block", "allow"))),
		kv("score", g.decimal()),
		kv("keywords", strs(true, some(g, g.IntN(3), []string{"free credits", "点击领取", "limited offer"})...)),
	)
}
