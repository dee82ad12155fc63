package layout

import (
	"bytes"
	"fmt"
	"go/ast"
	"slices"
)

// The limits of the house style: small enough to read in one sitting.
const (
	maxFileLines    = 300
	medianFileLines = 90
	maxFuncLines    = 80
	p90FuncLines    = 40
)

// measured is a length and what has it.
type measured struct {
	what  string
	lines int
}

// size holds the lengths of files and functions. Tests and generated files may be long.
func size(files []*file) (broken []string) {
	var sources, functions []measured
	for _, f := range files {
		if f.isTest() || ast.IsGenerated(f.syntax) {
			continue
		}
		sources = append(sources, measured{f.path + ":1", bytes.Count(f.src, []byte("\n"))})
		functions = append(functions, functionsOf(f)...)
	}
	broken = append(broken, tooLong(sources, "file", maxFileLines, 50, medianFileLines)...)
	return append(broken, tooLong(functions, "function", maxFuncLines, 90, p90FuncLines)...)
}

// functionsOf measures bodies as the linter funlen does: the lines between the one that opens and the one that closes.
func functionsOf(f *file) (functions []measured) {
	for _, decl := range f.syntax.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		first, last := f.positions.Position(function.Pos()).Line, f.positions.Position(function.End()).Line
		functions = append(functions, measured{f.at(function.Pos()) + ": " + function.Name.Name, max(last-first-1, 0)})
	}
	return functions
}

// tooLong names each one over the limit, and the longest ones where the percentile is over its own.
func tooLong(all []measured, kind string, limit, percent, percentLimit int) (broken []string) {
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b measured) int { return b.lines - a.lines })
	for _, m := range all {
		if m.lines > limit {
			broken = append(broken, fmt.Sprintf("%s: %s of %d lines: none may be longer than %d", m.what, kind, m.lines, limit))
		}
	}
	atPercent := all[len(all)-(len(all)*percent+99)/100].lines
	if atPercent <= percentLimit {
		return broken
	}
	all = slices.DeleteFunc(all, func(m measured) bool { return m.lines > limit })
	for _, m := range all[:min(len(all), 10)] {
		broken = append(broken, fmt.Sprintf("%s: %s of %d lines, among the longest: %d in 100 may have at most %d lines and have %d",
			m.what, kind, m.lines, percent, percentLimit, atPercent))
	}
	return broken
}
