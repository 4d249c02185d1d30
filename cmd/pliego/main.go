// Command pliego turns an open letter into a public record: it reads, publishes
// and prints letters, gathers signatures, and serves the record.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line; one file each.
type commands struct {
	Serve  serveCommand `cmd:"" help:"Serve the record: pages, forms, feeds and API."`
	Letter struct {
		Read   letterReadCommand   `cmd:"" help:"Understand a letter file; store nothing."`
		Import letterImportCommand `cmd:"" help:"Store a letter that was read from a file."`
		Revise letterReviseCommand `cmd:"" help:"Publish a new version of a letter's text."`
		Close  letterCloseCommand  `cmd:"" help:"End the signing of a letter."`
		Pause  letterPauseCommand  `cmd:"" help:"Let new signatures wait."`
		Resume letterResumeCommand `cmd:"" help:"End a pause, and list what waited for nothing else."`
		PDF    letterPDFCommand    `cmd:"" name:"pdf" help:"Write a letter as PDF or DOCX."`
		Keep   letterKeepCommand   `cmd:"" help:"Say until when the signers' addresses are kept."`
	} `cmd:"" help:"Read, import and print letters."`
	Review struct {
		List    reviewListCommand    `cmd:"" help:"List the signatures that wait for a person."`
		Accept  reviewAcceptCommand  `cmd:"" help:"Let signatures that wait stand."`
		Refuse  reviewRefuseCommand  `cmd:"" help:"Decide against signatures that wait; nothing is lost."`
		Undo    reviewUndoCommand    `cmd:"" help:"Let refused signatures wait again."`
		Restore reviewRestoreCommand `cmd:"" help:"Let signatures that were set aside stand again."`
		Uphold  reviewUpholdCommand  `cmd:"" help:"Take signatures that were set aside off for good."`
	} `cmd:"" help:"Decide about doubtful signatures."`
	Signature struct {
		Import   signatureImportCommand   `cmd:"" help:"Record signatures given to the coordinator, from a list."`
		Export   signatureExportCommand   `cmd:"" help:"Write a letter's signatures as CSV or XLSX."`
		Evidence signatureEvidenceCommand `cmd:"" help:"Bring out the file that a given signature rests on."`
	} `cmd:"" help:"Record and export signatures."`
	Sealed struct {
		Key       sealedKeyCommand       `cmd:"" help:"Make the coalition's key; on a coordinator's machine."`
		Offer     sealedOfferCommand     `cmd:"" help:"Let a letter be signed sealed, or no more."`
		Export    sealedExportCommand    `cmd:"" help:"Write the boxes of a letter to a file."`
		Open      sealedOpenCommand      `cmd:"" help:"Open them; on a coordinator's machine."`
		Countries sealedCountriesCommand `cmd:"" help:"Show the countries that enough share."`
	} `cmd:"" help:"Take sealed signatures, and open them elsewhere."`
	Organisation struct {
		List       organisationListCommand       `cmd:"" help:"List the organisations, or find like ones."`
		Duplicates organisationDuplicatesCommand `cmd:"" help:"List entries that may be one organisation."`
		Merge      organisationMergeCommand      `cmd:"" help:"Note that two entries are one organisation."`
		Unmerge    organisationUnmergeCommand    `cmd:"" help:"Take a merge back."`
		Different  organisationDifferentCommand  `cmd:"" help:"Note that two entries are two organisations."`
		Name       organisationNameCommand       `cmd:"" help:"Add a name that an organisation goes by."`
		Vouch      organisationVouchCommand      `cmd:"" help:"Vouch that a signature is its organisation's."`
		Address    organisationAddressCommand    `cmd:"" help:"Say where an organisation is told what is signed in its name."`
	} `cmd:"" help:"Decide about the registry of organisations."`
	Mail struct {
		Bounce mailBounceCommand `cmd:"" help:"Take note of mail that came back."`
	} `cmd:"" help:"Deal with mail."`
	Pack struct {
		Load packLoadCommand `cmd:"" help:"Load a pack: a folder of letters, addressees and forums."`
	} `cmd:"" help:"Load packs of content."`
	Evidence struct {
		Import evidenceImportCommand `cmd:"" help:"Import figures from a file."`
		Check  evidenceCheckCommand  `cmd:"" help:"Hold the claims of letters against the evidence."`
	} `cmd:"" help:"Import figures, and hold claims against them."`
	Record struct {
		Import   recordImportCommand   `cmd:"" help:"Record answers, commitments, actions and assessments from a table."`
		Export   recordExportCommand   `cmd:"" help:"Write a letter's record as CSV or XLSX."`
		TakeDown recordTakeDownCommand `cmd:"" help:"Take an item down, and leave a stub."`
	} `cmd:"" help:"Bring in, take out and correct the record of what became of a letter."`
	Edition struct {
		Make editionMakeCommand `cmd:"" help:"Make the next edition of a letter's record."`
	} `cmd:"" help:"Make frozen reports of what became of a letter."`
	Ledger  ledgerCommands `cmd:"" help:"Check the public ledger, export the public record, or change the signing key."`
	Archive archiveCommand `cmd:"" help:"Write the whole public site to a file that is read from disk."`
	Invite  inviteCommand  `cmd:"" help:"Invite somebody to work at the desk."`
	Backup  backupCommand  `cmd:"" help:"Write an encrypted copy of everything to a file."`
	Restore restoreCommand `cmd:"" help:"Bring a backup back, and let its log go on."`
	Doctor  doctorCommand  `cmd:"" help:"See whether all is well, and say what to do."`
}

// process is what a command has of the process around it.
type process struct {
	ctx            context.Context
	stdout, stderr io.Writer
	stdin          io.Reader
}

// Exit statuses.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(process{ctx, os.Stdout, os.Stderr, os.Stdin}, os.Args[1:]))
}

// run carries out one command line and returns the exit status.
func run(p process, args []string) (status int) {
	var cmds commands
	exited := -1
	parser, err := kong.New(&cmds,
		kong.Name("pliego"),
		kong.Description("An open letter as a public record: who asked, who answered, what was promised, what was done.\n\n"+
			"Every flag can be given as an environment variable too: --base-url as PLIEGO_BASE_URL."),
		kong.DefaultEnvars("PLIEGO"),
		kong.Vars{"sealed_env": sealedPassphraseEnv},
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(code int) { exited = code; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		fmt.Fprintln(p.stderr, "pliego:", err)
		return exitUsage
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exitNow:
			status = exited
		default:
			panic(r)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(p.stderr, "pliego: %s (see pliego --help)\n", oneLine(err))
		return exitUsage
	}
	if err := parsed.Run(p); err != nil {
		if errors.Is(err, context.Canceled) && p.ctx.Err() != nil {
			fmt.Fprintln(p.stderr, "pliego: stopped before it was done")
			return exitFailed
		}
		fmt.Fprintln(p.stderr, "pliego:", oneLine(err))
		return exitFailed
	}
	return 0
}

// exitNow unwinds from kong's --help, which exits in the middle of parsing.
type exitNow struct{}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
