package mask

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
)

func at(t testing.TB, s string) keypath.Path {
	t.Helper()
	p, err := keypath.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func plainValue(s string) value.Value { return value.Resolve(s, true, "") }

// secrets are values that must be masked wherever they stand: the text, and the
// part of it that is secret.
var secrets = []struct{ text, part, class string }{
	{"mysql:app:s3cr3tPassw0rd@tcp(db.ci.example:3306)/simplex?charset=utf8mb4", "s3cr3tPassw0rd", ClassURL},
	{"mysql:app:p:a@s/s?w#rd@tcp(db.ci.example:3306)/simplex", "p:a@s/s?w#rd", ClassURL},
	{"mysql:app:pa ss w'o\"rd@tcp(db.ci.example:3306)/simplex", "pa ss w'o\"rd", ClassURL},
	{"mysql:app:@aa(!!zz@tcp(db.ci.example:3306)/simplex", "@aa(!!zz", ClassURL},
	{"pgsql:app:hunter2hunter2@tcp(db.ci.example:5432)/simplex", "hunter2hunter2", ClassURL},
	{"app:hunter2hunter2@tcp(db.ci.example:3306)/simplex", "hunter2hunter2", ClassURL},
	{"app:hunter2hunter2@unix(/var/run/mysql.sock)/simplex", "hunter2hunter2", ClassURL},
	{"app:hunter2@db.ci.example:5432/simplex", "hunter2", ClassURL},
	{"app:hunter2@db.ci.example/simplex", "hunter2", ClassURL},
	{"postgres://app:hunter2hunter2@db.ci.example:5432/simplex?sslmode=require", "hunter2hunter2", ClassURL},
	{"postgres://app:pa/ss@wo?rd@db.ci.example:5432/simplex", "pa/ss@wo?rd", ClassURL},
	{"postgres://app:12/34@db.ci.example/simplex", "12/34", ClassURL},
	{"postgresql://app:密码很长的密码@db.ci.example/simplex", "密码很长的密码", ClassURL},
	{"mongodb+srv://app:hunter2hunter2@cluster0.ci.example/?retryWrites=true&w=majority", "hunter2hunter2", ClassURL},
	{"mongodb://app:hunter2hunter2@a.example:27017,b.example:27017/db?replicaSet=rs0", "hunter2hunter2", ClassURL},
	{"amqp://app:hunter2hunter2@mq.ci.example:5672/vhost", "hunter2hunter2", ClassURL},
	{"redis://:hunter2hunter2@cache.ci.example:6379/0", "hunter2hunter2", ClassURL},
	{"rediss://default:hunter2hunter2@cache.ci.example:6380", "hunter2hunter2", ClassURL},
	{"https://user:hunter2hunter2@api.ci.example/path", "hunter2hunter2", ClassURL},
	{"https://user:pa/ss@api.ci.example/path", "pa/ss", ClassURL},
	{"http://proxy:hunter2hunter2@proxy.example:3128", "hunter2hunter2", ClassURL},
	{"smtp://mailer:hunter2hunter2@smtp.example:587", "hunter2hunter2", ClassURL},
	{"jdbc:mysql://db.ci.example:3306/simplex?user=app&password=hunter2hunter2&useSSL=false", "hunter2hunter2", ClassURL},
	{"jdbc:sqlserver://db.ci.example:1433;databaseName=x;user=sa;password=hunter2hunter2;encrypt=true", "hunter2hunter2", ClassURL},
	{"host=db.ci.example port=5432 user=app password=hunter2hunter2 dbname=simplex", "hunter2hunter2", ClassURL},
	{"host=db.ci.example user=app password='hunter2 hunter2' dbname=simplex", "hunter2 hunter2", ClassURL},
	{"Server=db.ci.example;Database=x;User Id=sa;Password=hunter2hunter2;", "hunter2hunter2", ClassURL},
	{"Server=db.ci.example;Database=x;Uid=sa;Pwd=hunter2hunter2", "hunter2hunter2", ClassURL},
	{"DefaultEndpointsProtocol=https;AccountName=x;AccountKey=FAKEfakeFAKEfake0123==;EndpointSuffix=core.example", "FAKEfakeFAKEfake0123==", ClassURL},
	{"https://api.ci.example/v1?access_token=FAKEfake0123456789", "FAKEfake0123456789", ClassURL},
	{"https://api.ci.example/v1?a=b&api_key=FAKEfake0123456789#top", "FAKEfake0123456789", ClassURL},
	{"https://bucket.example/x?X-Amz-Signature=0123456789abcdef0123", "0123456789abcdef0123", ClassURL},
	{"--user=app --password=hunter2hunter2 --verbose", "hunter2hunter2", ClassURL},
	{"https://hooks.slack.com/services/T0FAKE000/B0FAKE000/FAKEfakeFAKEfake00", "FAKEfakeFAKEfake00", ClassURL},
	{"https://open.feishu.cn/open-apis/bot/v2/hook/0fake000-0000-4000-8000-00000000fa4e", "0fake000-0000-4000-8000-00000000fa4e", ClassURL},
	{"https://oapi.dingtalk.com/robot/send?access_token=0fake0fake0fake0", "0fake0fake0fake0", ClassURL},
	{"sk_live_FAKE51Nabcdefghijklmn", "FAKE51Nabcdefghijklmn", ClassToken},
	{"sk_test_FAKE", "FAKE", ClassToken},
	{"sk_FAKEabcd", "FAKEabcd", ClassToken},
	{"sk-FAKEFAKEFAKEFAKEFAKE", "FAKEFAKEFAKEFAKEFAKE", ClassToken},
	{"rk_live_FAKE51Nabcdefghijklmn", "FAKE51Nabcdefghijklmn", ClassToken},
	{"whsec_FAKEfakeFAKEfake+/=", "FAKEfakeFAKEfake+/=", ClassToken},
	{"AKIAFAKEFAKEFAKE0000", "FAKEFAKEFAKE0000", ClassToken},
	{"LTAI5tFAKEfakeFAKE00", "5tFAKEfakeFAKE00", ClassToken},
	{"ghp_FAKEfakeFAKEfakeFAKEfakeFAKEfake0000", "FAKEfakeFAKEfakeFAKEfakeFAKEfake0000", ClassToken},
	{"github_pat_FAKEfakeFAKEfake00_FAKEfakeFAKE", "FAKEfakeFAKEfake00_FAKEfakeFAKE", ClassToken},
	{"glpat-FAKEfakeFAKEfake0000", "FAKEfakeFAKEfake0000", ClassToken},
	{"xoxb-000000000000-FAKEfakeFAKE", "000000000000-FAKEfakeFAKE", ClassToken},
	{"sk-proj-FAKEfakeFAKEfakeFAKE0000", "FAKEfakeFAKEfakeFAKE0000", ClassToken},
	{"sk-FAKEfakeFAKEfakeFAKE0000", "FAKEfakeFAKEfakeFAKE0000", ClassToken},
	{"AIzaFAKEfakeFAKEfakeFAKEfakeFAKEfake000", "FAKEfakeFAKEfakeFAKEfakeFAKEfake000", ClassToken},
	{"SG.FAKEfakeFAKEfakeFAKE00.FAKEfakeFAKEfakeFAKEfakeFAKEfakeFAKEfake000", "FAKEfakeFAKEfakeFAKE00", ClassToken},
	{"hf_FAKEfakeFAKEfakeFAKEfakeFAKEfake00", "FAKEfakeFAKEfakeFAKEfakeFAKEfake00", ClassToken},
	{"Bearer FAKEfakeFAKEfake0000", "FAKEfakeFAKEfake0000", ClassToken},
	{"Basic ZmFrZTpmYWtlZmFrZQ==", "ZmFrZTpmYWtlZmFrZQ==", ClassToken},
	{"eyJGQUtFIjoxfQ.eyJGQUtFIjoyfQ.FAKEfakeFAKEfake", "GQUtFIjoxfQ.eyJGQUtFIjoyfQ.FAKEfakeFAKEfake", ClassJWT},
	{"-----BEGIN RSA PRIVATE KEY-----\nMIIfakeFAKE0123456789\nfakefakefake\n-----END RSA PRIVATE KEY-----\n", "MIIfakeFAKE0123456789\nfakefakefake", ClassPrivateKey},
	{`{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIfakeFAKE0123456789\n-----END PRIVATE KEY-----\n"}`, "MIIfakeFAKE0123456789", ClassKeyName},
	{`{"user": "app", "password": "hunter2hunter2"}`, "hunter2hunter2", ClassKeyName},
	{"postgres://app:${DB_PASSWORD:hunter2hunter2}@db.ci.example/x", "hunter2hunter2", ClassURL},
}

// ordinary are values that stand in configuration every day, with their keys,
// and are no secrets.
var ordinary = []struct{ path, text string }{
	{"app.name", "simplex-api"}, {"app.name", "简单接口"}, {"app.description", "为每个人准备的 AI 助手: 更快、更好"},
	{"server.address", ":8000"}, {"server.address", "0.0.0.0:8000"}, {"server.url", "https://api.ci.example/v1/"}, {"server.url", "https://api.ci.example:8443/a?b=c&d=e"},
	{"links.profile", "https://social.example/@simplex"}, {"links.mail", "mailto:support@simplex.example"}, {"links.mail", "mailto:support@simplex.example?subject=Hi"},
	{"mail.from", "Simplex <no-reply@simplex.example>"}, {"mail.from", "support@simplex.example"}, {"mail.cc", "a@x.example,b@y.example"},
	{"git", "git@git.example:team/repo.git"}, {"git", "ssh://git@git.example:22/team/repo.git"}, {"git", "https://git.example/team/repo.git@v1.2.3"},
	{"image", "registry.example/front:v1.4.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}, {"image", "registry.example:5000/front:v1"},
	{"image", "front:v1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
	{"image", "front:v1@sha256:12345"}, {"segment", "sk_customer_segment_default"}, {"payload", "eyJhIjoxfQ.eyJiIjoyfQ"}, {"digest", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}, {"commit", "7a39c6ff1d8f4d0b9a4d5f0c6b7a8d9e0f1a2b3c"},
	{"template.id", "d-0123456789abcdef0123456789abcdef"}, {"template.id", "550e8400-e29b-41d4-a716-446655440000"}, {"voice.id", "21m00Tcm4TlvDq8ikWAM"},
	{"stripe.publishableKey", "pk_live_FAKE51Nabcdefghijklmn"}, {"stripe.publishableKey", "pk_test_FAKE"}, {"stripe.priceId", "price_1NFAKEabcdefghijklmnopq"}, {"stripe.product", "prod_NFAKEabcdefgh"},
	{"captcha.siteKey", "6LFAKEfakeFAKEfakeFAKEfakeFAKEfakeFAKE00"}, {"sentry.url", "https://0123456789abcdef0123456789abcdef@o0.sentry.example/1"},
	{"jwt.publicKey", "-----BEGIN PUBLIC KEY-----\nMIIfakeFAKE0123456789\n-----END PUBLIC KEY-----\n"}, {"tls.cert", "-----BEGIN CERTIFICATE-----\nMIIfakeFAKE\n-----END CERTIFICATE-----\n"},
	{"llm.maxTokens", "4096"}, {"llm.maxTokens", "4k"}, {"auth.tokenTTL", "24h"}, {"auth.secretName", "app-secrets"}, {"auth.passwordMinLength", "12"}, {"auth.tokenEndpoint", "https://auth.example/token"},
	{"llm.token", "4096"}, {"router.timeout.firstToken", "30s"}, {"timeout.token", "1h30m"}, {"timeout.token", "1500ms"}, {"oauth.token", "https://auth.example/oauth/token"}, {"llm.costPerToken", "0.00002"}, {"llm.eosToken", "<|endoftext|>"}, {"llm.stopToken", "\\n\\n"}, {"auth.requirePassword", "true"}, {"auth.password", ""}, {"auth.password", "null"},
	{"db.password", "${DB_PASSWORD}"}, {"db.password", "{{ .Values.db.password }}"}, {"db.password", "$(DB_PASSWORD)"}, {"db.password", "$DB_PASSWORD"}, {"gh.token", "${{ secrets.GH_TOKEN }}"}, {"db.password", "((db_password))"}, {"db.password", "<password>"}, {"db.password", "****"},
	{"db.link", "postgres://app:${DB_PASSWORD}@db.example:5432/simplex"}, {"db.link", "postgres://app:{{password}}@db.example:5432/simplex"}, {"db.link", "postgres://app@db.example:5432/simplex"}, {"db.link", "mysql:root:@tcp(db.example:3306)/x"},
	{"db.link", "jdbc:mysql://db.example:3306/simplex?useSSL=false"}, {"redis.address", "cache.example:6379"}, {"kafka.brokers", "a.example:9092,b.example:9092"},
	{"mail.reset", "https://app.example/reset?token={{token}}"}, {"mail.reset", "https://app.example/reset?token=%s&lang=en"}, {"mail.reset", "https://app.example/reset?token="}, {"mail.reset", "https://app.example/reset?forgot_password=true"},
	{"text.hint", "Password: must have at least 8 characters"}, {"text.hint", "密码:至少 8 个字符"}, {"text.hint", "Your password has been changed. Not you? Write to help@simplex.example: we answer at once."}, {"text.title", "Reset password"},
	{"text.body", "Dear {{name}}, use the token below. Bearer of good news: it works!"}, {"text.body", "basic information about the subscription"}, {"text.welcome", "Hi @all: 3=4-1, a:b@c"},
	{"cron", "0 */5 * * *"}, {"cron", "@every 1h30m"}, {"window", "08:30-22:00"}, {"tz", "Asia/Shanghai"}, {"arn", "arn:aws:secretsmanager:us-east-1:000000000000:secret:app-x1Y2z3"}, {"bucket", "s3://simplex-assets-ci/uploads/"},
	{"regex", "^[a-z]+:[0-9]+@(x|y)=z$"}, {"pkg", "npm:@scope/name@1.2.3"}, {"pkg", "pkg:npm/%40scope/name@1.2.3"}, {"css", "a:hover{color:#fff;width:calc(1px=2)}"}, {"color", "#a91c03de"}, {"ip", "10.0.0.1"}, {"cidr", "fd00::/8"},
	{"s3.key", "uploads/2026/banner-large.png"}, {"cache.key", "simplex-ci-user-profile-v2-2026"}, {"cache.keyPrefix", "simplex:ci:"}, {"feature.key", "new-checkout-flow-2026-rollout"}, {"i18n.key", "errors.payment.declined"}, {"kms.key", "alias/simplex-ci"},
	{"kms.key", "550e8400-e29b-41d4-a716-446655440000"}, {"lang", "sk_SK"}, {"model", "sk_learn_model"}, {"lang", "sk_SK.UTF-8"}, {"slug", "sk-learn-how-to-do-it"}, {"name", "risk_management_2026_report_final"}, {"name", "task_runner_configuration_0001"}, {"name", "xoxo-love"}, {"model", "gpt-4.1-mini-2026-04-14"},
	{"model", "ghp_short"}, {"header", "Authorization"}, {"scheme", "Bearer"}, {"data", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"}, {"ssh", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFAKE user@host"}, {"phone", "+86 138 0013 8000"},
	{"套餐.名称", "专业版"}, {"套餐.价格", "¥ 99.00"}, {"提示", "请联系客服:service@simplex.example"}, {"提示", "令牌已过期,请重新登录"}, {"令牌.有效期", "24h"}, {"密码.最小长度", "8"}, {"密码最小长度", "8"},
	{"proxy", "http://proxy.example:3128"}, {"ws", "wss://ws.ci.example:443/socket?room=a@b"}, {"search", "https://x.example/?q=a:b@c"}, {"path", "C:\\Users\\x@y"}, {"login.url", "https://idp.example/login?client_id=simplex&response_type=token"},
	{"monkey", "banana"}, {"author.compass", "north"}, {"keyboard.key", "Enter"}, {"sortKeys", "[a]"}, {"primary.key", "user_id"}, {"partition.key", "tenant-2026-eu-central-1a"}, {"bypass", "yes"},
}

func TestSecretsAreMasked(t *testing.T) {
	m := New([]byte("clone"), false)
	for _, c := range secrets {
		v := value.Text(c.text)
		class, ok := LooksSecret(at(t, "some.setting"), v)
		if !ok || class != c.class {
			t.Errorf("%q: %q, %v; want %q", c.text, class, ok, c.class)
		}
		for _, secret := range []bool{false, true} {
			s := m.Value(at(t, "some.setting"), v, secret)
			checkMasked(t, c.text, c.part, s.Text, s.Masked)
		}
		if CleanComment("# was " + c.text) {
			t.Errorf("%q in a comment is clean", c.text)
		}
		checkMasked(t, c.text, firstWord(c.part), m.Text("link: "+c.text), true)
	}
}

// firstWord: in prose a password ends at a blank.
func firstWord(s string) string {
	if f := strings.FieldsFunc(s, func(r rune) bool { return boundary(r) && r != '\n' }); len(f) > 0 && len(f[0]) >= 4 {
		return f[0]
	}
	return s
}

var fingerprint = regexp.MustCompile(`\*\*\*\*#[0-9a-f]{8}`)

func checkMasked(t interface{ Errorf(string, ...any) }, text, part, shown string, masked bool) {
	if !masked || !strings.Contains(shown, Stars) || !fingerprint.MatchString(shown) {
		t.Errorf("%q is shown as %q (masked %v)", text, shown, masked)
		return
	}
	rest := fingerprint.ReplaceAllString(shown, "\x00")
	for i := 0; i+4 <= len(part); i++ {
		if run := part[i : i+4]; strings.Contains(rest, run) && strings.Count(text, run) == strings.Count(part, run) {
			t.Errorf("%q is shown as %q: it holds %q of the secret %q", text, shown, run, part)
			return
		}
	}
}

func TestOrdinaryValuesAreShown(t *testing.T) {
	m := New([]byte("clone"), false)
	for _, c := range ordinary {
		for _, v := range []value.Value{value.Text(c.text), plainValue(c.text)} {
			if c.text == "true" || c.text == "null" || c.text == "4096" || c.text == "12" || c.text == "0.00002" {
				v = plainValue(c.text)
			}
			if class, ok := LooksSecret(at(t, c.path), v); ok {
				t.Errorf("%s: %q looks like %s", c.path, c.text, class)
			}
			if s := m.Value(at(t, c.path), v, false); s.Masked || s.Text != v.Reveal() {
				t.Errorf("%s: %q is shown as %q", c.path, c.text, s.Text)
			}
		}
		if got := m.Text(c.text); got != c.text && !strings.Contains(c.text, "assword: ") {
			t.Errorf("%q as text is %q", c.text, got)
		}
	}
	if len(ordinary) < 60 {
		t.Errorf("only %d ordinary values", len(ordinary))
	}
}

func TestSecretNames(t *testing.T) {
	for path, want := range map[string]bool{
		"db.password": true, "db.passwd": true, "db.pwd": true, "db.secret": true, "db.credential": true, "aws.credentials": true, "db.passphrase": true, "redis.default.pass": true,
		"dbPassword": true, "db_password": true, "db-password": true, "DB_PASSWORD": true, "DBPassword": true, "DBPasswd": true, "TLSPrivateKey": true, "AWSSecretKey": true, "PASSWORD": true, "Password": true, `spring\.datasource\.password`: true, "password2": true,
		"apiKey": true, "api_key": true, "api-key": true, "APIKey": true, "API_KEY": true, "apikey": true, "openai.apiKey": true, "openai.APIKEY": true, "privateKey": true, "secretKey": true, "accessKey": true, "secretAccessKey": true,
		"accessKeySecret": true, "clientSecret": true, "webhook_secret": true, "token": true, "accessToken": true, "bot-token": true, "authtoken": true, "users.[name=x].password": true, "passwords.[0]": true,
		"数据库.密码": true, "接口密钥": true,
		"db.user": false, "maxTokens": false, "tokenTTL": false, "secretName": false, "passwordMinLength": false, "tokens": false, "publicKey": false, "publishableKey": false, "monkey": false, "key": false, "passwordless": false,
		"secretsManager": false, "keyPath": false, "apiKeyHeader": false, "tokenizer": false, "compass": false, "bypass": false, "[password=x]": false, "password.policy": false, "eosToken": false, "密钥名称": false, "": false,
	} {
		if _, got := LooksSecret(at(t, path), value.Text("some-thing")); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	random := "FAKEfakeFAKE0123456789fake"
	for path, want := range map[string]bool{"signing.key": true, "encryptionKey": true, "salt": true, "cacheKey": false, "publicKey": false, "key.name": false} {
		if _, got := LooksSecret(at(t, path), value.Text(random)); got != want {
			t.Errorf("%s, random: %v, want %v", path, got, want)
		}
	}
	for _, c := range []struct {
		path string
		v    value.Value
		want bool
	}{
		{"password", plainValue("123456"), true}, {"password", plainValue("true"), false}, {"password", plainValue("no"), true}, {"password", plainValue("0123"), true},
		{"password", value.Text(""), false}, {"password", value.Of(value.Null), false}, {"password", value.Value{}, false}, {"password", value.Of(value.EmptyMap), false},
		{"token", plainValue("5"), false}, {"token", value.Text("5"), false}, {"token", plainValue("true"), false}, {"token", value.Text("abc"), true},
		{"passwords", value.Sequence([]value.Value{value.Text("hunter2")}), true}, {"urls", value.Sequence([]value.Value{value.Text("a"), value.Text("redis://:hunter2@x.example")}), true},
		{"urls", value.Sequence([]value.Value{value.Text("a")}), false}, {"password", value.Resolve("hunter2", true, "!vault"), true},
	} {
		if _, got := LooksSecret(at(t, c.path), c.v); got != c.want {
			t.Errorf("%s %v: %v, want %v", c.path, c.v, got, c.want)
		}
	}
}

func TestMaskedForms(t *testing.T) {
	m := New([]byte("clone"), false)
	for _, c := range []struct {
		path, text string
		secret     bool
		want       string // # stands for the fingerprint
	}{
		{"a", "sk_live_FAKE51Nabcdefghijklmn", false, "sk_live_****#"},
		{"a", "sk_live_FAKE51Nabcdefghijklmn", true, "sk_live_****#"},
		{"stripe.secretKey", "sk_test_FAKE", false, "sk_test_****#"},
		{"a", "mysql:app:hunter2hunter2@tcp(db.ci.example:3306)/simplex", true, "mysql:app:****#@tcp(db.ci.example:3306)/simplex"},
		{"a", "postgres://app:hunter2hunter2@db.ci.example/x", false, "postgres://app:****#@db.ci.example/x"},
		{"a", "redis://:hunter2hunter2@db.ci.example/0", false, "redis://:****#@db.ci.example/0"},
		{"a", "host=db user=app password=hunter2hunter2 dbname=x", false, "host=db user=app password=****# dbname=x"},
		{"a", "-----BEGIN PRIVATE KEY-----\nMIIfake\n-----END PRIVATE KEY-----\n", false, "-----BEGIN PRIVATE KEY-----****#\n"},
		{"a.password", "hunter2hunter2", false, "****#"},
		{"a", "hunter2hunter2", true, "****#"},
		{"a", "https://api.example/hook/abc", true, "****#"},
		{"a", "5", true, "****#"},
		{"a", "use sk_live_FAKE51Nabcdefghijklmn here", false, "use sk_live_****# here"},
		{"a", "use sk_live_FAKE51Nabcdefghijklmn and hunter2", true, "****#"}, // secret by a rule, and not all of it understood
		{"a.password", "sk_live_FAKE51Nabcdefghijklmn hunter2", false, "sk_live_****#"},
		{"a", "sk_live_FAKE-voice.store-0001", false, "sk_live_****#"},
		{"a", "see sk_live_FAKE-0001.", false, "see sk_live_****#."},
		{"a.password", "sk_live_FAKE-voice-0001", true, "sk_live_****#"},
		{"a", "https://app:hunter2hunter2@api.example/x?tenant=very-secret-tenant&charset=utf8", true, "https://app:****#@api.example/****#"},
		{"a", "clickhouse://app:hunter2hunter2@db.example/x?tenant=very-secret-tenant&charset=utf8", true, "clickhouse://app:****#@db.example/x?tenant=****#&charset=utf8"},
		{"a.privateKey", "-----BEGIN PRIVATE KEY-----\nMIIfake\n-----END PRIVATE KEY-----\n", false, "-----BEGIN PRIVATE KEY-----****#\n"},
		{"a", "https://app:hunter2hunter2@api.example/x?tenant=tenant&charset=utf8", false, "https://app:****#@api.example/x?tenant=tenant&charset=utf8"},
		{"a", "", true, ""},
		{"a", "x", false, "x"},
	} {
		v := value.Text(c.text)
		want := strings.ReplaceAll(c.want, "#", m.Fingerprint(v))
		if got := m.Value(at(t, c.path), v, c.secret); got.Text != want || got.Masked != strings.Contains(want, Stars) {
			t.Errorf("%s %q (by rule %v): %q, %v; want %q", c.path, c.text, c.secret, got.Text, got.Masked, want)
		}
	}
}

func TestOtherKinds(t *testing.T) {
	m := New([]byte("clone"), false)
	p := at(t, "a.password")
	for _, c := range []struct {
		v      value.Value
		secret bool
		want   Shown
		json   string
	}{
		{value.Of(value.Null), true, Shown{"null", false}, "null"},
		{value.Value{}, true, Shown{"", false}, "null"},
		{value.Of(value.EmptyMap), true, Shown{"{}", false}, "{}"},
		{value.Of(value.EmptyList), true, Shown{"[]", false}, "[]"},
		{value.Of(value.Map), true, Shown{"{…}", false}, "null"},
		{value.Of(value.List), false, Shown{"[…]", false}, "null"},
		{plainValue("true"), false, Shown{"true", false}, "true"},
		{plainValue("123456"), false, Shown{"****" + m.Fingerprint(plainValue("123456")), true}, `"****` + m.Fingerprint(plainValue("123456")) + `"`},
		{plainValue("true"), true, Shown{"****" + m.Fingerprint(plainValue("true")), true}, `"****` + m.Fingerprint(plainValue("true")) + `"`},
		{value.Sequence([]value.Value{value.Text("hunter2"), value.Text("")}), false, Shown{"[****" + m.Fingerprint(value.Text("hunter2")) + ", ]", true}, `["****` + m.Fingerprint(value.Text("hunter2")) + `",""]`},
	} {
		if got := m.Value(p, c.v, c.secret); got != c.want {
			t.Errorf("%v: %v, want %v", c.v, got, c.want)
		}
		x, masked := m.JSON(p, c.v, c.secret)
		if b, err := json.Marshal(x); err != nil || string(b) != c.json || masked != c.want.Masked {
			t.Errorf("%v: %s, %v, %v; want %s", c.v, b, masked, err, c.json)
		}
	}
	if x, masked := m.JSON(at(t, "n"), plainValue("42"), false); x != int64(42) || masked {
		t.Errorf("42 is %v in JSON", x)
	}
}

func TestReveal(t *testing.T) {
	m := New([]byte("clone"), true)
	for _, c := range secrets {
		if s := m.Value(at(t, "a.password"), value.Text(c.text), true); s.Masked || s.Text != c.text {
			t.Errorf("%q is shown as %q", c.text, s.Text)
		}
		if m.Text(c.text) != c.text {
			t.Errorf("%q is masked", c.text)
		}
	}
	if !m.ShowsSecrets() || New(nil, false).ShowsSecrets() {
		t.Error("ShowsSecrets")
	}
}

// TestWithoutKey: nobody can try out what a fingerprint is of where it needs no key.
func TestWithoutKey(t *testing.T) {
	if s := New(nil, false).Value(at(t, "a"), value.Text("sk_live_FAKE51Nabc"), false); s.Text != "sk_live_****" || !s.Masked {
		t.Errorf("shown as %q", s.Text)
	}
}

// TestFingerprints: the same value has the same one at every place and for every
// reason; another value, or another clone, has another.
func TestFingerprints(t *testing.T) {
	m, other := New([]byte("clone"), false), New([]byte("other"), false)
	values := []string{"", "1", "1.0", "1.00", "0x1", "true", "True", "yes", "no", "hunter2", "hunter3", "a", ".inf", "+.inf", "010", "8"}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) value.Value {
			s := rapid.OneOf(rapid.SampledFrom(values), rapid.String()).Draw(t, name)
			return value.Resolve(s, rapid.Bool().Draw(t, name+" plain"), "")
		}
		a, b := draw("a"), draw("b")
		if (m.Fingerprint(a) == m.Fingerprint(b)) != a.Equal(b) {
			t.Fatalf("%q and %q: equal %v, fingerprints %s and %s", a.Reveal(), b.Reveal(), a.Equal(b), m.Fingerprint(a), m.Fingerprint(b))
		}
		if m.Fingerprint(a) == other.Fingerprint(a) {
			t.Fatalf("%q has the same fingerprint in two clones", a.Reveal())
		}
	})
	v := value.Text("sk_live_FAKE51Nabcdefghijklmn")
	a, b, c := m.Value(at(t, "a"), v, false), m.Value(at(t, "b.secret"), v, true), m.Text("key sk_live_FAKE51Nabcdefghijklmn")
	if a != b || !strings.HasSuffix(c, a.Text) {
		t.Errorf("%v, %v, %q", a, b, c)
	}
}

// passwordsDrawn are passwords as generators and people make them.
func passwordsDrawn() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[A-Za-z0-9]{4,24}`),
		rapid.StringMatching(`[A-Za-z0-9!@#$%^&*()_+=:;,./?~|\[\]{}<>-]{5,24}`),
		rapid.StringMatching(`[a-z]{2}[ '"\x60|，]{1,2}[a-z]{2}[@:/]{1,2}[a-z0-9]{3}`),
		rapid.StringMatching(`密[码钥]{3,6}[@:/]?[0-9]{2}`),
	)
}

// TestNoSecretSurvives puts drawn secrets into every form of connection string and
// token, and looks for four characters in a row of them in what is shown.
func TestNoSecretSurvives(t *testing.T) {
	m := New([]byte("clone"), false)
	forms := []string{
		"mysql:app:%s@tcp(db.example:3306)/simplex", "pgsql:app:%s@tcp(db.example:5432)/simplex?charset=utf8", "app:%s@tcp(db.example:3306)/simplex",
		"postgres://app:%s@db.example:5432/simplex", "postgresql://app:%s@db.example/simplex?sslmode=disable", "mongodb+srv://app:%s@db.example/", "redis://:%s@db.example:6379/0",
		"amqp://app:%s@db.example:5672/", "mongodb://app:%s@a.example:27017,b.example:27017/x",
	}
	masked := 0
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom(forms).Draw(t, "form")
		password := passwordsDrawn().Draw(t, "password")
		if reference(password) {
			return
		}
		text := fmt.Sprintf(form, password)
		secret := rapid.Bool().Draw(t, "by rule")
		s := m.Value(at2("database.link"), value.Text(text), secret)
		masked++
		checkMasked(t, text, password, s.Text, s.Masked)
		w := strings.FieldsFunc(password, boundary)
		if len(w) != 1 || w[0] != password {
			return // in prose a blank ends a URL
		}
		checkMasked(t, text, password, m.Text("see "+text+" for more"), true)
	})
	if masked == 0 {
		t.Error("nothing was masked")
	}
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SampledFrom([]string{"sk_live_", "sk_test_", "rk_live_", "whsec_", "ghp_", "github_pat_", "glpat-", "xoxb-", "hf_"}).Draw(t, "prefix")
		body := rapid.StringMatching(`[A-Za-z0-9]{40}`).Draw(t, "body")
		around := rapid.SampledFrom([]string{"%s", "key=%s", "\"%s\"", "密钥%s。", "a %s b", "[%s]"}).Draw(t, "around")
		text := fmt.Sprintf(around, prefix+body)
		checkMasked(t, text, body, m.Text(text), true)
		s := m.Value(at2("a"), value.Text(text), false)
		checkMasked(t, text, body, s.Text, s.Masked)
		if strings.Contains(around, "%s") && around == "%s" && !strings.HasPrefix(s.Text, prefix+Stars) {
			t.Fatalf("%q lost its prefix: %q", text, s.Text)
		}
	})
}

func at2(s string) keypath.Path {
	p, _ := keypath.Parse(s)
	return p
}

// TestByNameShowsNothing: under a key that is called like a secret, or a rule,
// nothing of an unknown text is shown.
func TestByNameShowsNothing(t *testing.T) {
	m := New([]byte("clone"), false)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(passwordsDrawn(), rapid.StringN(5, 40, -1)).Draw(t, "text")
		if reference(text) || reference(strings.TrimSpace(text)) {
			return
		}
		if len(find(text, inValue)) > 0 {
			return
		}
		for _, secret := range []bool{false, true} {
			if s := m.Value(at2("db.password"), value.Text(text), secret); s.Text != Stars+m.Fingerprint(value.Text(text)) {
				t.Fatalf("%q is shown as %q", text, s.Text)
			}
		}
	})
}

func TestConnectionString(t *testing.T) {
	for text, want := range map[string]bool{
		"mysql:app:x@tcp(db.example:3306)/x": true, "mysql:root:@tcp(db.example:3306)/x": true, "root@tcp(db.example:3306)/x": true, "root:@tcp(db.example:3306)/x": true,
		"postgres://db.example/x": true, "postgresql://app@db.example/x": true, "mongodb://db.example": true, "mongodb+srv://c.example/x": true, "redis://cache.example:6379": true, "rediss://cache.example": true,
		"amqp://mq.example": true, "amqps://mq.example/v": true, "kafka://a.example:9092": true, "jdbc:mysql://db.example/x": true, "jdbc:oracle:thin:@db.example:1521:x": true, "nats://n.example:4222": true,
		"host=db.example dbname=x user=app": true, "Server=db.example;Database=x;": true, "Data Source=db.example;Initial Catalog=x": true,
		"simplex-ci.abc123.ng.0001.use1.cache.amazonaws.com:6379": true, "simplex-ci.abc123.us-east-1.rds.amazonaws.com": true, "clustercfg.simplex.abc.memorydb.us-east-1.amazonaws.com:6379": true, "r-abc.redis.rds.aliyuncs.com:6379": true,
		"cache.ci.example:6379": true, "db.example:3306": true, "localhost:6379": true, "a.example:9092,b.example:9092": true, "10.0.0.7:27017": true,
		"https://api.example/v1": false, "http://localhost:8080": false, ":6379": false, "0.0.0.0:6379": false, "api.example:8080": false, "api.example": false, "s3://bucket/x": false, "wss://x.example": false,
		"mysql": false, "redis": false, "mysql:": false, "redis:7.2": false, "redis:6379": true, "postgres:16-alpine": false, "registry.example/redis:7": false, "simplex": false, "": false, "a=b;c=d": false, "user@x.example": false,
		"a.example:9092, b.example:8080": false, "server=x": false, "host=a;mode=b": false, "user=a;id=b": false, "12:30": false, "key: value": false, "s3.amazonaws.com": false, "sqs.us-east-1.amazonaws.com": false, "mail to a@tcp(x)": false,
	} {
		if got := ConnectionString(value.Text(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if !ConnectionString(value.Sequence([]value.Value{value.Text("x"), value.Text("a.example:9092")})) || ConnectionString(plainValue("5")) || ConnectionString(value.Value{}) {
		t.Error("lists or other kinds")
	}
}

func TestCleanComment(t *testing.T) {
	for text, want := range map[string]bool{
		"# the new plan": true, "# 新套餐,每月 99 元": true, "# see https://docs.example/x": true, "# password: see the vault, section 3": true, "# token: ${TOKEN}": true, "# password: <password>": true,
		"# ask ops@simplex.example: they know": true, "# max tokens: 5": true, "# password:": true, "# todo: rotate the api key": true, "": true,
		"# password: hunter2": false, "# link: mysql:app:hunter2@tcp(db.example:3306)/x": false, "# old key sk_live_FAKE51Nabc": false, "# apiKey: \"abc def\"": false, "# 密码: hunter2": false, "# 密码：hunter2": false, "# password:hunter2": false, "# 密码:至少 8 个字符": true, "#password: 'hunter2'  # old": false,
		"# export DB_PASSWORD=hunter2": false, "# redis://:hunter2@cache.example": false, "# postgres://app:hunter two@db.example/x": false, "# redis://cache.example:6379, ask ops@simplex.example": true,
		"# redis://cache.example:6379: invalid token: refused": true,
	} {
		if got := CleanComment(text); got != want {
			t.Errorf("%q: clean %v, want %v", text, got, want)
		}
	}
}

func TestText(t *testing.T) {
	m := New([]byte("clone"), false)
	in := "fatal: unable to access 'https://app:hunter2hunter2@git.example/x.git/': token ghp_FAKEfakeFAKEfakeFAKEfakeFAKEfake0000 refused\nretry with redis://:hunter2hunter2@cache.example:6379。"
	got := m.Text(in)
	for _, gone := range []string{"hunter2", "FAKEfake"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is in %q", gone, got)
		}
	}
	for _, kept := range []string{"fatal: unable to access 'https://app:****#", "@git.example/x.git/': token ghp_****#", " refused\nretry with redis://:****#", "@cache.example:6379。"} {
		if !strings.Contains(got, kept) {
			t.Errorf("%q is not in %q", kept, got)
		}
	}
	if again := m.Text(got); again != got {
		t.Errorf("masked again: %q", again)
	}
}

func TestLooksSecretText(t *testing.T) {
	if !LooksSecretText("a.password", "x1", value.Value{}) || !LooksSecretText("a", "sk_live_FAKE51Nabc", value.Value{}) || LooksSecretText("a", "x", value.Value{}) || !LooksSecretText("a[", "x", value.Value{}) ||
		!LooksSecretText("a", "", value.Text("sk_live_FAKE51Nabc")) {
		t.Error("LooksSecretText")
	}
}

func FuzzMask(f *testing.F) {
	for _, c := range secrets {
		f.Add("some.setting", c.text, false)
	}
	for _, c := range ordinary {
		f.Add(c.path, c.text, true)
	}
	m := New([]byte("clone"), false)
	f.Fuzz(func(t *testing.T, path, text string, secret bool) {
		p, err := keypath.Parse(path)
		if err != nil {
			p = keypath.Path{}
		}
		v := value.Text(text)
		s := m.Value(p, v, secret)
		if s.Masked != strings.Contains(s.Text, Stars) && !strings.Contains(text, Stars) {
			t.Fatalf("%q: %q, masked %v", text, s.Text, s.Masked)
		}
		if _, looks := LooksSecret(p, v); (looks || secret) != s.Masked && text != "" {
			t.Fatalf("%q: looks %v, by rule %v, masked %v", text, looks, secret, s.Masked)
		}
		for _, x := range find(text, inValue) {
			if x.from > x.hideFrom || x.hideFrom >= x.hideTo || x.hideTo > x.to || x.to > len(text) {
				t.Fatalf("%q: %+v", text, x)
			}
		}
		if x, masked := m.JSON(p, v, secret); masked != s.Masked || masked && x != s.Text {
			t.Fatalf("%q: JSON %v, %v", text, x, masked)
		}
		if found := find(text, inProse); (len(found) == 0) != CleanComment(text) || len(found) == 0 && m.Text(text) != text {
			t.Fatalf("%q: Text and CleanComment disagree", text)
		}
		ConnectionString(v)
	})
}

func TestLooksSecretDoesNotAllocate(t *testing.T) {
	for _, c := range ordinary {
		p, v := at(t, c.path), value.Text(c.text)
		if strings.ContainsAny(c.text, "@=") || slices.Contains([]string{"令牌"}, c.path) {
			continue
		}
		if n := testing.AllocsPerRun(20, func() { LooksSecret(p, v) }); n > 2 {
			t.Errorf("%s %q: %v allocations", c.path, c.text, n)
		}
	}
}

func BenchmarkLooksSecret(b *testing.B) {
	for _, c := range []struct{ name, path, text string }{
		{"short", "app.name", "simplex"}, {"slug", "app.name", "simplex-router-backend"}, {"url", "server.publicUrl", "https://api.ci.example:8443/v1/users?a=b"},
		{"prose", "text.body", "Your subscription has been renewed. Thank you for being with us for another year!"}, {"dsn", "database.default.link", "mysql:app:hunter2hunter2@tcp(db.ci.example:3306)/simplex"},
		{"named", "database.default.password", "hunter2"},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, v := at(b, c.path), value.Text(c.text)
			for b.Loop() {
				LooksSecret(p, v)
			}
		})
	}
	b.Run("int", func(b *testing.B) {
		p, v := at(b, "worker.concurrency"), plainValue("16")
		for b.Loop() {
			LooksSecret(p, v)
		}
	})
}

func BenchmarkValue(b *testing.B) {
	m := New([]byte("clone"), false)
	p, v := at(b, "database.default.link"), value.Text("mysql:app:hunter2hunter2@tcp(db.ci.example:3306)/simplex")
	for b.Loop() {
		m.Value(p, v, true)
	}
}
