package cli

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/keystore"
)

func (a *app) storeStatus() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show where secrets and tokens rest, and whether that place answers",
		Long: `Show where secrets and cached tokens rest, whether that place answers, and how many
items are kept there: of all realms, and also in places where something was left.
Nothing is opened.`,
		Example: `  apitok store status
  apitok store status -o json | jq '.places[] | select(.answers | not)'`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			_, _, profile, err := a.profileInUse()
			if err != nil {
				return err
			}
			s := config.StoreSettings(profile, a.system.Getenv)
			store, err := a.store(s)
			if err != nil {
				return err
			}
			places, err := store.Status(cmd.Context())
			if err != nil {
				return err
			}
			return a.writeStatus(f, s, places)
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}

// profileInUse returns the profile that flags, environment or file choose, which is
// empty and has no name where there is none.
func (a *app) profileInUse() (config.File, string, config.Profile, error) {
	file, err := config.Load(a.folders().Path())
	if err != nil {
		return file, "", config.Profile{}, err
	}
	name := cmp.Or(a.flags.Profile, a.system.Getenv("APITOK_PROFILE"), file.Current)
	if name == "" {
		return file, "", config.Profile{}, nil
	}
	p, err := file.Get(name)
	return file, name, p, err
}

// A storeAnswer is the JSON of where things rest.
type storeAnswer struct {
	Store  string        `json:"store"`
	Cache  string        `json:"cache"`
	Places []placeAnswer `json:"places"`
}

type placeAnswer struct {
	Place string `json:"place"`
	// Holds says what goes there: secrets, tokens, both or neither.
	Holds   []string `json:"holds"`
	Answers bool     `json:"answers"`
	Problem *string  `json:"problem"`
	Secrets int      `json:"secrets"`
	Logins  int      `json:"logins"`
	Tokens  int      `json:"tokens"`
}

func placeAnswerOf(p keystore.PlaceStatus) placeAnswer {
	answer := placeAnswer{
		Place: string(p.Kind), Holds: []string{}, Answers: p.Problem == nil,
		Secrets: p.Count[apitok.SecretItem] + p.Count[apitok.KeyItem] + p.Count[apitok.AssertionKeyItem], Logins: p.Count[apitok.LoginItem], Tokens: p.Count[apitok.TokenItem],
	}
	if p.Secrets {
		answer.Holds = append(answer.Holds, "secrets")
	}
	if p.Tokens {
		answer.Holds = append(answer.Holds, "tokens")
	}
	if p.Problem != nil {
		answer.Problem = output.OrNull(p.Problem.Error())
	}
	return answer
}

func (a *app) writeStatus(f format, s config.Settings, places []keystore.PlaceStatus) error {
	store := cmp.Or(s.Store, string(keystore.Auto))
	answer := storeAnswer{Store: store, Cache: cmp.Or(s.Cache, store), Places: []placeAnswer{}}
	for _, p := range places {
		answer.Places = append(answer.Places, placeAnswerOf(p))
	}
	if f.value == "json" {
		return output.JSON(a.system.Stdout, answer)
	}
	rows := a.rows("PLACE", "HOLDS", "SECRETS", "SIGN-INS", "TOKENS", "ANSWERS")
	for _, p := range answer.Places {
		answers := yesNo(p.Answers)
		if p.Problem != nil {
			answers += ": " + *p.Problem
		}
		if err := rows.Row(p.Place, strings.Join(p.Holds, ", "), strconv.Itoa(p.Secrets), strconv.Itoa(p.Logins), strconv.Itoa(p.Tokens), answers); err != nil {
			return err
		}
	}
	return rows.Close()
}
