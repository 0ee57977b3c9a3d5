// Command gitops runs the health checks of config/gitops over the ConfigMaps of a table: health.lua with gopher-lua, the
// interpreter of Argo CD, once with the libraries that Argo CD gives a script by default and once with all of them; and
// the expressions of the Flux Kustomization with cel-go, in the order and with the options of Flux.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

type health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type testCase struct {
	Name                 string         `json:"name"`
	Object               map[string]any `json:"object"`
	Argo                 health         `json:"argo"`
	ArgoWithoutLibraries string         `json:"argoWithoutLibraries"`
	Flux                 string         `json:"flux"`
}

func main() {
	if len(os.Args) != 5 {
		fail(errors.New("usage: gitops CASES HEALTH_LUA ARGOCD_CM FLUX_KUSTOMIZATION"))
	}
	var cases []testCase
	fail(json.Unmarshal(read(os.Args[1]), &cases))
	script := string(read(os.Args[2]))
	wrong := 0
	tell := func(name, what string, got, wanted any) {
		if got != wanted {
			wrong++
			fmt.Printf("gitops: %s: %s is %q, not %q\n", name, what, got, wanted)
		}
	}
	tell("argocd-cm.yaml", "the script", embeddedScript(os.Args[3]), script)
	flux, err := newFluxCheck(read(os.Args[4]))
	fail(err)
	for _, each := range cases {
		full, err := runLua(script, each.Object, true)
		fail(err)
		tell(each.Name, "Argo CD's health", full, each.Argo)
		bare, err := runLua(script, each.Object, false)
		fail(err)
		tell(each.Name, "Argo CD's health without libraries", bare.Status, each.ArgoWithoutLibraries)
		status, err := flux.evaluate(each.Object)
		fail(err)
		tell(each.Name, "Flux' status", status, each.Flux)
	}
	if wrong > 0 {
		os.Exit(1)
	}
	fmt.Printf("gitops: %d ConfigMaps have the health they should have in Argo CD and Flux\n", len(cases))
}

func embeddedScript(file string) string {
	var patch struct {
		Data map[string]string `json:"data"`
	}
	fail(yaml.UnmarshalStrict(read(file), &patch))
	return patch.Data["resource.customizations.health.ConfigMap"]
}

func read(file string) []byte {
	content, err := os.ReadFile(file)
	fail(err)
	return content
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gitops:", err)
		os.Exit(1)
	}
}
