package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// endpoint is a call that the API has, as far as a client like hoist may use it.
type endpoint struct {
	method, path string // {name} stands for an application, {arg} for one more
	verb         string
	query        string            // the parameters it knows
	body         map[string]string // the fields of its body, with their JSON types
	stream       bool
}

// endpoints are hoist's share of the API. The names are those of the server's
// own description of it.
var endpoints = []endpoint{
	{method: "GET", path: "/api/v1/applications", verb: "list", query: "name refresh projects resourceVersion selector repo appNamespace project fields"},
	{method: "GET", path: "/api/v1/applications/{name}", verb: "get", query: "refresh projects resourceVersion selector repo appNamespace project"},
	{method: "GET", path: "/api/v1/applications/{name}/managed-resources", verb: "managed-resources", query: "namespace name version group kind appNamespace project"},
	{method: "GET", path: "/api/v1/applications/{name}/resource-tree", verb: "resource-tree", query: "namespace name version group kind appNamespace project"},
	{method: "GET", path: "/api/v1/applications/{name}/syncwindows", verb: "syncwindows", query: "appNamespace project"},
	{method: "GET", path: "/api/v1/applications/{name}/revisions/{arg}/metadata", verb: "metadata", query: "appNamespace project sourceIndex versionId"},
	{method: "POST", path: "/api/v1/applications/{name}/sync", verb: "sync", body: map[string]string{
		"name": "string", "appNamespace": "string", "project": "string", "revision": "string", "revisions": "array", "sourcePositions": "array",
		"dryRun": "boolean", "prune": "boolean", "strategy": "object", "resources": "array", "manifests": "array", "infos": "array",
		"retryStrategy": "object", "syncOptions": "object"}},
	{method: "DELETE", path: "/api/v1/applications/{name}/operation", verb: "operation", query: "appNamespace project"},
	{method: "GET", path: "/api/v1/stream/applications", verb: "stream", query: "name refresh projects resourceVersion selector repo appNamespace project", stream: true},
}

// route finds the endpoint of a request, and what stands in its path.
func route(method, path string) (e endpoint, name, arg string, ok bool) {
	parts := strings.Split(path, "/")
	for _, e := range endpoints {
		want := strings.Split(e.path, "/")
		if e.method != method || len(want) != len(parts) {
			continue
		}
		name, arg, ok = "", "", true
		for i, w := range want {
			switch {
			case w == "{name}" && parts[i] != "":
				name = parts[i]
			case w == "{arg}" && parts[i] != "":
				arg = parts[i]
			case w != parts[i]:
				ok = false
			}
		}
		if ok {
			return e, name, arg, true
		}
	}
	return endpoint{}, "", "", false
}

// faults are what the API does not know about a request, or knows otherwise.
func faults(r *Request) (out []string) {
	note := func(format string, args ...any) {
		out = append(out, r.Method+" "+r.Path+": "+fmt.Sprintf(format, args...))
	}
	if r.Method != "GET" && r.ContentType != "application/json" {
		note("content type %q", r.ContentType)
	}
	e, _, _, ok := route(r.Method, r.Path)
	if !ok {
		if r.Path != "/api/version" {
			note("no such call")
		}
		return out
	}
	known := strings.Fields(e.query)
	for _, k := range slices.Sorted(maps.Keys(r.Query)) {
		if !slices.Contains(known, k) {
			note("query %s", k)
		}
	}
	if v := r.Query.Get("refresh"); v != "" && v != "normal" && v != "hard" {
		note("refresh=%s", v)
	}
	if e.body == nil {
		if r.Body != "" {
			note("a body")
		}
		return out
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(r.Body), &fields); err != nil {
		note("body: %v", err)
		return out
	}
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		if want, ok := e.body[k]; !ok || want != jsonType(fields[k]) {
			note("field %s of type %s", k, jsonType(fields[k]))
		}
	}
	return out
}

func jsonType(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}
