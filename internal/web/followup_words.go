package web

import (
	"strings"
	"time"

	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/locale"
)

// The words for the codes of the record.
var trackNames = map[followup.Track]string{
	followup.TrackAnswer:    "track.answer",
	followup.TrackClaimed:   "track.claimed",
	followup.TrackEvidenced: "track.evidenced",
	followup.TrackSchedule:  "track.schedule",
}

var valueNames = map[followup.Value]string{
	followup.NotRecorded:     "value.not_recorded",
	followup.Acknowledged:    "value.acknowledged",
	followup.Referred:        "value.referred",
	followup.Accepted:        "value.accepted",
	followup.AcceptedInPart:  "value.accepted_in_part",
	followup.Rejected:        "value.rejected",
	followup.NoReply:         "value.no_reply",
	followup.NothingRecorded: "value.nothing_recorded",
	followup.Planned:         "value.planned",
	followup.UnderWay:        "value.under_way",
	followup.Done:            "value.done",
	followup.NotAssessed:     "value.not_assessed",
	followup.NoEvidenceFound: "value.no_evidence_found",
	followup.NotStarted:      "value.not_started",
	followup.Limited:         "value.limited",
	followup.Substantial:     "value.substantial",
	followup.Complete:        "value.complete",
	followup.Reversed:        "value.reversed",
	followup.NoDate:          "value.no_date",
	followup.OnTime:          "value.on_time",
	followup.Late:            "value.late",
	followup.Lapsed:          "value.lapsed",
}

// valueMeanings are what the rubric says of each value.
var valueMeanings = map[followup.Value]string{
	followup.NotRecorded:     "rubric.not_recorded",
	followup.Acknowledged:    "rubric.acknowledged",
	followup.Referred:        "rubric.referred",
	followup.Accepted:        "rubric.accepted",
	followup.AcceptedInPart:  "rubric.accepted_in_part",
	followup.Rejected:        "rubric.rejected",
	followup.NoReply:         "rubric.no_reply",
	followup.NothingRecorded: "rubric.nothing_recorded",
	followup.Planned:         "rubric.planned",
	followup.UnderWay:        "rubric.under_way",
	followup.Done:            "rubric.done",
	followup.NotAssessed:     "rubric.not_assessed",
	followup.NoEvidenceFound: "rubric.no_evidence_found",
	followup.NotStarted:      "rubric.not_started",
	followup.Limited:         "rubric.limited",
	followup.Substantial:     "rubric.substantial",
	followup.Complete:        "rubric.complete",
	followup.Reversed:        "rubric.reversed",
	followup.NoDate:          "rubric.no_date",
	followup.OnTime:          "rubric.on_time",
	followup.Late:            "rubric.late",
	followup.Lapsed:          "rubric.lapsed",
}

var actionNames = map[followup.ActionKind]string{
	followup.Law:              "action.law",
	followup.Decree:           "action.decree",
	followup.Ruling:           "action.ruling",
	followup.Policy:           "action.policy",
	followup.Programme:        "action.programme",
	followup.Operation:        "action.operation",
	followup.StateOfException: "action.state_of_exception",
	followup.Pardon:           "action.pardon",
	followup.Bill:             "action.bill",
	followup.Statement:        "action.statement",
}

var directionNames = map[followup.Direction]string{
	followup.Toward:  "direction.toward",
	followup.Against: "direction.against",
	followup.Mixed:   "direction.mixed",
}

var gradeNames = map[followup.Grade]string{
	followup.Official: "grade.official",
	followup.Press:    "grade.press",
	followup.Copy:     "grade.copy",
}

var outcomeNames = map[outcome.Verdict]string{
	outcome.NoData:        "outcome.no_data",
	outcome.Improved:      "outcome.improved",
	outcome.NoClearChange: "outcome.no_clear_change",
	outcome.Worsened:      "outcome.worsened",
}

// signOf is the sign of a value of the evidenced track: the ID of its drawing.
func signOf(v followup.Value) string { return "sign-" + strings.ReplaceAll(string(v), " ", "-") }

// dateWords writes a date as precisely as it is known.
func dateWords(lang string, d followup.Date) string {
	if t, err := time.Parse(time.DateOnly, string(d)); err == nil {
		return locale.Date(lang, t)
	}
	if t, err := time.Parse("2006-01", string(d)); err == nil {
		return locale.Month(lang, t)
	}
	return string(d)
}
