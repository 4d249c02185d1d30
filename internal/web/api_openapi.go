package web

import (
	"context"
	"encoding"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"pliego/internal/penalty"
)

// object is a JSON object of the OpenAPI document.
type object = map[string]any

// apiOperation is a route of the API that is no table.
type apiOperation struct {
	method, path, says string
	query              object // of its query, by name: what it means
	takes              object // schema of the body
	answers            map[string]object
}

// apiOperations are what the document says of the routes that are no tables. What
// answers look like is taken from the types that they are made of.
func apiOperations() []apiOperation {
	return []apiOperation{
		{"get", "/api/v1/openapi.json", "This document.", nil, nil, map[string]object{"200": {"type": "object"}}},
		{"get", "/api/v1/letters", "The public letters.", nil, nil, map[string]object{"200": objectOf(object{"letters": schemaOf[[]apiLetterRow]()})}},
		{"get", "/api/v1/letters/{letter}", "A letter with its texts, their versions and its addressees.", nil, nil, map[string]object{"200": schemaOf[apiLetterFull]()}},
		{"get", "/api/v1/letters/{letter}/prints", "The files of a letter that were handed out, with their hashes, and why they were replaced.", nil, nil,
			map[string]object{"200": objectOf(object{"letter": object{"type": "string"}, "prints": schemaOf[[]apiPrint]()})}},
		{"get", "/api/v1/letters/{letter}/signatures", "The registration list, 500 numbers a page, with the gaps of those withdrawn.", object{"page": "number of the page, from 1"}, nil,
			map[string]object{"200": schemaOf[apiSignatureList]()}},
		{"post", "/api/v1/letters/{letter}/signatures", "Sign. The signature counts once it is confirmed from the mail.", nil, signBody, map[string]object{"202": objectOf(object{
			"status": object{"type": "string"}, "detail": object{"type": "string"}, "next": object{"type": "string"}})}},
		{"get", "/api/v1/penalties", "What drug laws threaten, and the amounts at which it begins.", nil, nil,
			map[string]object{"200": objectOf(object{"penalties": schemaOf[[]penalty.Penalty](), "thresholds": schemaOf[[]penalty.Threshold]()})}},
	}
}

// signBody has the names of the sign form.
var signBody = object{
	"type": "object", "required": []string{"kind", "email", "consent"}, "additionalProperties": false,
	"properties": object{
		"kind": object{"type": "string", "enum": []string{"organisation", "person"}}, "name": object{"type": "string"}, "acronym": object{"type": "string"},
		"country": object{"type": "string", "description": "ISO 3166-1 alpha-2"}, "website": object{"type": "string"}, "signer_name": object{"type": "string"},
		"signer_role": object{"type": "string"}, "email": object{"type": "string"}, "visibility": object{"type": "string", "enum": []string{"public", "sealed"}},
		"consent": object{"enum": []any{1, "1", true}}, "lang": object{"type": "string", "enum": []string{"es", "pt", "en", "fr"}},
	},
}

func objectOf(properties object) object {
	var names []string
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return object{"type": "object", "required": names, "properties": properties}
}

// errorBody is what every error of the API looks like.
var errorBody = objectOf(object{"error": object{"type": "object", "required": []string{"code", "message"}, "properties": object{
	"code": object{"type": "string"}, "message": object{"type": "string"}, "fields": object{"type": "object", "additionalProperties": object{"type": "string"}},
}}})

// openAPI gives the document that describes the API.
func (s *Site) openAPI(_ context.Context, _ *http.Request, _ string) (*drawn, error) {
	generation, paths := s.versions.of(""), object{}
	for _, o := range apiOperations() {
		item, ok := paths[o.path].(object)
		if !ok {
			item = object{}
			paths[o.path] = item
		}
		op := object{"summary": o.says, "parameters": parameters(o.path, o.query)}
		if o.takes != nil {
			op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": o.takes}}}
		}
		answers := object{"default": answerOf("An error.", "application/json", errorBody)}
		for status, schema := range o.answers {
			answers[status] = answerOf("The answer.", "application/json", schema)
		}
		op["responses"] = answers
		item[o.method] = op
	}
	for _, t := range dataTables {
		filters := object{}
		for _, c := range t.columns {
			if c.filter {
				filters[c.name] = c.says
			}
		}
		if t.name == "record" || t.name == "matrix" {
			filters["on"], filters["known"] = "date: as it stood", "date: as it was known"
		}
		failed := answerOf("An error.", "application/json", errorBody)
		paths[t.pattern()+".csv"] = object{"get": object{"summary": t.says + " All rows as CSV.", "parameters": parameters(t.pattern(), filters), "responses": object{
			"200": answerOf("A table whose first line names the columns.", "text/csv", object{"type": "string"}), "default": failed}}}
		paged := object{"page": "number of the page, from 1; a page has 500 rows"}
		for name, says := range filters {
			paged[name] = says
		}
		paths[t.pattern()] = object{"get": object{"summary": t.says, "parameters": parameters(t.pattern(), paged), "responses": object{
			"200": answerOf("A page of the table.", "application/json", t.schema()), "default": failed}}}
	}
	return s.drawJSON("", generation, object{
		"openapi": "3.1.0",
		"info": object{"title": "Pliego", "version": "1", "description": "Everything public of this site as JSON and CSV. " +
			"Each answer has an ETag; asking with If-None-Match costs nothing while nothing changed. Figures stay under the licence of their source, which the table of sources names."},
		"servers": []object{{"url": s.base}}, "paths": paths,
	})
}

// parameters are those of an address: what stands in the path, and the query.
func parameters(path string, query object) []object {
	list := []object{}
	if strings.Contains(path, "{letter}") {
		list = append(list, object{"name": "letter", "in": "path", "required": true, "description": "slug of the letter", "schema": object{"type": "string"}})
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		schema := object{"type": "string"}
		if name == "page" {
			schema = object{"type": "integer", "minimum": 1}
		}
		list = append(list, object{"name": name, "in": "query", "description": query[name], "schema": schema})
	}
	return list
}

func answerOf(says, media string, schema object) object {
	return object{"description": says, "content": object{media: object{"schema": schema}}}
}

// schema is what a page of the table looks like.
func (t dataTable) schema() object {
	columns, names := object{}, []string{}
	for _, c := range t.columns {
		columns[c.name] = object{"type": []string{c.kind, "null"}, "description": c.says}
		names = append(names, c.name)
	}
	count := object{"type": "integer"}
	return object{"type": "object", "required": []string{"page", "pages", "total", "rows"}, "additionalProperties": false, "properties": object{
		"page": count, "pages": count, "total": count, "next": object{"type": "string", "description": "address of the next page"},
		"rows": object{"type": "array", "items": object{"type": "object", "required": names, "additionalProperties": false, "properties": columns}},
	}}
}

// schemaOf is the JSON schema of a type as encoding/json writes it.
func schemaOf[T any]() object { return schemaFor(reflect.TypeFor[T]()) }

var (
	marshalsJSON = reflect.TypeFor[json.Marshaler]()
	marshalsText = reflect.TypeFor[encoding.TextMarshaler]()
)

func schemaFor(t reflect.Type) object {
	switch {
	case t.Kind() == reflect.Pointer:
		return object{"anyOf": []object{schemaFor(t.Elem()), {"type": "null"}}}
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t.Implements(marshalsJSON):
		return object{} // it writes itself as it likes
	case t.Implements(marshalsText):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		return object{"type": []string{"array", "null"}, "items": schemaFor(t.Elem())}
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": schemaFor(t.Elem())}
	case reflect.Struct:
		out := object{"type": "object", "additionalProperties": false}
		properties, required := object{}, []string{}
		for n := range t.NumField() {
			f := t.Field(n)
			name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous && name == "" {
				inner := schemaFor(f.Type)
				for k, v := range inner["properties"].(object) {
					properties[k] = v
				}
				required = append(required, inner["required"].([]string)...)
				continue
			}
			properties[name] = schemaFor(f.Type)
			if !strings.Contains(rest, "omitempty") {
				required = append(required, name)
			}
		}
		out["properties"], out["required"] = properties, required
		return out
	}
	return object{}
}
