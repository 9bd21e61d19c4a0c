package config

// kind is what a value of hoist.yaml is.
type kind uint8

const (
	text    kind = iota + 1 // a string that is not empty
	flag                    // true or false
	integer                 //
	date                    // 2027-01-31
	scalar                  // any scalar: a literal or a glob
	list                    // of each
	mapping                 // with these fields and no other
	table                   // of each, behind keys that the file chooses
)

// String is how problems name it.
func (k kind) String() string {
	return [...]string{"", "text", "flag", "integer", "date", "scalar", "list", "mapping", "mapping"}[k]
}

// shape is what may stand at one place of hoist.yaml. The shapes are data, so
// that the published schema can be held against them.
type shape struct {
	kind   kind
	fields []field  // mapping
	each   *shape   // list, table
	least  int      // list: how many entries it must have
	unique bool     // list: no entry twice
	words  []string // text: nothing but these
	or     *shape   // another shape that will do
}

type field struct {
	name     string
	shape    *shape
	required bool
}

// hoistFile is the shape of hoist.yaml.
func hoistFile() *shape {
	var (
		words   = &shape{kind: text}
		yes     = &shape{kind: flag}
		names   = &shape{kind: list, each: words, unique: true}
		some    = &shape{kind: list, each: words, unique: true, least: 1}
		wants   = &shape{kind: list, each: &shape{kind: scalar}, least: 1}
		group   = &shape{kind: list, each: words, unique: true, least: 2}
		groups  = &shape{kind: list, each: group, least: 1}
		byName  = func(each *shape) *shape { return &shape{kind: table, each: each} }
		entries = func(least int, f ...field) *shape {
			return &shape{kind: list, each: &shape{kind: mapping, fields: f}, least: least}
		}
		sources = &shape{kind: list, each: words, unique: true, or: &shape{kind: mapping, fields: []field{
			{name: "config", shape: names},
			{name: "images", shape: names},
		}}}
	)
	return &shape{kind: mapping, fields: []field{
		{name: "version", shape: &shape{kind: integer}, required: true},
		{name: "environments", required: true, shape: entries(2,
			field{name: "name", shape: words, required: true},
			field{name: "title", shape: words},
			field{name: "overlay", shape: words, required: true},
			field{name: "application", shape: words},
			field{name: "from", shape: sources},
			field{name: "deploy", shape: &shape{kind: text, words: []string{"automatic", "manual"}}},
			field{name: "context", shape: words},
			field{name: "server", shape: words},
		)},
		{name: "services", shape: entries(0,
			field{name: "name", shape: words, required: true},
			field{name: "config", shape: &shape{kind: text, or: byName(words)}, required: true},
			field{name: "default", shape: yes},
			field{name: "category", shape: words},
		)},
		{name: "discover", shape: names},
		{name: "categories", shape: byName(names)},
		{name: "allow", shape: entries(0,
			field{name: "keys", shape: some},
			field{name: "images", shape: some},
			field{name: "services", shape: some},
			field{name: "reason", shape: words, required: true},
			field{name: "group", shape: words},
			field{name: "hint", shape: words},
			field{name: "secret", shape: yes},
			field{name: "values", shape: byName(&shape{kind: scalar})},
			field{name: "distinct", shape: groups},
			field{name: "equal", shape: groups},
			field{name: "absent", shape: some},
			field{name: "until", shape: &shape{kind: date}},
		)},
		{name: "forbid", shape: entries(0,
			field{name: "in", shape: some, required: true},
			field{name: "values", shape: wants, required: true},
		)},
		{name: "promote", shape: names},
		{name: "lists", shape: entries(0,
			field{name: "path", shape: words, required: true},
			field{name: "identity", shape: words},
			field{name: "as", shape: &shape{kind: text, words: []string{"set"}}},
			field{name: "ordered", shape: yes},
		)},
		{name: "rendered", shape: entries(0,
			field{name: "kinds", shape: some},
			field{name: "names", shape: some},
			field{name: "keys", shape: some},
			field{name: "absent", shape: some},
			field{name: "reason", shape: words, required: true},
		)},
		{name: "separate", shape: &shape{kind: list, each: group}},
	}}
}
