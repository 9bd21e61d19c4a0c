package rule

import (
	"strings"
	"testing"

	"hoist.example/hoist/internal/value"
)

var placeholders = []string{
	"CHANGEME", "changeme", "ChangeMe", "CHANGE_ME", "change-me", "change me", "CHANGE-THIS", "change_this", "CHANGEME_STRIPE",
	"CHANGE_BEFORE_DEPLOY", "change-me-please",
	"REPLACEME", "REPLACE_ME", "replace-me", "replace this", "REPLACE_WITH_LIVE_KEY", "sk_live_REPLACE_ME", "FILL_IN", "FILL_ME", "fillme",
	"mysql://root:CHANGEME@tcp(db.example:3306)/app", "https://change_me.example/hook", "postgres://app:CHANGE_ME@db.example/app",
	"TODO", "todo", "TODO: ask Anna", "TODO(anna)", "TODO set the live price", "Todo: price", "price_TODO", "price_todo", "TODO_PRICE", "TBD", "tbd", "FIXME", "FIXME: x", " TODO ",
	"PLACEHOLDER", "placeholder", "STRIPE_PLACEHOLDER", "PLACEHOLDER_KEY", "price_placeholder",
	"<your key>", "<YOUR_API_KEY>", "<key>", "<insert-price-id>", "<密钥>", "mysql://root:<password>@db.example", "sk_live_<key>", "https://<host>/v1",
	"your-api-key", "your-api-key-here", "YOUR_KEY", "YOUR_API_KEY_HERE", "your_token", "sk_live_your_key_here", "your-domain", "https://YOUR_DOMAIN/x",
	"insert-key-here", "INSERT_PRICE_ID_HERE", "mytoken-here", "A_PLACEHOLDER_B", "<PLACEHOLDER>", "INSERT_TOKEN_HERE", "Paste your secret here", "put your key here", "api-key-goes-here",
	"xxx", "XXX", "xxxxxxxx", "sk_live_xxx", "whsec_xxxx", "price_XXXXXX", "AKIAXXXXXXXXXXXXXXXX", "xoxb-xxxxxx-xxxxxx", "AKxxxxxxQ", "a-b-xxx", "my-token-here", "secret_here", "exchange_CHANGE_ME", "replace or replace_me", "a:<br>/<key>",
	"mysql://${USER}:CHANGEME@db", "${A}<password>", "待填写", "待填", "待补充", "(待填写)", "生产环境价格待填写", "待定", "请填写", "你的密钥", "<您的密钥>", "替换为线上密钥", "???",
}

var noPlaceholders = []string{
	"", "a", "ok", "true", "sk_live_FAKEFAKE", "price_1PabcDEF", "exchange", "exchangeme", "change_in_price", "changement", "replacement", "replace_with_latest",
	"todo-list", "Todo list", "mastodon", "todos", "method", "fill_in_blank", "fulfilled", "refill-me-not2",
	"images/placeholder.png", "placeholder-avatar", "https://cdn.example/placeholder.svg", "ctx.placeholders",
	"<br>", "<b>bold</b>", "<div class=\"x\">", "a < b > c", "List<String>", "<noreply@mail.example>", "<https://docs.example>", "<nil>", "< key >", "Hello <name>, welcome",
	"your-order-shipped", "your_invoice_ready", "Your order has shipped", "Your invoice is here", "/api/your_orders", "We value your key accounts",
	"you-are-here", "start-here", "there", "where", "https://start.example/here", "adhere",
	"/tmp/hoist.XXXXXX", "XXL", "xx", "max_xx", "Foxx", "texxxt", "xxx/yyy", "2xx", "5xx", "example.xxx", "AKxxxxxQ", "axxx", "x-y-xx", "somewhere-here-not", "not-here", "keyhere", "Enter here", "insert everything right here now then there here", "my-theyour-key", "change", "<key", "a<key>b", "9your-key",
	"${STRIPE_KEY}", "${CHANGE_ME}", "mysql://${YOUR_USER}:${YOUR_PASSWORD}@db", "{{ .Values.TODO }}", "a{{ YOUR_KEY }}", "{{ .Values.key }}", "$(KEY)", "%KEY%", "__STRIPE_KEY__",
	"时间待定,另行通知", "请输入密码", "填写说明", "生产", "您的密码", "?", "??", "what???",
	strings.Repeat("TODO ", 200),
}

func TestWorded(t *testing.T) {
	for _, s := range placeholders {
		if v := value.Text(s); !Worded(v) || !Placeholder(v) || Empty(v) {
			t.Errorf("%q is not taken for a placeholder", s)
		}
	}
	for _, s := range noPlaceholders {
		if Worded(value.Text(s)) {
			t.Errorf("%q is taken for a placeholder", s)
		}
	}
}

func TestPlaceholderKinds(t *testing.T) {
	null, list := value.Of(value.Null), value.Sequence([]value.Value{value.Text("a"), value.Text("TODO")})
	for _, c := range []struct {
		name               string
		v                  value.Value
		empty, worded, any bool
	}{
		{"absent", value.Value{}, false, false, false},
		{"null", null, true, false, true},
		{"empty string", value.Text(""), true, false, true},
		{"list with one", list, false, true, true},
		{"empty list", value.Of(value.EmptyList), false, false, false},
		{"empty map", value.Of(value.EmptyMap), false, false, false},
		{"number", plain("0"), false, false, false},
		{"false", plain("false"), false, false, false},
	} {
		if Empty(c.v) != c.empty || Worded(c.v) != c.worded || Placeholder(c.v) != c.any {
			t.Errorf("%s: empty %v worded %v placeholder %v", c.name, Empty(c.v), Worded(c.v), Placeholder(c.v))
		}
	}
}

func TestWordedAllocatesNothing(t *testing.T) {
	for _, s := range append(placeholders, noPlaceholders...) {
		v := value.Text(s)
		if n := testing.AllocsPerRun(10, func() { Worded(v) }); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

// Whatever a reference is called, a machine fills it in; and blanks around a
// value change nothing.
func FuzzWorded(f *testing.F) {
	for _, s := range append(placeholders, noPlaceholders...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		is := worded(s)
		if len(s) < longest-4 && worded(" "+s+"\n") != is {
			t.Errorf("%q: blanks around it matter", s)
		}
		if !strings.Contains(s, "}") && worded("${"+s+"}") {
			t.Errorf("${%s} is taken for a placeholder", s)
		}
	})
}

func BenchmarkWorded(b *testing.B) {
	values := []value.Value{value.Text("redis://k8s-prod.example:6379/0"), value.Text("info"), value.Text("The quick brown fox jumps over the lazy dog"),
		value.Text("registry.example/front:v1.4.2"), plain("100"), value.Text("sk_live_FAKEFAKEFAKEFAKEFAKE")}
	b.ReportAllocs()
	for i := range b.N {
		Worded(values[i%len(values)])
	}
}

func BenchmarkForbidden(b *testing.B) {
	s := New(nil, []Forbid{{In: []string{"prod"}, Values: []Want{want(value.Text("sk_test_*")), want(value.Text("pk_test_*")), want(value.Text("rk_test_*"))}}}, nil, nil)
	values := []value.Value{value.Text("redis://k8s-prod.example:6379/0"), value.Text("info"), plain("100"), value.Text("sk_live_FAKE")}
	b.ReportAllocs()
	for i := range b.N {
		s.Forbidden("prod", values[i%len(values)])
	}
}
