package outbox

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How fast one mail provider is written to. Large ones turn away senders who
// come all at once, and then the mail that somebody waits for is late too.
const (
	perSecond      = 10.0 // to a provider
	perSecondLarge = 5.0  // to each of the four largest
	burstSeconds   = 2    // that much of it may go at once
	atOnce         = 3    // under way to one provider, so that one that hangs leaves lanes to others
	slowDown       = 10.0 // by how much a provider is slowed that says "later"
	slowFor        = 10 * time.Minute
	maxProviders   = 10_000 // remembered at once
)

// Pace keeps what is sent to each mail provider within its pace, in memory: it
// knows domains for as long as they matter, and no address. It is safe for
// concurrent use.
type Pace struct {
	now       func() time.Time
	mu        sync.Mutex
	providers map[string]*provider
}

// provider is how fast one is written to; guarded by Pace.mu.
type provider struct {
	limit  *rate.Limiter
	normal rate.Limit
	slow   time.Time    // until when it is slowed
	under  int          // mails under way
	tail   [2]time.Time // when the last mail that was put off is due: the urgent ones, the rest
}

// NewPace begins with nothing sent.
func NewPace(now func() time.Time) *Pace {
	return &Pace{now: now, providers: map[string]*provider{}}
}

// large are the domains of the four largest providers, besides those of their
// name in each country.
var large = map[string]string{
	"gmail.com": "google", "googlemail.com": "google",
	"outlook.com": "microsoft", "msn.com": "microsoft",
	"ymail.com": "yahoo", "rocketmail.com": "yahoo", "aol.com": "yahoo",
	"icloud.com": "apple", "me.com": "apple", "mac.com": "apple",
}

// providerOf names who takes the mail of an address, by its domain.
func providerOf(email string) (name string, isLarge bool) {
	domain := strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
	if name, ok := large[domain]; ok {
		return name, true
	}
	switch first, _, _ := strings.Cut(domain, "."); first {
	case "hotmail", "live", "outlook":
		return "microsoft", true
	case "yahoo":
		return "yahoo", true
	}
	return domain, false
}

// admit asks whether a mail may go to an address now: then it returns 0, and
// done is called when it went. Else it returns how long the mail waits for its
// turn. A part of each provider's pace is for urgent mail alone.
func (p *Pace) admit(email string, urgent bool) (wait time.Duration) {
	name, isLarge := providerOf(email)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	x := p.providers[name]
	if x == nil {
		p.forget(now)
		x = &provider{normal: perSecond}
		if isLarge {
			x.normal = perSecondLarge
		}
		x.limit = rate.NewLimiter(x.normal, int(x.normal*burstSeconds))
		p.providers[name] = x
	}
	if !x.slow.IsZero() && !now.Before(x.slow) {
		x.slow = time.Time{}
		x.limit.SetLimitAt(now, x.normal)
	}
	queue, kept := 1, float64(x.limit.Burst())/4
	if urgent {
		queue, kept = 0, 0
	}
	if x.under < atOnce && x.limit.TokensAt(now) >= 1+kept && x.limit.AllowN(now, 1) {
		x.under++
		return 0
	}
	if x.tail[queue].Before(now) {
		x.tail[queue] = now
	}
	x.tail[queue] = x.tail[queue].Add(time.Duration(float64(time.Second) / float64(x.limit.Limit())))
	return x.tail[queue].Sub(now)
}

// done says that an admitted mail went; later, that its provider asked to come
// later or did not answer.
func (p *Pace) done(email string, later bool) {
	name, _ := providerOf(email)
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.providers[name]
	x.under--
	if later {
		now := p.now()
		x.slow = now.Add(slowFor)
		x.limit.SetLimitAt(now, x.normal/slowDown)
	}
}

// forget drops providers that nothing is known of any more, when there are many.
func (p *Pace) forget(now time.Time) {
	if len(p.providers) < maxProviders {
		return
	}
	for name, x := range p.providers {
		if x.under == 0 && !now.Before(x.slow) && x.tail[0].Before(now) && x.tail[1].Before(now) && x.limit.TokensAt(now) >= float64(x.limit.Burst()) {
			delete(p.providers, name)
		}
	}
}
