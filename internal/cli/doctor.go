package cli

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/config"
	"github.com/apitok/apitok/internal/output"
	"github.com/apitok/apitok/pkg/apitok"
)

func (a *app) doctorCommand() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out what is wrong",
		Long: `Look at everything that apitok rests on: the configuration, the store, the server
and its certificate, the sign-in and its roles against what each verb needs, the
clocks, the realm's policies and events, and the credentials. Nothing is changed.

Each finding is ok, info, warn, fail, or unknown where it could not be found out.
The exit code is 8 when one is fail.

In a pipe it is a line for each, with tabs between status, check, detail and hint;
with -o json an array of objects.`,
		Example: `  apitok doctor
  apitok doctor -o json | jq '.[] | select(.status == "fail")'`,
		Args: noArgs,
		RunE: verb(func(cmd *cobra.Command, _ []string) error {
			return a.diagnose(cmd.Context(), f, a.findings(cmd.Context()))
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}

// findings puts together what there is to look at, with what cannot be as the first
// finding.
func (a *app) findings(ctx context.Context) iter.Seq[apitok.Finding] {
	s, err := a.settings()
	admin, in, err := a.patient(s, err)
	return func(yield func(apitok.Finding) bool) {
		if !yield(configuration(s, err)) {
			return
		}
		for finding := range admin.Doctor(ctx, in) {
			if !yield(finding) {
				return
			}
		}
	}
}

// patient is an administrator with everything that the settings give, if it is only
// the store. wrong is what is wrong with them, which are none then.
func (a *app) patient(s config.Settings, wrong error) (*apitok.Admin, *apitok.SignIn, error) {
	store, err := a.store(s)
	if err = cmp.Or(wrong, err); err != nil {
		return &apitok.Admin{Holder: apitok.Holder{Store: store, Now: a.system.Now, Note: a.note}}, nil, err
	}
	h, err := a.holder(s)
	if err != nil {
		return &apitok.Admin{Holder: apitok.Holder{Realm: s.Realm, Store: store, Now: a.system.Now, Note: a.note}}, nil, err
	}
	if s.Login.Account() == "" {
		return &apitok.Admin{Holder: *h}, nil, nil
	}
	in, err := signIn(s, h)
	return adminOf(s, h, in), in, err
}

// configuration is the finding about profile, flags and environment.
func configuration(s config.Settings, err error) apitok.Finding {
	f := apitok.Finding{Check: "configuration", Status: apitok.Fine}
	if err != nil {
		e := apitok.AsError(err)
		f.Status, f.Detail, f.Hint = apitok.Wrong, e.Error(), e.Hint
		return f
	}
	f.Detail = "realm " + s.Realm.Name + " of " + s.Realm.Server
	if s.Profile != "" {
		f.Detail = "profile " + s.Profile + ": " + f.Detail
	}
	if s.InTheClear() {
		f.Status, f.Detail = apitok.Warning, f.Detail+", by http: secrets travel in the clear"
		f.Hint = "use https"
	}
	return f
}

// A findingAnswer is the JSON of a finding.
type findingAnswer struct {
	Check  string               `json:"check"`
	Status apitok.FindingStatus `json:"status"`
	Detail string               `json:"detail"`
	Hint   *string              `json:"hint"`
}

// diagnose writes findings as they come: CheckFailed when something is wrong.
func (a *app) diagnose(ctx context.Context, f format, findings iter.Seq[apitok.Finding]) error {
	write, closing := a.findingWriter(f)
	wrong := 0
	for finding := range findings {
		if finding.Status == apitok.Wrong {
			wrong++
		}
		if err := write(finding); err != nil {
			return err
		}
	}
	if err := closing(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if wrong > 0 {
		return &apitok.Error{Kind: apitok.CheckFailed, Message: fmt.Sprintf("doctor found things that are wrong: %d", wrong)}
	}
	return nil
}

func (a *app) findingWriter(f format) (write func(apitok.Finding) error, closing func() error) {
	if f.value == "json" {
		array := output.NewArray(a.system.Stdout)
		return func(finding apitok.Finding) error {
			return array.Add(findingAnswer{finding.Check, finding.Status, finding.Detail, output.OrNull(finding.Hint)})
		}, array.Close
	}
	rows := output.NewLines(a.system.Stdout)
	if a.system.StdoutTerminal {
		rows = output.NewColumns(a.system.Stdout, 7, 15)
	}
	return func(finding apitok.Finding) error {
		if !a.system.StdoutTerminal {
			return rows.Row(string(finding.Status), finding.Check, finding.Detail, finding.Hint)
		}
		err := rows.Row(string(finding.Status), finding.Check, finding.Detail)
		if err == nil && finding.Hint != "" {
			err = rows.Row("", "", "hint: "+finding.Hint)
		}
		return err
	}, rows.Close
}
