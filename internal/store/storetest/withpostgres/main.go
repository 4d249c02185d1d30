// Command withpostgres runs a command beside a throwaway PostgreSQL server, whose
// URL the command finds in PLIEGO_TEST_POSTGRES, so that the test binaries of a
// run share it:
//
//	go run ./internal/store/storetest/withpostgres go test ./...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"pliego/internal/store/storetest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: withpostgres COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	code, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
	}
	os.Exit(code)
}

// run gives the command's exit code.
func run(name string, args []string) (code int, err error) {
	server, err := storetest.StartPostgres(false)
	if err != nil {
		return 1, err
	}
	defer func() {
		if stopErr := server.Stop(); stopErr != nil && err == nil {
			code, err = 1, stopErr
		}
	}()
	// An interrupt at the terminal reaches the command too; we wait for its end.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), storetest.EnvURL+"="+server.URL)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
