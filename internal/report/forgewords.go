package report

// forgeWords are the sentences of merge and pull requests.
var forgeWords = catalogue{
	problems: map[string]wording{
		"forge-unknown": {Message{"{?host}{host} is neither a GitHub nor a GitLab that hoist knows{/}{!host}the remote names no GitHub or GitLab{/}", "{?host}{host} 不是 hoist 认识的 GitHub 或 GitLab{/}{!host}该远端不是 GitHub 或 GitLab{/}"},
			Message{"HOIST_FORGE=github or HOIST_FORGE=gitlab says what it is", "可用 HOIST_FORGE=github 或 HOIST_FORGE=gitlab 指明"}},
		"forge-bad-setting": {Message{"{variable} cannot be \"{value}\"; it takes {want}", "{variable} 不能是“{value}”，可用：{want}"}, Message{}},
		"forge-bad-config":  {Message{"{path} cannot be read as YAML", "无法按 YAML 读取 {path}"}, Message{"log in again with gh or glab, or set a token in the environment", "请用 gh 或 glab 重新登录，或在环境变量中设置令牌"}},
		"forge-no-token": {Message{"there is no token for {host}{?other}; {other} is for another host{/}", "没有 {host} 的令牌{?other}；{other} 属于另一台主机{/}"},
			Message{"set {variable}, or log in with gh auth login or glab auth login (gh keeps tokens in a keyring: GH_TOKEN=$(gh auth token))", "请设置 {variable}，或用 gh auth login、glab auth login 登录（gh 把令牌存在钥匙串中：GH_TOKEN=$(gh auth token)）"}},
		"request-without-base": {Message{"{?base}{remote} has no branch {base} that a request could be into{/}{!base}nobody says which branch of {remote} the request is to be into{/}", "{?base}{remote} 上没有可作为请求目标的分支 {base}{/}{!base}不知道请求应合入 {remote} 的哪个分支{/}"},
			Message{"name it with --base", "请用 --base 指明"}},
		"nothing-to-review": {Message{"{head} has no commit that {base} has not", "{head} 没有 {base} 所没有的提交"}, Message{}},
		"forge-same-branch": {Message{"a request cannot go from {branch} into itself", "不能从 {branch} 向它自身发起请求"}, Message{"it needs a branch of its own", "请使用单独的分支"}},
		"forge-unreachable": {Message{"{host} cannot be reached: {reason}", "无法连接 {host}：{reason}"}, Message{}},
		"forge-no-answer":   {Message{"{host} did not answer within {limit}", "{host} 在 {limit} 内没有应答"}, Message{}},
		"forge-redirected": {Message{"{host} answers with a redirect{?to} to {to}{/}; a token is not taken along", "{host} 返回了{?to}指向 {to} 的{/}重定向；令牌不会随之转发"},
			Message{"if the repository moved: git remote set-url origin …", "若仓库已迁移：git remote set-url origin …"}},
		"forge-bad-answer": {Message{"{host} answers with something that is not its API's{?status} (status {status}){/}", "{host} 的应答不是其 API 的格式{?status}（状态 {status}）{/}"},
			Message{"GITHUB_API_URL or CI_API_V4_URL names an API that is elsewhere", "若 API 在别处，请用 GITHUB_API_URL 或 CI_API_V4_URL 指明"}},
		"forge-unauthorized": {Message{"{host} does not take the token", "{host} 不接受该令牌"}, Message{"it may have expired; set {variable} anew", "令牌可能已过期；请重新设置 {variable}"}},
		"forge-forbidden": {Message{"{host} does not let this token open a request{?message}: {message}{/}", "{host} 不允许该令牌发起请求{?message}：{message}{/}"},
			Message{"GitHub wants the permission \"Pull requests: write\" (or repo), GitLab the scope api", "GitHub 需要权限“Pull requests: write”（或 repo），GitLab 需要 api 范围"}},
		"forge-no-repository": {Message{"{host} has no repository {repository} that this token may see", "{host} 上没有该令牌可见的仓库 {repository}"}, Message{}},
		"forge-rate-limited":  {Message{"{host} takes no more calls for now{?seconds}; again in {seconds} s{/}", "{host} 暂时不再接受调用{?seconds}；{seconds} 秒后重试{/}"}, Message{}},
		"forge-rejected":      {Message{"{host} refuses the request (status {status}){?message}: {message}{/}", "{host} 拒绝了该请求（状态 {status}）{?message}：{message}{/}"}, Message{}},
		"forge-down":          {Message{"{host} is in trouble (status {status})", "{host} 出现故障（状态 {status}）"}, Message{"what was pushed stays; try again later", "已推送的内容仍在；请稍后重试"}},
	},
	helps: map[string]helpText{},
	flags: map[string]Message{
		"request": {"push to a branch of its own, and open a merge or pull request", "推送到单独的分支，并发起合并请求"},
		"base":    {"the branch that the request is into; else the one branched from, or the remote's default", "请求要合入的分支；否则为所基于的分支，或远程的默认分支"},
	},
}
