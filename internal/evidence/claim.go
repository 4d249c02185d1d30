package evidence

// Verdict is whether data bear a statement out.
type Verdict string

// The verdicts on a claim and on its parts.
const (
	Supported    Verdict = "supported"
	NotSupported Verdict = "not supported"
	Mixed        Verdict = "mixed"
	CannotTest   Verdict = "cannot be tested"
)

// Verdicts are all verdicts in the order in which they are shown.
var Verdicts = []Verdict{Supported, NotSupported, Mixed, CannotTest}

// Test is how a part of a claim is tested; doc/evidence-claims.md says what
// each computes and how it is judged.
type Test string

// The tests.
const (
	SumTest     Test = "sum"
	LevelTest   Test = "level"
	RiseTest    Test = "rise"
	CompareTest Test = "compare"
	StudyTest   Test = "study"
	NoTest      Test = "none" // it cannot be tested; the reason says why
)

// Tests are all tests.
var Tests = []Test{SumTest, LevelTest, RiseTest, CompareTest, StudyTest, NoTest}

// Claim is a statement of fact in a letter, taken apart into what data can
// speak of.
type Claim struct {
	Key        string      `json:"key"`
	Ask        string      `json:"ask"` // under which the letter makes it
	Statements Words       `json:"statements"`
	Causal     bool        `json:"causal"` // it says that one thing brings about another
	Parts      []ClaimPart `json:"parts"`
	Limits     Words       `json:"limits,omitempty"` // what the data cannot show
}

// ClaimPart is one thing that a claim says, with its test.
type ClaimPart struct {
	Key     string `json:"key"`
	What    Words  `json:"what"`
	Premise bool   `json:"premise,omitempty"` // the claim falls with it
	Test    Test   `json:"test"`
	// Indicators are tried each on its own; for a comparison they are the two
	// that are compared, the one that should be larger first.
	Indicators []string `json:"indicators,omitempty"`
	Place      string   `json:"place,omitempty"` // of a sum
	From       int      `json:"from,omitempty"`  // the first year; 0: the first there is
	To         int      `json:"to,omitempty"`    // of a sum
	Threshold  float64  `json:"threshold,omitempty"`
	Reason     Words    `json:"reason,omitempty"` // why it cannot be tested
}

// Measured says by which indicators the outcome of an ask is told. None: no
// indicator measures what was asked, and Why says so.
type Measured struct {
	Ask        string   `json:"ask"`
	Indicators []string `json:"indicators"`
	Why        Words    `json:"why,omitempty"`
}

// LetterEvidence is what ties a letter to the evidence.
type LetterEvidence struct {
	Outcomes []Measured `json:"outcomes"`
	Claims   []Claim    `json:"claims"`
}
