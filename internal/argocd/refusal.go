package argocd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"hoist.example/hoist/internal/problem"
)

// The codes of gRPC that the server uses, as it puts them into its answers.
const (
	grpcInvalid      = 3
	grpcNotFound     = 5
	grpcDenied       = 7
	grpcPrecondition = 9
	grpcUnavailable  = 14
	grpcNoSession    = 16
)

// failed says why no answer came. again: the connection may be better next time.
func (c *Client) failed(ctx context.Context, q call, err error) (again bool, out error) {
	if ctx.Err() != nil {
		if q.action == toRefresh {
			return false, c.problem(ControlDown, "application", q.application, "what", string(q.action), "limit", q.limit.String()).Because(ctx.Err())
		}
		return false, c.problem(NoAnswer, "application", q.application, "what", string(q.action), "limit", q.limit.String()).Because(ctx.Err())
	}
	cause := c.cause(err)
	switch reason := c.clean(innermost(err)); {
	case certificateFault(err):
		return false, c.problem(Untrusted, "reason", reason).Because(cause)
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"), recordFault(err):
		return false, c.problem(NotTLS).Because(cause)
	case q.method != http.MethodGet && !neverSent(err):
		return false, c.problem(NoAnswer, "application", q.application, "what", string(q.action), "limit", "").Because(cause)
	default:
		return true, c.problem(Unreachable, "reason", reason).Because(cause)
	}
}

// innermost is what an error of the network says, without the address around it.
func innermost(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	var sys syscall.Errno
	if errors.As(err, &sys) {
		return sys.Error()
	}
	return err.Error()
}

func certificateFault(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid)
}

// recordFault reports whether the other end does not speak TLS.
func recordFault(err error) bool {
	var r tls.RecordHeaderError
	return errors.As(err, &r)
}

// neverSent reports whether no byte of the request can have reached a server.
func neverSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns)
}

// answerError is an error as the server words it. Of a stream it is one level
// deeper, under other names.
type answerError struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
}

func readError(body []byte) (e answerError, ok bool) {
	var w struct {
		Error   json.RawMessage `json:"error"`
		Code    int             `json:"code"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(body, &w) != nil {
		return e, false
	}
	var inner struct {
		GRPC    int    `json:"grpc_code"`
		Message string `json:"message"`
	}
	if len(w.Error) > 0 && w.Error[0] == '{' && json.Unmarshal(w.Error, &inner) == nil {
		return answerError{inner.Message, inner.GRPC}, true
	}
	if w.Message == "" && len(w.Error) > 0 {
		_ = json.Unmarshal(w.Error, &w.Message)
	}
	return answerError{w.Message, w.Code}, w.Message != "" || w.Code != 0
}

// refused says what an answer means that is not 200. Statuses and codes are few
// and shared by what has to be told apart: a conflict, a bad revision and a
// broken git are all 400 with code 9. So the message decides.
func (c *Client) refused(q call, res *http.Response, body []byte) (again bool, out error) {
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		return false, c.redirected(res)
	}
	e, ok := readError(body)
	if !ok {
		again = res.StatusCode == http.StatusBadGateway || res.StatusCode == http.StatusServiceUnavailable || res.StatusCode == http.StatusGatewayTimeout
		return again, c.badAnswer(q, res.StatusCode, firstLine(res, body))
	}
	p := c.told(q, res.StatusCode, e)
	return e.Code == grpcUnavailable || res.StatusCode == http.StatusServiceUnavailable, p
}

// firstLine is what an answer that is no JSON says, if it says it in plain text.
func firstLine(res *http.Response, body []byte) string {
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	return line
}

func (c *Client) redirected(res *http.Response) error {
	to, err := res.Location()
	if err != nil {
		return c.problem(Redirected, "to", "", "https", "")
	}
	https := ""
	if c.access.Plain() && to.Scheme == "https" && strings.EqualFold(to.Host, c.access.base.Host) {
		https = "yes"
	}
	return c.problem(Redirected, "to", to.Scheme+"://"+to.Host, "https", https)
}

// told is the problem of an answer in the server's own form.
func (c *Client) told(q call, status int, e answerError) *problem.Problem {
	args := []string{"application", q.application, "message", e.Message}
	with := func(code problem.Code, more ...string) *problem.Problem {
		return c.problem(code, append(append([]string{}, args...), more...)...)
	}
	says := func(part string) bool { return strings.Contains(e.Message, part) }
	switch {
	case e.Code == grpcNoSession || status == http.StatusUnauthorized:
		return c.problem(Unauthorized, "why", session(e.Message), "message", e.Message).Type("argocd", "login", c.Server())
	case e.Code == grpcDenied && says("sync window"):
		return with(WindowClosed)
	case e.Code == grpcDenied:
		sure := ""
		if q.project == "" {
			sure = "no"
		}
		return with(Denied, "what", string(q.action), "sure", sure)
	case e.Code == grpcNotFound:
		return with(NotFound, "project", q.project)
	case e.Code == grpcPrecondition && says("another operation is already in progress"):
		return with(Busy)
	case says("auto-sync currently set to"):
		_, target, _ := strings.Cut(e.Message, "auto-sync currently set to ")
		return with(SyncsItself, "target", target)
	case says("unable to resolve") && says("to a commit SHA"):
		return with(BadRevision)
	case says("failed to list refs"):
		return with(GitDown)
	case q.action == toSync && says("error resolving repo revision") || e.Code == grpcUnavailable && says("Error while dialing"):
		return with(RepoServerDown)
	case q.action == toTerminate && says("No operation is in progress"):
		return with(Idle)
	case says("failed to generate manifest"), says("kustomize build"):
		return with(ComparisonError)
	}
	return with(Failed, "what", string(q.action), "status", strconv.Itoa(status))
}

// session is what is wrong with a token.
func session(message string) string {
	switch {
	case strings.Contains(message, "token is expired"):
		return "expired"
	case strings.Contains(message, "does not have token with id"):
		return "revoked"
	case strings.Contains(message, "no session information"):
		return "none"
	}
	return "invalid"
}

// badAnswer is an answer that is none of Argo CD's. To what changes something it
// is none at all: something between may have passed the request on.
func (c *Client) badAnswer(q call, status int, message string) error {
	if q.method != http.MethodGet && (status < 300 || status >= 500) {
		return c.problem(NoAnswer, "application", q.application, "what", string(q.action), "limit", "", "status", strconv.Itoa(status))
	}
	return c.problem(BadAnswer, "application", q.application, "what", string(q.action), "status", strconv.Itoa(status), "message", message)
}
