package report

import (
	"strconv"
	"strings"
)

// schedule is a cron schedule (crontab(5)) in words, where it is a simple one.
func (w Words) schedule(cron string) string {
	f := strings.Fields(cron)
	if len(f) != 5 || f[2] != "*" || f[3] != "*" {
		return w.say(msgCron, "cron", visible(cron))
	}
	if f[0] == "*" && f[1] == "*" && f[4] == "*" {
		return w.say(msgAlways)
	}
	minute, err1 := strconv.Atoi(f[0])
	hour, err2 := strconv.Atoi(f[1])
	days, ok := w.weekdays(f[4])
	if err1 != nil || err2 != nil || minute < 0 || minute > 59 || hour < 0 || hour > 23 || !ok {
		return w.say(msgCron, "cron", visible(cron))
	}
	at := two(hour) + ":" + two(minute)
	if days == "" {
		return w.say(msgDaily, "at", at)
	}
	return w.say(msgWeekly, "days", days, "at", at)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// weekdays names the days of a cron field; "" for all of them.
func (w Words) weekdays(field string) (string, bool) {
	if field == "*" {
		return "", true
	}
	var out []string
	for part := range strings.SplitSeq(field, ",") {
		from, to, several := strings.Cut(part, "-")
		a, ok := weekday(from)
		if !ok {
			return "", false
		}
		s := w.say(dayTexts[a])
		if several {
			b, ok := weekday(to)
			if !ok {
				return "", false
			}
			s += "–" + w.say(dayTexts[b])
		}
		out = append(out, s)
	}
	return w.list(out), true
}

func weekday(s string) (int, bool) {
	for i, name := range []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} {
		if strings.EqualFold(s, name) {
			return i, true
		}
	}
	n, err := strconv.Atoi(s)
	return n % 7, err == nil && n >= 0 && n <= 7
}

var dayTexts = [7]Message{
	{"Sunday", "周日"}, {"Monday", "周一"}, {"Tuesday", "周二"}, {"Wednesday", "周三"}, {"Thursday", "周四"}, {"Friday", "周五"}, {"Saturday", "周六"},
}
