package main

import "fmt"

type letterPauseCommand struct {
	storeFlags
	Letter string `arg:"" help:"The letter's slug." placeholder:"S"`
}

func (letterPauseCommand) Help() string {
	return "Lets signatures be made and confirmed as before, but lists none of them: each waits, and its signer reads that it is kept. letter resume lists those against which nothing else speaks. It holds whatever --review says.\n\nExample: pliego letter pause water-for-all-2026"
}

func (c *letterPauseCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.letters.Pause(p.ctx, s.db, c.Letter); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Letter %s is paused: what is confirmed from now on waits. End it with pliego letter resume %s.\n", c.Letter, c.Letter)
	return nil
}

type letterResumeCommand struct {
	storeFlags
	Letter string `arg:"" help:"The letter's slug." placeholder:"S"`
}

func (letterResumeCommand) Help() string {
	return "Ends a pause and lists what waited for nothing else. What a rule doubts too still waits: see review list. Repeating it does no harm, and lists what was confirmed in the moment of resuming.\n\nExample: pliego letter resume water-for-all-2026"
}

func (c *letterResumeCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.letters.Resume(p.ctx, s.db, c.Letter); err != nil {
		return err
	}
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	released, waiting, err := s.signing.Release(p.ctx, l.ID)
	if err != nil {
		return fmt.Errorf("after %d signatures: %w; run it again", released, err)
	}
	fmt.Fprintf(p.stdout, "Letter %s goes on: %d signatures are listed now, %d still wait for a person.\n", c.Letter, released, waiting)
	return nil
}
