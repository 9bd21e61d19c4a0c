//go:build !linux

package workspace

import (
	"errors"
	"os"
)

func openBeneath(*os.File, string) (*os.File, error) { return nil, errors.ErrUnsupported }
