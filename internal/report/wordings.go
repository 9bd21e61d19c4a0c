package report

// wording is how one code is said: the sentence, and the advice that always
// goes with it (may be empty).
type wording struct{ say, hint Message }

// wordings are the sentences of every problem.Code, by name. Placeholders are
// the code's arguments; {file} and {line} fall back on the place.
var wordings = map[string]wording{}

// whys explain words that rooms give as arguments (why, reason, what): by
// "code word", else by "word" alone.
var whys = map[string]Message{}
