package main

// ledgerCommands are what can be done with the public ledger.
type ledgerCommands struct {
	Verify ledgerVerifyCommand `cmd:"" help:"Check a site, a bundle or a receipt from outside; needs no store."`
	Rotate ledgerRotateCommand `cmd:"" help:"Give the log a new signing key."`
	Export ledgerExportCommand `cmd:"" help:"Write the whole public record to a bundle, which anybody can check."`
}
