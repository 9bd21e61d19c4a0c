package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/creack/pty"
)

// typing is what a person does at a terminal: once see is on the screen, type
// the text.
type typing struct {
	see  *regexp.Regexp
	text string
}

// sits is the script command that lets a person sit at a terminal:
//
//	sits [-size 80x24] [-see REGEXP -type 'TEXT\n']... COMMAND...
//
// It prints what the terminal got, its line ends as files have them, and ends
// as the command does.
func sits() {
	var size pty.Winsize
	var all []typing
	flag.Func("size", "columns x rows", func(s string) error {
		_, err := fmt.Sscanf(s, "%dx%d", &size.Cols, &size.Rows)
		return err
	})
	flag.Func("see", "what to wait for", func(s string) (err error) {
		all = append(all, typing{})
		all[len(all)-1].see, err = regexp.Compile(s)
		return err
	})
	flag.Func("type", "what to type then, with Go's escapes", func(s string) (err error) {
		all[len(all)-1].text, err = strconv.Unquote(`"` + s + `"`)
		return err
	})
	flag.Parse()
	os.Exit(sit(exec.Command(flag.Arg(0), flag.Args()[1:]...), &size, all))
}

func sit(c *exec.Cmd, size *pty.Winsize, all []typing) int {
	f, err := pty.StartWithSize(c, size)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 99
	}
	watchdog := time.AfterFunc(time.Minute, func() { c.Process.Kill() })
	defer watchdog.Stop()
	seen, from := bytes.Buffer{}, 0
	for buf := make([]byte, 4096); ; {
		n, err := f.Read(buf)
		seen.Write(buf[:n])
		for len(all) > 0 {
			at := all[0].see.FindIndex(seen.Bytes()[from:])
			if at == nil {
				break
			}
			from += at[1]
			io.WriteString(f, all[0].text)
			all = all[1:]
		}
		if err != nil { // EIO on Linux: nobody has the other end any more
			break
		}
	}
	err = c.Wait()
	os.Stdout.Write(bytes.ReplaceAll(seen.Bytes(), []byte("\r\n"), []byte("\n")))
	for _, x := range all {
		fmt.Fprintf(os.Stderr, "never seen: %s\n", x.see)
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 98
	}
	return 0
}
