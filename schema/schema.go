// Package schema is the published JSON Schemas, for editors and for whoever
// reads hoist's files and answers. It holds no code: tests beside the readers
// and writers hold them to the schemas.
package schema

import _ "embed" // the schemas are files, so that editors can be pointed at them

// Hoist is the schema (draft 7) of hoist.yaml.
//
//go:embed hoist.schema.json
var Hoist string
