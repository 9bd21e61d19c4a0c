package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"hoist.example/hoist/internal/report"
)

// typed is what a person typed, or why nothing came.
type typed struct {
	text string
	err  error
}

// answer asks for one line on stderr. The end of the input is io.EOF; Ctrl-C
// ends the wait with the context's error.
func (a *app) answer(prompt string) (string, error) {
	return a.wait(prompt, func() typed {
		line, err := bufio.NewReader(a.In).ReadString('\n')
		if line != "" {
			err = nil
		}
		return typed{strings.TrimRight(line, "\r\n"), err}
	})
}

// hidden asks for one line that is not shown while it is typed.
func (a *app) hidden(prompt string) (string, error) {
	fd := int(a.In.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	text, err := a.wait(prompt, func() typed {
		b, err := term.ReadPassword(fd)
		return typed{string(b), err}
	})
	_ = term.Restore(fd, before) // also where Ctrl-C left the reader waiting
	fmt.Fprintln(a.talks)
	return text, err
}

func (a *app) wait(prompt string, read func() typed) (string, error) {
	a.out.Flush()
	fmt.Fprint(a.talks, prompt)
	answer := make(chan typed, 1)
	go func() { answer <- read() }()
	select {
	case <-a.ctx.Done():
		fmt.Fprintln(a.talks)
		return "", a.ctx.Err()
	case x := <-answer:
		if x.err == io.EOF {
			fmt.Fprintln(a.talks)
		}
		return x.text, x.err
	}
}

// ask puts a question; only a yes is one. The end of the input is a no.
func (a *app) ask(m report.Message, kv ...any) (bool, error) {
	text, err := a.answer(a.words.Say(m, kv...))
	return isYes(text), ignoreEnd(err)
}

// isYes reports whether an answer is a yes, in either language.
func isYes(answer string) bool {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "是":
		return true
	}
	return false
}
