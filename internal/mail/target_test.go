package mail

import (
	"strings"
	"testing"
	"time"
)

func TestTargets(t *testing.T) {
	for raw, want := range map[string]target{
		"file:mail":                                 {dir: "mail"},
		"file:/var/lib/pliego/mail":                 {dir: "/var/lib/pliego/mail"},
		"file:///var/mail out":                      {dir: "/var/mail out"},
		"smtp://mail.example.org":                   {host: "mail.example.org", port: "587"},
		"smtp://u:p%40@mail.example.org:25":         {host: "mail.example.org", port: "25", user: "u", pass: "p@"},
		"smtps://mail.example.org/":                 {host: "mail.example.org", port: "465", implicit: true},
		"smtp://mail.example.org?tls=opportunistic": {host: "mail.example.org", port: "587", mode: tlsOpportunistic},
		"smtp://localhost:25":                       {host: "localhost", port: "25", mode: tlsOpportunistic, loopback: true},
		"smtp://[::1]:25?tls=required":              {host: "::1", port: "25", loopback: true},
	} {
		if got, err := parseTarget(raw); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", raw, got, err, want)
		}
	}
}

func TestWrongTargetsKeepTheirSecrets(t *testing.T) {
	for _, raw := range []string{
		"", "file:", "file://mail", "mailto:a@example.org", "http://u:hunter2@host", "smtp:", "smtp://", "smtp://u:hunter2@",
		"smtp://u:hun/ter2@host:25", "smtp://u:hunter2#@host", "smtp://u:hunter2@host:99999", "smtp://u:hunter2@host:port",
		"smtp://u:hunter2@host/path", "smtp://u@host", "smtp://:hunter2@host", "smtp://u:hunter2@host?tls=no",
		"smtp://u:hunter2@host?tls=required&tls=opportunistic", "smtp://u:hunter2@host?password=hunter2", "smtp://u:hunter2@host?%zz",
		"smtp://u:hunter2%0d%0a@host", "smtp://u:hunter2@ho st", "smtp://u:hunter2@host\r\n", "smtp://h/" + strings.Repeat("x", 3000),
	} {
		_, err := parseTarget(raw)
		if err == nil {
			t.Errorf("%q is accepted", raw)
			continue
		}
		for _, said := range []string{err.Error(), Describe(raw)} {
			if strings.Contains(said, "hun") || strings.Contains(said, "ter2") || strings.ContainsAny(said, "\r\n") {
				t.Errorf("%q: %s", raw, said)
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	for raw, want := range map[string]string{
		"file:mail":                            "mail is written as files into mail and NOT sent: for trial only",
		"smtp://anna:hunter2@mail.example.org": "mail goes to mail.example.org:587, encrypted by STARTTLS, signed in with a user name",
		"smtps://mail.example.org":             "mail goes to mail.example.org:465, encrypted from the first byte, without signing in",
		"smtp://localhost:25":                  "mail goes to localhost:25, encrypted only if the server offers it, without signing in",
	} {
		if got := Describe(raw); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for says, cfg := range map[string]Config{
		"no sender":        {URL: "smtp://localhost"},
		"no mail address":  {URL: "smtp://localhost", From: "Example"},
		"control":          {URL: "smtp://localhost", From: "A\r\nBcc: b@example.org <a@example.org>"},
		"no host name":     {URL: "smtp://localhost", From: "a@example.org", Origin: "https://example.org/"},
		"no mail URL":      {From: "a@example.org"},
		"that can be used": {URL: "smtp://localhost", From: `"a b"@example.org`},
	} {
		if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", cfg, err, says)
		}
		if err := Check(t.Context(), cfg); err == nil {
			t.Errorf("Check(%+v) finds nothing wrong", cfg)
		}
	}
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"smtp://u:p@h:25?tls=required", "smtps://[::1]", "file:/x", "file:", "smtp://u:p%2@h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := parseTarget(raw)
		said := Describe(raw)
		if err != nil {
			if strings.ContainsAny(said, "\r\n") {
				t.Fatalf("%q", said)
			}
			return
		}
		if (got.dir == "") == (got.host == "") || (got.user == "") != (got.pass == "") {
			t.Fatalf("%+v", got)
		}
		if len(got.pass) > 12 && strings.Contains(said, got.pass) && !strings.Contains(got.addr(), got.pass) {
			t.Fatalf("the password is in %q", said)
		}
	})
}

func TestBackoff(t *testing.T) {
	want := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}
	for i, d := range want {
		if got := Backoff(i + 1); got != d {
			t.Errorf("Backoff(%d) = %v, want %v", i+1, got, d)
		}
	}
	for _, odd := range []int{-1 << 62, -1, 0} {
		if Backoff(odd) != time.Minute {
			t.Errorf("Backoff(%d) = %v", odd, Backoff(odd))
		}
	}
	if Backoff(1<<62) != 24*time.Hour {
		t.Error("the wait is not bounded")
	}
	var total time.Duration
	for i := 1; i < MaxAttempts; i++ {
		total += Backoff(i)
	}
	if total < 72*time.Hour || total > 5*24*time.Hour {
		t.Errorf("a message is given up after %v", total)
	}
}
