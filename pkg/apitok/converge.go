package apitok

import (
	"context"
	"slices"
)

// converge makes a service account have exactly the grants: what is too much is
// taken away before what is missing is given.
func converge(ctx context.Context, dir Directory, userID string, want Grants) error {
	roles, err := dir.UserRoles(ctx, userID)
	if err != nil {
		return err
	}
	groups, err := dir.UserGroups(ctx, userID)
	if err != nil {
		return err
	}
	if extra := without(roles, want.Roles, roleID); len(extra) > 0 {
		if err := dir.RemoveRoles(ctx, userID, extra); err != nil {
			return err
		}
	}
	for _, group := range without(groups, want.Groups, groupID) {
		if err := dir.LeaveGroup(ctx, userID, group); err != nil {
			return err
		}
	}
	for _, group := range without(want.Groups, groups, groupID) {
		if err := dir.JoinGroup(ctx, userID, group); err != nil {
			return err
		}
	}
	if missing := without(want.Roles, roles, roleID); len(missing) > 0 {
		return dir.AddRoles(ctx, userID, missing)
	}
	return nil
}

func roleID(r Role) string   { return r.ID }
func groupID(g Group) string { return g.ID }

// without returns those of list that are not in other.
func without[T any](list, other []T, id func(T) string) []T {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool {
		return slices.ContainsFunc(other, func(o T) bool { return id(o) == id(one) })
	})
}
