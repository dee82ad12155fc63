package layout

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// docs holds that every package says what it is for and that everything exported is described. The testkit is ours alone,
// and tests export nothing.
func docs(files []*file) (broken []string) {
	packages := map[string][]*file{}
	for _, f := range files {
		name := f.dir + " " + strings.TrimSuffix(f.syntax.Name.Name, "_test")
		packages[name] = append(packages[name], f)
		if f.isTest() || within(f.dir, testkit) || ast.IsGenerated(f.syntax) {
			continue
		}
		for _, decl := range f.syntax.Decls {
			broken = append(broken, undocumented(f, decl)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		broken = append(broken, withoutComment(packages[name])...)
	}
	return broken
}

// withoutComment complains where no file that ships (no file at all, in a package of tests) carries the package comment.
func withoutComment(files []*file) []string {
	shipped := slices.DeleteFunc(slices.Clone(files), (*file).isTest)
	if len(shipped) == 0 {
		shipped = files
	}
	if slices.ContainsFunc(shipped, func(f *file) bool { return f.syntax.Doc.Text() != "" }) {
		return nil
	}
	f := shipped[0]
	return []string{fmt.Sprintf("%s: package %s has no comment that says what it is for", f.at(f.syntax.Package), f.dir)}
}

func undocumented(f *file, decl ast.Decl) (broken []string) {
	complain := func(name *ast.Ident) {
		broken = append(broken, fmt.Sprintf("%s: %s is exported and has no comment", f.at(name.Pos()), name.Name))
	}
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Name.IsExported() && decl.Doc.Text() == "" && exportedReceiver(decl) && !wellKnown(decl) {
			complain(decl.Name)
		}
	case *ast.GenDecl:
		if decl.Tok == token.IMPORT || decl.Doc.Text() != "" {
			return nil
		}
		for _, spec := range decl.Specs {
			for _, name := range bareNames(spec) {
				complain(name)
			}
		}
	}
	return broken
}

// bareNames are the exported names of a declaration that has no comment of its own.
func bareNames(spec ast.Spec) []*ast.Ident {
	var names []*ast.Ident
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Doc.Text() == "" && spec.Comment.Text() == "" {
			names = []*ast.Ident{spec.Name}
		}
	case *ast.ValueSpec:
		if spec.Doc.Text() == "" && spec.Comment.Text() == "" {
			names = spec.Names
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name *ast.Ident) bool { return !name.IsExported() })
}

// exportedReceiver is true for functions, and for methods that a user of the package can reach by the name of their type.
func exportedReceiver(decl *ast.FuncDecl) bool {
	if decl.Recv == nil {
		return true
	}
	kind := decl.Recv.List[0].Type
	for {
		switch inner := kind.(type) {
		case *ast.StarExpr:
			kind = inner.X
		case *ast.IndexExpr:
			kind = inner.X
		case *ast.IndexListExpr:
			kind = inner.X
		case *ast.Ident:
			return inner.IsExported()
		default:
			return true
		}
	}
}

// wellKnown methods mean the same everywhere; revive, the linter, lets them go as well.
func wellKnown(decl *ast.FuncDecl) bool {
	known := []string{"Error", "Read", "ServeHTTP", "String", "Unwrap", "Write", "Len", "Less", "Swap"}
	return decl.Recv != nil && slices.Contains(known, decl.Name.Name)
}
