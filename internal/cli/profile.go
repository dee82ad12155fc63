package cli

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) profileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "Name the realms that this machine works with",
		Long: `A profile is a server, a realm and how this machine signs in to it. Profiles are
in config.yaml under the XDG config directory, which never holds a secret.

A flag goes before an environment variable, and that before the profile.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.profileAdd(), a.profileList(), a.profileShow(), a.profileUse(), a.profileRemove())
	return cmd
}

func (a *app) profileAdd() *cobra.Command {
	var maxExpiry string
	cmd := &cobra.Command{
		Use:   "add NAME --server URL --realm REALM",
		Short: "Add a profile",
		Long:  "Add a profile. The first one is the one in use from then on.",
		Example: `  apitok profile add work --server https://keycloak.example.com --realm acme
  apitok profile add lab --server https://10.0.0.7 --realm lab --ca-file lab-ca.pem`,
		Args: oneArg("the profile's name"),
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			profile, err := a.newProfile(cmd, maxExpiry)
			if err != nil {
				return err
			}
			return config.Change(cmd.Context(), a.folders().Path(), func(f *config.File) error {
				if _, exists := f.Profiles[args[0]]; exists {
					return &apitok.Error{Kind: apitok.Conflict, Message: "the profile " + args[0] + " exists already",
						Hint: "apitok profile remove it first, or choose another name"}
				}
				f.Profiles[args[0]] = profile
				if f.Current == "" {
					f.Current = args[0]
				}
				return nil
			})
		}),
	}
	cmd.Flags().StringVar(&maxExpiry, "max-expiry", "", "let no credential live longer than this, such as 90d")
	return cmd
}

// newProfile makes a profile of the flags alone: what is written down must not
// hang on the environment of the moment.
func (a *app) newProfile(cmd *cobra.Command, maxExpiry string) (config.Profile, error) {
	if a.flags.Server == "" || a.flags.Realm == "" {
		return config.Profile{}, usage(cmd, "a profile needs --server and --realm")
	}
	server, err := config.Server(a.flags.Server, a.flags.InsecureHTTP)
	if err != nil {
		return config.Profile{}, err
	}
	profile := config.Profile{Server: server, Realm: a.flags.Realm, InsecureHTTP: a.flags.InsecureHTTP, MaxExpiry: maxExpiry}
	if maxExpiry != "" {
		if _, err := apitok.ParseDuration(maxExpiry); err != nil {
			return config.Profile{}, err
		}
	}
	if a.flags.CAFile != "" {
		if profile.CAFile, err = filepath.Abs(a.flags.CAFile); err != nil {
			return config.Profile{}, err
		}
	}
	return profile, nil
}

// A profileAnswer is the JSON of a profile.
type profileAnswer struct {
	Name         string  `json:"name"`
	Current      bool    `json:"current"`
	Server       string  `json:"server"`
	Realm        string  `json:"realm"`
	CAFile       *string `json:"ca_file"`
	InsecureHTTP bool    `json:"insecure_http"`
	MaxExpiry    *string `json:"max_expiry"`
	Store        *string `json:"store"`
	Cache        *string `json:"cache"`
	AgeIdentity  *string `json:"age_identity"`
	LoginRealm   *string `json:"login_realm"`
	LoginAccount *string `json:"login_account"`
}

func profileAnswerOf(f config.File, name string) profileAnswer {
	p := f.Profiles[name]
	return profileAnswer{
		Name: name, Current: name == f.Current, Server: p.Server, Realm: p.Realm, InsecureHTTP: p.InsecureHTTP,
		Store: output.OrNull(p.Store), Cache: output.OrNull(p.Cache), AgeIdentity: output.OrNull(p.AgeIdentity),
		CAFile: output.OrNull(p.CAFile), MaxExpiry: output.OrNull(p.MaxExpiry), LoginRealm: output.OrNull(p.Login.Realm), LoginAccount: output.OrNull(p.Login.Account()),
	}
}

func (a *app) profileList() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the profiles",
		Args:  noArgs,
		RunE: verb(func(*cobra.Command, []string) error {
			file, err := config.Load(a.folders().Path())
			if err != nil {
				return err
			}
			names := slices.Sorted(maps.Keys(file.Profiles))
			if f.value == "json" {
				answers := make([]profileAnswer, len(names))
				for i, name := range names {
					answers[i] = profileAnswerOf(file, name)
				}
				return output.JSON(a.system.Stdout, answers)
			}
			rows := a.rows("PROFILE", "IN USE", "SERVER", "REALM", "SIGNS IN AS")
			for _, name := range names {
				p := file.Profiles[name]
				if err := rows.Row(name, yesNo(name == file.Current), p.Server, p.Realm, p.Login.Account()); err != nil {
					return err
				}
			}
			return rows.Close()
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}

func (a *app) profileShow() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:               "show [NAME]",
		Short:             "Show a profile, or the one in use",
		Args:              atMostOneArg,
		ValidArgsFunction: a.completeProfiles,
		RunE: verb(func(_ *cobra.Command, args []string) error {
			file, err := config.Load(a.folders().Path())
			if err != nil {
				return err
			}
			name := file.Current
			if len(args) == 1 {
				name = args[0]
			}
			p, err := file.Get(name)
			if err != nil {
				return err
			}
			if f.value == "json" {
				return output.JSON(a.system.Stdout, profileAnswerOf(file, name))
			}
			return a.profileDetails(name, p)
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}

func (a *app) profileDetails(name string, p config.Profile) error {
	return a.fields([][2]string{
		{"profile", name}, {"server", p.Server}, {"realm", p.Realm}, {"ca file", p.CAFile}, {"longest life", p.MaxExpiry},
		{"store", p.Store}, {"cache", p.Cache}, {"age identity", p.AgeIdentity},
		{"signs in as", p.Login.Account()}, {"of realm", p.Login.Realm},
	})
}

func (a *app) profileUse() *cobra.Command {
	return &cobra.Command{
		Use:               "use NAME",
		Short:             "Choose the profile that is used when none is named",
		Args:              oneArg("the profile's name"),
		ValidArgsFunction: a.completeProfiles,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			return config.Change(cmd.Context(), a.folders().Path(), func(f *config.File) error {
				if _, err := f.Get(args[0]); err != nil {
					return err
				}
				f.Current = args[0]
				return nil
			})
		}),
	}
}

func (a *app) profileRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a profile and its sign-ins",
		Long: `Remove a profile, and what this machine signs in with at realms that no other
profile names. Sessions go on at the server until they end by themselves; apitok
logout ends them. Credentials stay in the store.`,
		Args:              oneArg("the profile's name"),
		ValidArgsFunction: a.completeProfiles,
		RunE: verb(func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return config.Change(ctx, a.folders().Path(), func(f *config.File) error {
				p, err := f.Get(args[0])
				if err != nil {
					return err
				}
				delete(f.Profiles, args[0])
				if f.Current == args[0] {
					f.Current = ""
				}
				return a.dropLogins(ctx, *f, p)
			})
		}),
	}
}
