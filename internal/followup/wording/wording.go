// Package wording names the codes of the record in the languages that pages and
// prints are written in.
package wording

import (
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/evidence"
	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
	"pliego/internal/locale"
)

// Date writes a date as precisely as it is known.
func Date(lang string, d followup.Date) string {
	if t, err := time.Parse(time.DateOnly, string(d)); err == nil {
		return locale.Date(lang, t)
	}
	if t, err := time.Parse("2006-01", string(d)); err == nil {
		return locale.Month(lang, t)
	}
	return string(d)
}

// Tracks are the messages that name the tracks.
var Tracks = map[followup.Track]string{
	followup.TrackAnswer:    "track.answer",
	followup.TrackClaimed:   "track.claimed",
	followup.TrackEvidenced: "track.evidenced",
	followup.TrackSchedule:  "track.schedule",
}

// Values are the messages that name the values of the tracks.
var Values = map[followup.Value]string{
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

// Actions are the messages that name what a State did.
var Actions = map[followup.ActionKind]string{
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

// Directions are the messages that name the directions of an act.
var Directions = map[followup.Direction]string{
	followup.Toward:  "direction.toward",
	followup.Against: "direction.against",
	followup.Mixed:   "direction.mixed",
}

// Grades are the messages that name the grades of a source.
var Grades = map[followup.Grade]string{
	followup.Official: "grade.official",
	followup.Press:    "grade.press",
	followup.Copy:     "grade.copy",
}

// Outcomes are the messages that name what became of a measured thing.
var Outcomes = map[outcome.Verdict]string{
	outcome.NoData:        "outcome.no_data",
	outcome.Improved:      "outcome.improved",
	outcome.NoClearChange: "outcome.no_clear_change",
	outcome.Worsened:      "outcome.worsened",
}

// Units are the messages that name units of measurement.
var Units = map[evidence.Unit]string{
	evidence.Persons: "unit.persons",
	evidence.Deaths:  "unit.deaths",
	evidence.Events:  "unit.events",
	evidence.Per100k: "unit.per_100k",
	evidence.Percent: "unit.percent",
	evidence.Berths:  "unit.places",
}

// Answers are the messages that name how a provision answers an ask.
var Answers = map[dialogue.Answers]string{
	dialogue.Fully:   "answers.full",
	dialogue.Partly:  "answers.partial",
	dialogue.Evading: "answers.evades",
}

// AgendaStates are the messages that name where an agenda item stands.
var AgendaStates = map[dialogue.AgendaState]string{
	dialogue.Proposed: "agenda.state_proposed",
	dialogue.Agreed:   "agenda.state_agreed",
	dialogue.UnderWay: "agenda.state_under_way",
	dialogue.Done:     "agenda.state_done",
	dialogue.Dropped:  "agenda.state_dropped",
}

// Proposers are the messages that say whose an agenda item is.
var Proposers = map[dialogue.Proposer]string{
	dialogue.Coalition: "agenda.by_coalition",
	dialogue.Signatory: "agenda.by_signatory",
	dialogue.State:     "agenda.by_state",
}

// Contester says who contests: an addressee is the one that the item is about.
func Contester(lang string, c followup.Contest) string {
	switch {
	case c.By == followup.ByAddressee:
		return locale.T(lang, "contest.by_addressee")
	case c.Number > 0:
		return locale.T(lang, "contest.by_number", "n", c.Number)
	}
	return locale.T(lang, "contest.by_signatory")
}
