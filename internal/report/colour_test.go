package report

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// Every colour can be read on a white and on a black background (WCAG 2.2
// asks 3 of large and bold text and of signs, which have words beside them).
func TestColoursAreReadableOnLightAndDark(t *testing.T) {
	const least = 3.5
	for _, st := range []style{dim, red, green, amber, violet, teal, boldRed} {
		_, number, ok := strings.Cut(string(st), "38;5;")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 16 {
			t.Errorf("%q depends on the theme", st)
			continue
		}
		l := luminance(n)
		if white, black := 1.05/(l+0.05), (l+0.05)/0.05; white < least || black < least {
			t.Errorf("%q: contrast %.2f on white, %.2f on black", st, white, black)
		}
	}
}

// luminance is that of a colour of xterm's 256 (WCAG 2.2).
func luminance(n int) float64 {
	levels := []float64{0, 95, 135, 175, 215, 255}
	r, g, b := levels[max(n-16, 0)/36%6], levels[max(n-16, 0)/6%6], levels[max(n-16, 0)%6]
	if n >= 232 {
		r = float64(8 + 10*(n-232))
		g, b = r, r
	}
	linear := func(x float64) float64 {
		if x /= 255; x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
