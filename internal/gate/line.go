package gate

import (
	"context"
	"errors"
	"io"
	"os"
)

// longest is how many bytes of an answer are read: no name is longer.
const longest = 1024

// Control characters that reach a program only where the terminal has not made
// something of them (a line discipline that another process has changed).
const (
	endOfText         = 0x03 // Ctrl-C
	endOfTransmission = 0x04 // Ctrl-D
)

// errNoLine says that the input ended without one.
var errNoLine = errors.New("no line was typed")

// line reads one line, without its end. Nothing is read beyond it, and what
// comes without a line end is none: the person has not pressed Enter. When ctx is
// done the wait is over; whoever reads on then reads for nobody.
func line(ctx context.Context, in *os.File) (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := readLine(in)
		got <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-got:
		if err := ctx.Err(); err != nil { // Ctrl-C behind the answer takes it back
			return "", err
		}
		return a.text, a.err
	}
}

func readLine(in io.Reader) (string, error) {
	var text []byte
	for b := make([]byte, 1); len(text) < longest; {
		n, err := in.Read(b)
		if n == 0 {
			if err == nil {
				err = io.EOF
			}
			return "", errors.Join(errNoLine, err)
		}
		switch b[0] {
		case '\n':
			return string(text), nil
		case endOfText:
			return "", context.Canceled
		case endOfTransmission:
			return "", errNoLine
		}
		text = append(text, b[0])
	}
	return string(text), nil
}
