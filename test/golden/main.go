// Command golden renders the cases of cases.json with Go's text/template and sprig, and writes results.json:
// what our own engine has to print, byte for byte.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

type testCase struct {
	Name     string          `json:"name"`
	Template string          `json:"template"`
	Data     json.RawMessage `json:"data,omitempty"`
}

type result struct {
	Name   string  `json:"name"`
	Output *string `json:"output,omitempty"`
	Error  bool    `json:"error,omitempty"`
}

func main() {
	verbose := len(os.Args) > 3
	if len(os.Args) < 3 {
		fail(errors.New("usage: golden CASES RESULTS [-v]"))
	}
	source, err := os.ReadFile(os.Args[1])
	fail(err)
	var cases []testCase
	fail(json.Unmarshal(source, &cases))
	var out bytes.Buffer
	out.WriteString("[\n")
	for i, c := range cases {
		r, err := render(c)
		if err != nil && verbose {
			fmt.Fprintf(os.Stderr, "%s: %v\n", c.Name, err)
		}
		encoded, err := json.Marshal(r)
		fail(err)
		out.Write(encoded)
		if i < len(cases)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]\n")
	fail(os.WriteFile(os.Args[2], out.Bytes(), 0o644))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(c testCase) (result, error) {
	failed := result{Name: c.Name, Error: true}
	tmpl, err := template.New(c.Name).Option("missingkey=zero").Funcs(functions()).Parse(c.Template)
	if err != nil {
		return failed, err
	}
	var data any
	if len(c.Data) > 0 {
		if data, err = decode(c.Data); err != nil {
			return failed, err
		}
	}
	var out strings.Builder
	if err := tmpl.Execute(&out, data); err != nil {
		return failed, err
	}
	text := out.String()
	return result{Name: c.Name, Output: &text}, nil
}

// functions are sprig's, with Go's own slice, and the ones that read data giving ints where a number is whole.
func functions() template.FuncMap {
	funcs := sprig.TxtFuncMap()
	delete(funcs, "slice")
	funcs["toYaml"] = func(v any) (string, error) {
		encoded, err := yaml.Marshal(v)
		return strings.TrimSuffix(string(encoded), "\n"), err
	}
	funcs["fromYaml"] = func(text string) (any, error) {
		encoded, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			return nil, err
		}
		return decode(encoded)
	}
	funcs["mustFromJson"] = func(text string) (any, error) { return decode([]byte(text)) }
	funcs["fromJson"] = func(text string) any {
		value, _ := decode([]byte(text))
		return value
	}
	funcs["required"] = func(message string, value any) (any, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	return funcs
}

func decode(source []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return typed(value), nil
}

// typed makes an int of every whole number that a float holds exactly, and a float64 of the others.
func typed(value any) any {
	switch v := value.(type) {
	case json.Number:
		f, err := v.Float64()
		if err == nil && f == float64(int64(f)) && f >= -9007199254740991 && f <= 9007199254740991 {
			return int(f)
		}
		return f
	case []any:
		for i := range v {
			v[i] = typed(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = typed(v[k])
		}
	}
	return value
}
