package account

import "slices"

// Act is something that can be done at the desk.
type Act string

// The acts.
const (
	SeeDesk       Act = "see the desk"
	OwnSessions   Act = "see and end one's own sessions"
	SeeQueue      Act = "see the review queue"
	DecideQueue   Act = "decide about signatures"
	SeeAddresses  Act = "see signers' addresses"
	WriteLetters  Act = "write letters and change their state"
	SeeSigners    Act = "see the signatories of a letter in every state"
	GiveSigners   Act = "record, import, export and vouch for signatories"
	InviteSigners Act = "invite organisations to sign"
	PutLetters    Act = "put letters to offices and record it"
	KeepAnswers   Act = "confirm and record what addressees answer"
	KeepAgenda    Act = "keep the work agenda of a letter"
	SeeRecord     Act = "see what is on its way to the record of a letter"
	KeepRecord    Act = "enter and correct the record of a letter"
	ConfirmRecord Act = "confirm what another entered on the record"
	MakeEditions  Act = "make editions of a letter's record"
	KeepRegistry  Act = "decide which organisations are one"
	SeePeople     Act = "see who works at the desk"
	InvitePeople  Act = "invite people and end their access"
	SeeLog        Act = "see the log of what was done"
	EndEverything Act = "end all sessions"
)

// rights is what each role may do: the one place that says so.
var rights = map[Act][]Role{
	SeeDesk:       {Coordinator, Reviewer, Responder},
	OwnSessions:   {Coordinator, Reviewer, Responder},
	SeeQueue:      {Coordinator, Reviewer},
	DecideQueue:   {Coordinator, Reviewer},
	SeeAddresses:  {Coordinator},
	WriteLetters:  {Coordinator},
	SeeSigners:    {Coordinator, Reviewer},
	GiveSigners:   {Coordinator},
	InviteSigners: {Coordinator},
	PutLetters:    {Coordinator},
	KeepAnswers:   {Coordinator},
	KeepAgenda:    {Coordinator},
	SeeRecord:     {Coordinator, Reviewer},
	KeepRecord:    {Coordinator},
	ConfirmRecord: {Coordinator, Reviewer},
	MakeEditions:  {Coordinator},
	KeepRegistry:  {Coordinator, Reviewer},
	SeePeople:     {Coordinator},
	InvitePeople:  {Coordinator},
	SeeLog:        {Coordinator},
	EndEverything: {Coordinator},
}

// May tells whether a role may do something.
func (r Role) May(a Act) bool { return slices.Contains(rights[a], r) }

// Known tells whether it is a role.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// Acts are all acts, in order, so that a test can ask about every one.
func Acts() []Act {
	var list []Act
	for a := range rights {
		list = append(list, a)
	}
	slices.Sort(list)
	return list
}
