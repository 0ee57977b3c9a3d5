package main

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// byDefault are the libraries that Argo CD opens for a script of argocd-cm; useOpenLibs adds all the others.
var byDefault = map[string]lua.LGFunction{
	lua.LoadLibName: lua.OpenPackage,
	lua.BaseLibName: lua.OpenBase,
	lua.TabLibName:  lua.OpenTable,
}

// runLua gives the script the object as the global "obj" and reads the table it returns.
func runLua(script string, object map[string]any, allLibraries bool) (health, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: !allLibraries})
	defer state.Close()
	for name, open := range byDefault {
		call := lua.P{Fn: state.NewFunction(open), NRet: 0, Protect: true}
		if err := state.CallByParam(call, lua.LString(name)); err != nil {
			return health{}, err
		}
	}
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoString(script); err != nil {
		return health{}, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return health{}, fmt.Errorf("the script returned %s, not a table", state.Get(-1).Type())
	}
	status := lua.LVAsString(table.RawGetString("status"))
	switch status {
	case "Healthy", "Progressing", "Degraded", "Suspended":
		return health{Status: status, Message: lua.LVAsString(table.RawGetString("message"))}, nil
	}
	return health{}, fmt.Errorf("Argo CD knows no status %q", status)
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch known := value.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, member := range known {
			table.RawSetString(key, toLua(state, member))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, item := range known {
			table.Append(toLua(state, item))
		}
		return table
	case string:
		return lua.LString(known)
	case bool:
		return lua.LBool(known)
	case float64:
		return lua.LNumber(known)
	}
	return lua.LNil
}
