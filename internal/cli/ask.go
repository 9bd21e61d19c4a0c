package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
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
	fmt.Fprintln(a.Err)
	return text, err
}

func (a *app) wait(prompt string, read func() typed) (string, error) {
	a.out.Flush()
	fmt.Fprint(a.Err, prompt)
	answer := make(chan typed, 1)
	go func() { answer <- read() }()
	select {
	case <-a.ctx.Done():
		fmt.Fprintln(a.Err)
		return "", a.ctx.Err()
	case x := <-answer:
		if x.err == io.EOF {
			fmt.Fprintln(a.Err)
		}
		return x.text, x.err
	}
}
