package prompt

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/progress"
)

const (
	// quietFor is how long a run lasts before it shows how far it has come.
	quietFor = 500 * time.Millisecond
	// redrawAfter is the least time between two drawings.
	redrawAfter = 100 * time.Millisecond

	widestBar    = 40
	narrowestBar = 10
)

// A Progress is a line at a terminal that shows how far a long run has come. A short
// run, and a plain terminal, show nothing. It is not for concurrent use.
type Progress struct {
	terminal Terminal
	title    string
	next     time.Time
	drawn    bool
}

// Progress begins a run. The title is one line of text of ours, a column to a
// character.
func (t Terminal) Progress(title string) *Progress {
	return &Progress{terminal: t, title: title, next: t.Now().Add(quietFor)}
}

// Show draws that done of total are done, unless that is too early or the last drawing
// is less than 100 ms old.
func (p *Progress) Show(done, total int) {
	now := p.terminal.Now()
	if p.terminal.Plain || total <= 0 || now.Before(p.next) {
		return
	}
	p.next = now.Add(redrawAfter)
	if line := p.line(done, total); line != "" {
		p.terminal.say("\r%s\x1b[K", line)
		p.drawn = true
	}
}

// Clear takes away what was drawn and leaves an empty line with the cursor at its
// start, for other text. The run may go on.
func (p *Progress) Clear() {
	if p.drawn {
		p.terminal.say("\r\x1b[K")
	}
	p.drawn = false
}

// line fits the width, of which the last column stays free: a terminal may wrap there.
// What does not fit is left out: first the bar, then the end of the title, then all.
func (p *Progress) line(done, total int) string {
	count := fmt.Sprintf(" %d/%d", done, total)
	title := []rune(p.title)
	room := p.terminal.Width - 1 - len(count)
	if bar := min(room-len(title)-1, widestBar); bar >= narrowestBar {
		return p.title + " " + p.bar(bar, float64(done)/float64(total)) + count
	}
	if room < 0 {
		return ""
	}
	return string(title[:min(room, len(title))]) + count
}

// bar has no colours, so that it looks the same on every terminal.
func (p *Progress) bar(width int, part float64) string {
	bar := progress.New(progress.WithWidth(width), progress.WithoutPercentage(), progress.WithColors(nil),
		progress.WithFillCharacters(progress.DefaultFullCharFullBlock, progress.DefaultEmptyCharBlock))
	bar.EmptyColor = nil
	return bar.ViewAs(part)
}
