//go:build linux

package faults

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pliego/internal/store"
)

const (
	signers    = 16
	confirmers = 4
	rest       = 60 * time.Millisecond // the most that one rests between two posts
	share      = 0.7                   // of those who get a mail confirm
)

// load is people who sign and confirm while something fails, and what they were told.
type load struct {
	t        *testing.T
	cfg      store.Config
	mail     *mailbox
	programs []*program
	chance   *rand.Rand // of the trial's own goroutine
	client   *http.Client
	round    atomic.Int64 // how often something was done so far

	stopSigning, stopAll context.CancelFunc
	signing, others      sync.WaitGroup

	mu         sync.Mutex
	accepted   map[string]int64  // by address: the round in which the answer came
	confirmed  map[string]int64  // likewise
	listed     map[string]string // name by number, as a reader saw it
	checkpoint [][]byte          // that a reader saw, the newest last
	unanswered int               // posts that got no answer
	refused    int               // that were told to come again
	startings  int               // kills that came before it answered
	wrongs     map[string]bool   // answers that nobody should get
	queue      []letterLink      // links that are to be pressed
	pressing   int               // and that are being pressed
}

// letterLink is a link of a mail to an address.
type letterLink struct{ address, path string }

// begin starts the programs and the people.
func begin(t *testing.T, binary string, cfg store.Config, programs int, chance *rand.Rand) *load {
	t.Helper()
	data := cfg.Dir
	if data == "" {
		data = t.TempDir()
	}
	l := &load{
		t: t, cfg: cfg, mail: newMailbox(filepath.Join(data, "mail")), chance: chance,
		client: &http.Client{
			Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: signers + confirmers},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		accepted: map[string]int64{}, confirmed: map[string]int64{}, listed: map[string]string{}, wrongs: map[string]bool{},
	}
	for n := range programs {
		l.programs = append(l.programs, newProgram(t, binary, cfg, data, fmt.Sprint("program-", n)))
	}
	importLetter(t, l.programs[0])
	l.startAll()
	signing, stopSigning := context.WithCancel(context.Background())
	all, stopAll := context.WithCancel(context.Background())
	l.stopSigning, l.stopAll = stopSigning, stopAll
	t.Cleanup(func() { // before the programs are killed
		stopSigning()
		stopAll()
		l.signing.Wait()
		l.others.Wait()
		l.client.CloseIdleConnections()
	})
	for n := range signers {
		own := rand.New(rand.NewPCG(chance.Uint64(), 2))
		l.signing.Go(func() { l.sign(signing, n, own) })
	}
	for range confirmers {
		own := rand.New(rand.NewPCG(chance.Uint64(), 3))
		l.others.Go(func() { l.confirm(all, own) })
	}
	reader := rand.New(rand.NewPCG(chance.Uint64(), 4))
	l.others.Go(func() { l.read(all, reader) })
	postman := rand.New(rand.NewPCG(chance.Uint64(), 5))
	l.others.Go(func() { l.openMail(all, postman) })
	return l
}

func (l *load) startAll() {
	for _, p := range l.programs {
		if p.cmd == nil {
			p.start()
		}
	}
	for _, p := range l.programs {
		p.ready()
	}
}

// base is where one of the programs answers, or "" when none does.
func (l *load) base(chance *rand.Rand) string {
	first := chance.IntN(len(l.programs))
	for n := range l.programs {
		if address := l.programs[(first+n)%len(l.programs)].address.Load(); address != nil {
			return *address
		}
	}
	return ""
}

// post sends a form. answered is false when nobody can say what became of it.
func (l *load) post(base, path string, form url.Values) (status int, answered bool) {
	res, err := l.client.PostForm(base+path, form)
	if err != nil {
		l.mu.Lock()
		l.unanswered++
		l.mu.Unlock()
		return 0, false
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body) // the status was the answer
	switch res.StatusCode {
	case http.StatusSeeOther:
	case http.StatusServiceUnavailable:
		l.mu.Lock()
		l.refused++
		l.mu.Unlock()
		if name := form.Get("name"); name != "" && strings.Contains(string(body), `name="consent"`) && !strings.Contains(string(body), name) {
			l.t.Errorf("a form that could not be taken comes back without what was typed")
		}
	default:
		l.wrong(path, res.StatusCode)
	}
	return res.StatusCode, true
}

// wrong notes an answer that nobody should get, once for each kind.
func (l *load) wrong(path string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if kind := fmt.Sprint(path[:strings.LastIndexByte(path, '/')], status); !l.wrongs[kind] {
		l.wrongs[kind] = true
		l.t.Errorf("round %d: %s… was answered with %d", l.round.Load(), path[:strings.LastIndexByte(path, '/')], status)
	}
}

// sign is one client, who signs as one person after another.
func (l *load) sign(ctx context.Context, client int, chance *rand.Rand) {
	for n := 0; ctx.Err() == nil; n++ {
		base := l.base(chance)
		if base == "" {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		person := fmt.Sprintf("%d-%d", client, n)
		status, _ := l.post(base, "/en/letters/"+slug+"/sign", url.Values{
			"kind": {"person"}, "name": {"Example Person " + person}, "country": {"UY"}, "email": {address(person)},
			"visibility": {"public"}, "consent": {"1"},
		})
		if status == http.StatusSeeOther {
			l.mu.Lock()
			l.accepted[address(person)] = l.round.Load()
			l.mu.Unlock()
		}
		time.Sleep(time.Duration(chance.Int64N(int64(rest))))
	}
}

func address(person string) string { return "person" + person + "@example.org" }

// nameOf is the name that signed with an address.
func nameOf(address string) string {
	return "Example Person " + strings.TrimSuffix(strings.TrimPrefix(address, "person"), "@example.org")
}

// openMail puts the links of a share of the mails that come before those who press.
func (l *load) openMail(ctx context.Context, chance *rand.Rand) {
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		for _, m := range l.mail.fresh(l.t) {
			if m.confirm != "" && chance.Float64() < share {
				l.mu.Lock()
				l.queue = append(l.queue, letterLink{m.to, m.confirm})
				l.mu.Unlock()
			}
		}
	}
}

func (l *load) dequeue() (link letterLink, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return link, false
	}
	link, l.queue = l.queue[0], l.queue[1:]
	l.pressing++
	return link, true
}

// confirm presses the buttons; who gets no answer presses again.
func (l *load) confirm(ctx context.Context, chance *rand.Rand) {
	for ctx.Err() == nil {
		base := l.base(chance)
		link, ok := letterLink{}, false
		if base != "" {
			link, ok = l.dequeue()
		}
		if !ok {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		status, _ := l.post(base, link.path, nil)
		l.mu.Lock()
		l.pressing--
		if status == http.StatusSeeOther {
			l.confirmed[link.address] = l.round.Load()
		} else {
			l.queue = append(l.queue, link)
		}
		l.mu.Unlock()
	}
}

// read looks at the list and the log all the while: a number that was seen beside a
// name stays beside it.
func (l *load) read(ctx context.Context, chance *rand.Rand) {
	for ctx.Err() == nil {
		began := time.Now()
		if base := l.base(chance); base != "" {
			l.readOnce(base)
		}
		time.Sleep(max(200*time.Millisecond, 10*time.Since(began)))
	}
}

func (l *load) readOnce(base string) {
	signed, err := l.get(base + "/ledger/checkpoint")
	if err != nil {
		return // it was killed
	}
	list, err := l.get(base + "/en/letters/" + slug + "/signatories.csv")
	if err != nil {
		return
	}
	rows, err := csv.NewReader(strings.NewReader(list)).ReadAll()
	if err != nil {
		l.t.Errorf("the list: %v", err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checkpoint = append(l.checkpoint, []byte(signed))
	for _, row := range rows[1:] {
		number, name := row[0], row[2]
		if before, ok := l.listed[number]; ok && before != name {
			l.t.Errorf("number %s was seen beside %s and is beside %s", number, before, name)
		}
		l.listed[number] = name
	}
}

// get fetches what is whole.
func (l *load) get(address string) (string, error) {
	res, err := l.client.Get(address)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
		if res.StatusCode != http.StatusServiceUnavailable {
			l.wrong(res.Request.URL.Path, res.StatusCode)
		}
	}
	return string(body), err
}

// end lets everything come to rest: nobody signs any more, who has a mail to answer
// does, mails that a dead program had in hand are taken by the next.
func (l *load) end() {
	l.t.Helper()
	l.startAll()
	eventually(l.t, "somebody has signed", func() bool { // also on a machine that is slow
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.accepted) > signers
	})
	l.stopSigning()
	l.signing.Wait()
	l.settle(false)
	l.query(func(tx *store.Tx) error { // the lease of who died runs out
		_, err := tx.Exec(`UPDATE outbox SET due_at = 0 WHERE failed = ''`)
		return err
	})
	l.settle(true)
	l.stopAll()
	l.others.Wait()
	l.readOnce(l.base(l.chance))
}

// settle waits until nobody has anything to do any more. Mails that a dead program may
// have in hand are waited for only when inHand says so.
func (l *load) settle(inHand bool) {
	l.t.Helper()
	db := l.open()
	defer db.Close()
	horizon := func() int64 {
		if inHand {
			return math.MaxInt64
		}
		return time.Now().UnixMilli()
	}
	var since time.Time // nothing was to be done
	eventually(l.t, "mails are sent, answered, and entries have their place", func() bool {
		l.mu.Lock()
		waiting := len(l.queue) + l.pressing
		l.mu.Unlock()
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			var mails, entries int
			if err := tx.QueryRow(`SELECT count(*) FROM outbox WHERE failed = '' AND due_at <= $1`, horizon()).Scan(&mails); err != nil {
				return err
			}
			err := tx.QueryRow(`SELECT count(*) FROM signature WHERE state = 'standing' AND number IS NULL`).Scan(&entries)
			waiting += mails + entries
			return err
		})
		if err != nil {
			l.t.Fatal(err)
		}
		if waiting > 0 || since.IsZero() {
			since = time.Now()
		}
		return time.Since(since) > 200*time.Millisecond // the postman's next round is past
	})
}

// open opens the store beside the programs, as a command does.
func (l *load) open() *store.DB {
	l.t.Helper()
	db, err := store.Open(context.Background(), l.cfg)
	if err != nil {
		l.t.Fatalf("open the store: %v", err)
	}
	return db
}

// query runs a write on the store beside the programs.
func (l *load) query(fn func(tx *store.Tx) error) {
	l.t.Helper()
	db := l.open()
	defer db.Close()
	if err := db.Write(context.Background(), fn); err != nil {
		l.t.Fatal(err)
	}
}

// counts says what there was to lose.
func (l *load) counts() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d signatures accepted, %d confirmed, %d numbers seen, %d posts without an answer, %d told to come again, %d mails, %d of them copies, %d ended while starting; nothing lost",
		len(l.accepted), len(l.confirmed), len(l.listed), l.unanswered, l.refused, l.mail.total(), l.mail.copies(), l.startings)
}

// sorted are the addresses that were told something, in order.
func sorted(told map[string]int64) []string { return slices.Sorted(maps.Keys(told)) }
