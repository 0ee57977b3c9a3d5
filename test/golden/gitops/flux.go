package main

import (
	"fmt"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
	"sigs.k8s.io/yaml"
)

type fluxCheck struct {
	steps []step
}

type step struct {
	status  string
	program cel.Program
}

// newFluxCheck reads the expressions for ConfigMaps of a Kustomization. Like Flux it parses them and checks no types: what
// an object lacks is an error when it is evaluated, and the health check then waits until its time is over.
func newFluxCheck(manifest []byte) (*fluxCheck, error) {
	var kustomization struct {
		Spec struct {
			HealthCheckExprs []struct {
				APIVersion string `json:"apiVersion"`
				Kind       string `json:"kind"`
				InProgress string `json:"inProgress"`
				Failed     string `json:"failed"`
				Current    string `json:"current"`
			} `json:"healthCheckExprs"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(manifest, &kustomization); err != nil {
		return nil, err
	}
	if len(kustomization.Spec.HealthCheckExprs) != 1 {
		return nil, fmt.Errorf("there are %d health checks, not one", len(kustomization.Spec.HealthCheckExprs))
	}
	check := kustomization.Spec.HealthCheckExprs[0]
	if check.APIVersion != "v1" || check.Kind != "ConfigMap" {
		return nil, fmt.Errorf("the health check is for %s %s", check.APIVersion, check.Kind)
	}
	env, err := cel.NewEnv(
		cel.HomogeneousAggregateLiterals(),
		cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.OptionalTypes(),
		ext.Strings(),
		ext.Sets(),
		ext.Encoders(),
	)
	if err != nil {
		return nil, err
	}
	result := &fluxCheck{}
	for _, each := range []struct{ status, expression string }{
		{"InProgress", check.InProgress},
		{"Failed", check.Failed},
		{"Current", check.Current},
	} {
		parsed, issues := env.Parse(each.expression)
		if issues.Err() != nil {
			return nil, fmt.Errorf("%s: %w", each.status, issues.Err())
		}
		program, err := env.Program(parsed)
		if err != nil {
			return nil, err
		}
		result.steps = append(result.steps, step{each.status, program})
	}
	return result, nil
}

// evaluate returns the status of the first expression that is true; while none is, Flux waits.
func (check *fluxCheck) evaluate(object map[string]any) (string, error) {
	for _, step := range check.steps {
		value, _, err := step.program.Eval(object)
		if err != nil {
			return "", fmt.Errorf("%s: %w", step.status, err)
		}
		if value == types.True {
			return step.status, nil
		}
		if value != types.False {
			return "", fmt.Errorf("%s is %v, not a boolean", step.status, value)
		}
	}
	return "InProgress", nil
}
