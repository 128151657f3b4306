package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

type bulkOptions struct {
	unknownToo bool
	drop       string
	runOptions
}

func (a *app) bulkCmd() *cobra.Command {
	o := &bulkOptions{}
	cmd := &cobra.Command{
		Use:   "bulk FILE.csv | -",
		Short: "Issue a token for each pair of a list",
		Long: `Issue a token for each line of a CSV or tab-separated file whose first line is
user,app and any of life, idle and note. Every line is checked before the first request,
and all faults are told with their lines. The plan says how many, how long it takes and
which pairs have live tokens, then a question is asked. Each line is sent once, whatever
happens; what was cut off goes on with patdesk bulk resume. The result has a line for
each row; tokens are masked unless --reveal is given.`,
		Example: `  patdesk bulk pairs.csv --dry-run
  patdesk bulk pairs.csv --yes --out result.csv --reveal`,
		Args:              exactly(1, "a file, or - for stdin"),
		ValidArgsFunction: cobra.FixedCompletions([]cobra.Completion{"csv", "tsv"}, cobra.ShellCompDirectiveFilterFileExt),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.bulk(cmd.Context(), args[0], o) },
	}
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "check everything, show the plan and issue nothing")
	o.resultFlags(cmd)
	cmd.AddCommand(a.bulkRunsCmd(), a.bulkResumeCmd())
	return cmd
}

// resultFlags are the flags of a run whose result is a table.
func (o *bulkOptions) resultFlags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.out.format, "output", "o", "", "print the result as csv or json")
	cmd.Flags().BoolVar(&o.out.reveal, "reveal", false, "with the tokens themselves (csv)")
	// It fails only if the flag is not there.
	_ = cmd.RegisterFlagCompletionFunc("output", noFiles(words("csv", "json")))
	o.rateFlag(cmd)
	o.fileFlag(cmd)
}

func (a *app) bulkResumeCmd() *cobra.Command {
	o := &bulkOptions{}
	cmd := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "Go on with a run that was cut off",
		Long: `Go on with a run: of bulk, role, or a re-issue of several. What was never sent is sent,
and what was surely refused is tried again. What may have been done is not, unless
--reissue-unknown is given: it may make a second token. Without RUN the newest run that
waits goes on.`,
		Example: "  patdesk bulk runs\n  patdesk bulk resume --dry-run",
		Args:    oneAtMost("the id of a run, or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			return a.bulkResume(cmd.Context(), id, o)
		},
	}
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what is left and send nothing")
	cmd.Flags().BoolVar(&o.unknownToo, "reissue-unknown", false, "send again what may have been done, too")
	o.resultFlags(cmd)
	return cmd
}

func (a *app) bulkRunsCmd() *cobra.Command {
	o := &bulkOptions{}
	cmd := &cobra.Command{
		Use:     "runs",
		Short:   "List the runs that wait",
		Long:    `List the runs of this server that have rows which were never sent.`,
		Example: "  patdesk bulk runs\n  patdesk bulk runs --drop 5b0c6e3e",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.bulkRuns(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.drop, "drop", "", "list this run no more; what it did stays")
	return cmd
}

// checkResult refuses what a result cannot be.
func (a *app) checkResult(o *bulkOptions) error {
	switch {
	case o.out.format != "" && o.out.format != "csv" && o.out.format != "json":
		return usage("-o is csv or json")
	case o.out.reveal && (a.json || o.out.format == "json"):
		return usage("the JSON of a run holds no secrets; use -o csv")
	}
	_, err := o.pace()
	return err
}

func (a *app) bulk(ctx context.Context, file string, o *bulkOptions) error {
	if err := a.checkResult(o); err != nil {
		return err
	}
	list, err := a.readList(file)
	if err != nil {
		return err
	}
	s, err := a.open(ctx, o.need())
	if err != nil {
		return pat.BeforeSending(err)
	}
	defer s.close()
	usual := pat.Request{Life: s.profile.DefaultLife.Duration, Idle: s.profile.DefaultIdle.Duration}
	plan, err := s.issuer.PlanBatch(ctx, list, usual)
	if err != nil {
		return err
	}
	a.sayWaiting(ctx, s)
	run := pat.NewRun(pat.RunBulk, plan)
	return a.runPlan(ctx, s, run, questionOf(run), o.runOptions, a.resultOf(s, o))
}

// readList reads the list of a bulk. Where it comes from stdin, nobody can answer
// a question there.
func (a *app) readList(file string) ([]pat.BatchRow, error) {
	if file == "-" {
		if a.keyStdin {
			return nil, usage("stdin holds either the list or the admin key")
		}
		a.noAsk = true
		return pat.ReadBatch(a.env.In)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, usage("%s", err)
	}
	defer func() { _ = f.Close() }()
	rows, err := pat.ReadBatch(f)
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, usage("%s", err) // a folder, for one, can be opened and not read
	}
	return rows, err
}

// resultOf is the result of a run as it was asked for, CSV unless said otherwise.
func (a *app) resultOf(s *session, o *bulkOptions) reporter {
	return a.reporterOf(func(w io.Writer) runReport {
		if o.out.format == "json" {
			return &jsonReport{a, w}
		}
		return &csvReport{a: a, s: s, w: csv.NewWriter(w), reveal: o.out.reveal}
	})
}

func (a *app) bulkResume(ctx context.Context, id string, o *bulkOptions) error {
	if err := a.checkResult(o); err != nil {
		return err
	}
	s, err := a.open(ctx, needIssue)
	if err != nil {
		return pat.BeforeSending(err)
	}
	defer s.close()
	run, err := s.issuer.Resume(ctx, id, o.unknownToo)
	if err != nil {
		return err
	}
	made := a.resultOf(s, o)
	if run.Kind == pat.RunRole && o.out.format == "" {
		made = a.reporterOf(a.receipt(s))
	}
	return a.runPlan(ctx, s, run, questionOf(run), o.runOptions, made)
}

func (a *app) bulkRuns(ctx context.Context, o *bulkOptions) error {
	n := needHistory
	if o.drop != "" {
		n = needServer
	}
	s, err := a.open(ctx, n)
	if err != nil {
		return err
	}
	defer s.close()
	if o.drop != "" {
		if err := s.issuer.Drop(ctx, o.drop); err != nil {
			return err
		}
	}
	runs, err := s.issuer.Waiting(ctx)
	if err != nil {
		return err
	}
	if a.json {
		views := make([]pat.RunsView, len(runs))
		for n, r := range runs {
			views[n] = pat.RunsViewOf(r)
		}
		return a.printJSON(a.env.Out, views)
	}
	rows := make([][]string, len(runs))
	for n, r := range runs {
		v := pat.RunsViewOf(r)
		rows[n] = []string{
			v.Run, string(r.Kind), pat.ClockTime(r.Begun, time.Now(), a.zone()), v.By,
			strconv.Itoa(v.Total), strconv.Itoa(v.Done), strconv.Itoa(v.Failed), strconv.Itoa(v.Unknown), strconv.Itoa(v.Waiting),
		}
	}
	if len(runs) > 0 {
		a.say("to go on: %s", fmt.Sprintf("patdesk bulk resume %s", runs[0].ID))
	}
	return a.printTable([]column{{"RUN", 36}, {"KIND", 8}, {"BEGUN", 12}, {"BY", 30}, {"TOTAL", 7}, {"DONE", 7}, {"FAILED", 7}, {"UNKNOWN", 7}, {"WAITING", 7}}, rows)
}
