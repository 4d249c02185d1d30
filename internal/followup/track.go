package followup

// Track is one of the four sides of a cell. They stay side by side and are never
// merged into one score.
type Track string

// The tracks.
const (
	TrackAnswer    Track = "answer"
	TrackClaimed   Track = "claimed"   // by the government
	TrackEvidenced Track = "evidenced" // by the coalition
	TrackSchedule  Track = "schedule"
)

// Tracks are all of them, in the order in which they are shown.
var Tracks = []Track{TrackAnswer, TrackClaimed, TrackEvidenced, TrackSchedule}

// Value is where a track stands.
type Value string

// The values of the tracks.
const (
	NotRecorded    Value = "not recorded"
	Acknowledged   Value = "acknowledged"
	Referred       Value = "referred elsewhere"
	Accepted       Value = "accepted"
	AcceptedInPart Value = "accepted in part"
	Rejected       Value = "rejected"
	NoReply        Value = "no reply"

	NothingRecorded Value = "nothing recorded"
	Planned         Value = "planned"
	UnderWay        Value = "under way"
	Done            Value = "done"

	NotAssessed     Value = "not yet assessed"
	NoEvidenceFound Value = "no evidence found"
	NotStarted      Value = "not started"
	Limited         Value = "limited"
	Substantial     Value = "substantial"
	Complete        Value = "complete"
	Reversed        Value = "reversed"

	NoDate Value = "no date"
	OnTime Value = "on time"
	Late   Value = "late"
	Lapsed Value = "lapsed"
)

// Values are those of each track; the first is where it stands while nobody has
// judged it. Silence accuses nobody.
var Values = map[Track][]Value{
	TrackAnswer:    {NotRecorded, Acknowledged, Referred, Accepted, AcceptedInPart, Rejected, NoReply},
	TrackClaimed:   {NothingRecorded, Planned, UnderWay, Done},
	TrackEvidenced: {NotAssessed, NoEvidenceFound, NotStarted, Limited, Substantial, Complete, Reversed},
	TrackSchedule:  {NoDate, OnTime, Late, Lapsed},
}

// Default is where a track stands while nobody has judged it.
func (t Track) Default() Value { return Values[t][0] }

// Has tells whether a value is one of the track's, and not its default: nobody
// needs to assess what nobody has assessed.
func (t Track) Has(v Value) bool {
	for _, x := range Values[t][min(1, len(Values[t])):] {
		if x == v {
			return true
		}
	}
	return false
}

// Strong tells whether a value needs an official text or two independent sources.
func (v Value) Strong() bool { return v == Substantial || v == Complete || v == Reversed }
