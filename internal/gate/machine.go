package gate

import "strings"

// machines are environment variables that tell of a CI job or of a coding
// agent. They keep the gate shut although there is a terminal; none opens it.
//
// A person whose shell was started by one of these types the command into a
// shell of their own. A variable that is there says more than one that is
// absent, which proves nothing.
var machines = []string{
	"CI", "CONTINUOUS_INTEGRATION", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "BUILDKITE", "CIRCLECI", "TF_BUILD",
	"TEAMCITY_VERSION", "BITBUCKET_BUILD_NUMBER", "DRONE", "WOODPECKER_CI", "TRAVIS", "APPVEYOR", "CODEBUILD_BUILD_ID",
	"GITEA_ACTIONS", "FORGEJO_ACTIONS",
	"AGENT", "AI_AGENT", "CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "GEMINI_CLI", "QWEN_CODE",
	"OPENCODE", "COPILOT_AGENT", "CLINE_ACTIVE", "AUGMENT_AGENT", "GOOSE_TERMINAL", "TRAE_AI_SHELL_ID", "AMP_CURRENT_THREAD_ID",
}

// machine is the variable that says that no person is here, "" for none.
func machine(getenv func(string) string) string {
	for _, name := range machines {
		switch strings.ToLower(strings.TrimSpace(getenv(name))) {
		case "", "0", "false", "no":
		default:
			return name
		}
	}
	return ""
}
