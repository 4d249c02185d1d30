package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// startChromium starts the one Chromium of all tests and returns its context.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath("chromium"), chromedp.UserDataDir(t.TempDir()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-default-apps", true),
		// Tabs side by side must not be slowed down for lying behind another.
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-color-profile", "srgb"),
	)
	t.Cleanup(cancel)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	t.Cleanup(func() {
		closing, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := chromedp.Cancel(closing); err != nil {
			t.Errorf("close Chromium: %v", err)
		}
	})
	return ctx
}

// tab is a window of a reader of one site, with nothing in it from others. At
// the end of the test it fails for requests to elsewhere, anything in the
// console, and cookies.
type tab struct {
	t     *testing.T
	ctx   context.Context
	site  *site
	staff bool // it enters the desk, which sets a cookie

	mu     sync.Mutex
	faults []string
}

// view is how a reader looks at pages.
type view struct {
	width int64
	dark  bool
}

func (v view) String() string {
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	return fmt.Sprintf("%d-%s", v.width, scheme)
}

// newTab opens a tab. Without script, pages get none to run.
func newTab(t *testing.T, browser context.Context, s *site, v view, script bool) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx, site: s}
	t.Cleanup(func() {
		b.leave()
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	must(b, log.Enable, cdp.Empty{})
	must(b, audits.Enable, cdp.Empty{})
	must(b, network.Enable, network.EnableParams{})
	must(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
	must(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.look(v)
	return b
}

// must sends Chromium a command.
func must[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	res, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return res
}

// look changes the width and the colour scheme, also of the page that is shown.
func (b *tab) look(v view) {
	b.t.Helper()
	must(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: v.width, Height: 800, DeviceScaleFactor: 1, Mobile: v.width < 600,
	})
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	must(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// watch notes what a page must not do. It runs where events are read, so it
// asks Chromium nothing.
func (b *tab) watch(event any) {
	fault := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.site.base+"/") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
			fault = "a request to elsewhere: " + u
		}
	case *runtime.EventConsoleAPICalled:
		fault = fmt.Sprintf("a page's script writes to the console: %s", e.Type)
	case *runtime.EventExceptionThrown:
		fault = "a page's script fails: " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		// That a page answered with an error is said by its status.
		if e.Entry.Level != log.EntryLevelInfo && (e.Entry.Source != log.EntrySourceNetwork || !strings.Contains(e.Entry.Text, "the server responded with a status of 4")) {
			fault = fmt.Sprintf("console: %s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *audits.EventIssueAdded:
		fault = fmt.Sprintf("issue: %s", e.Issue.Code)
		if d := e.Issue.Details; d != nil && d.GenericIssueDetails != nil {
			kind := d.GenericIssueDetails.ErrorType
			fault += fmt.Sprintf(" %s", kind)
			if kind == audits.GenericIssueErrorTypeFormInputAssignedAutocompleteValueToIDOrNameAttributeError {
				fault = "" // a field may be called "name": an organisation's is no autofill's
			}
		}
	}
	if fault != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.faults = append(b.faults, fault)
	}
}

// leave looks at what the pages did.
func (b *tab) leave() {
	cookies, err := chromedp.CallBrowser(b.ctx, storage.GetCookies, storage.GetCookiesParams{
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	if err != nil {
		b.t.Errorf("look for cookies: %v", err)
	}
	for _, c := range cookies.Cookies {
		if c.Name == "desk" && b.staff {
			continue // somebody signed in
		}
		b.t.Errorf("a page set a cookie: %s", c.Name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Error(fault)
	}
}

// document names the document that is shown; it changes with each page load.
func (b *tab) document() cdp.LoaderID {
	b.t.Helper()
	return must(b, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.LoaderID
}

// leads does what leads to another page, and waits until that is there.
func (b *tab) leads(what string, act func()) {
	b.t.Helper()
	before := b.document()
	act()
	eventually(b.t, what+" leads to another page", func() bool {
		if b.document() == before {
			return false
		}
		state, err := evaluate[string](b, `document.readyState`)
		return err == nil && state == "complete"
	})
}

// open goes to a path of the site, as by typing its address.
func (b *tab) open(path string) {
	b.t.Helper()
	b.leads(path, func() {
		if res := must(b, page.Navigate, page.NavigateParams{URL: b.site.base + path}); res.ErrorText != "" {
			b.t.Fatalf("open a page: %s", res.ErrorText)
		}
	})
}

// reload loads the page again, as by the browser's button.
func (b *tab) reload() {
	b.t.Helper()
	b.leads("loading it again", func() { must(b, page.Reload, page.ReloadParams{}) })
}

// evaluate asks the page something through the DevTools, which works without
// script and under any Content-Security-Policy.
func evaluate[T any](b *tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	byHand := func(p *runtime.EvaluateParams) { p.UserGesture = new(true) }
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise, byHand))
}

// ask is evaluate for what cannot fail.
func ask[T any](b *tab, script string) T {
	b.t.Helper()
	answer, err := evaluate[T](b, script)
	if err != nil {
		b.t.Fatalf("%s: %v", script[:min(len(script), 80)], err)
	}
	return answer
}
