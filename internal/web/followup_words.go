package web

import (
	"strings"

	"pliego/internal/followup"
)

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

// signOf is the sign of a value of the evidenced track: the ID of its drawing.
func signOf(v followup.Value) string { return "sign-" + strings.ReplaceAll(string(v), " ", "-") }
