package argocd

import (
	"strings"
	"time"
)

// The answers of the server, as far as hoist reads them. Fields that are empty or
// false are left out by the server: what is absent is the zero value.
type (
	wireApplication struct {
		Metadata struct {
			Name              string    `json:"name"`
			Namespace         string    `json:"namespace"`
			UID               string    `json:"uid"`
			ResourceVersion   string    `json:"resourceVersion"`
			DeletionTimestamp time.Time `json:"deletionTimestamp"`
		} `json:"metadata"`
		Spec struct {
			Project    string       `json:"project"`
			Source     *wireSource  `json:"source"`
			Sources    []wireSource `json:"sources"`
			SyncPolicy struct {
				Automated *struct {
					Enabled  *bool `json:"enabled"`
					Prune    bool  `json:"prune"`
					SelfHeal bool  `json:"selfHeal"`
				} `json:"automated"`
			} `json:"syncPolicy"`
		} `json:"spec"`
		Status    wireStatus     `json:"status"`
		Operation *wireOperation `json:"operation"`
	}
	wireSource struct {
		RepoURL        string `json:"repoURL"`
		Path           string `json:"path"`
		Chart          string `json:"chart"`
		Ref            string `json:"ref"`
		TargetRevision string `json:"targetRevision"`
	}
	wireStatus struct {
		Resources []struct {
			wireName
			Status          string     `json:"status"`
			Health          wireHealth `json:"health"`
			RequiresPruning bool       `json:"requiresPruning"`
			Hook            bool       `json:"hook"`
		} `json:"resources"`
		Sync struct {
			Status    string   `json:"status"`
			Revision  string   `json:"revision"`
			Revisions []string `json:"revisions"`
		} `json:"sync"`
		Health         wireHealth          `json:"health"`
		History        []wireDeployment    `json:"history"`
		Conditions     []wireCondition     `json:"conditions"`
		ReconciledAt   time.Time           `json:"reconciledAt"`
		OperationState *wireOperationState `json:"operationState"`
		Summary        struct {
			Images []string `json:"images"`
		} `json:"summary"`
	}
	wireName struct {
		Group     string `json:"group"`
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
	wireHealth struct {
		Status  string `json:"status"`
		Message string `json:"message"`
	}
	wireCondition struct {
		Type               string    `json:"type"`
		Message            string    `json:"message"`
		LastTransitionTime time.Time `json:"lastTransitionTime"`
	}
	wireInitiator struct {
		Username  string `json:"username"`
		Automated bool   `json:"automated"`
	}
	wireDeployment struct {
		ID          int64         `json:"id"`
		Revision    string        `json:"revision"`
		Revisions   []string      `json:"revisions"`
		DeployedAt  time.Time     `json:"deployedAt"`
		InitiatedBy wireInitiator `json:"initiatedBy"`
	}
	wireOperation struct {
		Sync *struct {
			Revision  string     `json:"revision"`
			Revisions []string   `json:"revisions"`
			Prune     bool       `json:"prune"`
			DryRun    bool       `json:"dryRun"`
			Resources []wireName `json:"resources"`
		} `json:"sync"`
		InitiatedBy wireInitiator `json:"initiatedBy"`
	}
	wireOperationState struct {
		Operation  wireOperation `json:"operation"`
		Phase      string        `json:"phase"`
		Message    string        `json:"message"`
		RetryCount int           `json:"retryCount"`
		StartedAt  time.Time     `json:"startedAt"`
		FinishedAt time.Time     `json:"finishedAt"`
		SyncResult *struct {
			Revision  string   `json:"revision"`
			Revisions []string `json:"revisions"`
			Resources []struct {
				wireName
				Status    string `json:"status"`
				Message   string `json:"message"`
				HookType  string `json:"hookType"`
				HookPhase string `json:"hookPhase"`
			} `json:"resources"`
		} `json:"syncResult"`
	}
	wireManaged struct {
		Items []wireItem `json:"items"`
	}
	wireItem struct {
		wireName
		NormalizedLive string `json:"normalizedLiveState"`
		PredictedLive  string `json:"predictedLiveState"`
		Modified       bool   `json:"modified"`
		Hook           bool   `json:"hook"`
	}
	wireTree struct {
		Nodes []struct {
			wireName
			UID        string `json:"uid"`
			ParentRefs []struct {
				UID string `json:"uid"`
			} `json:"parentRefs"`
			Info []struct {
				Name  string `json:"name"`
				Value string `json:"value"`
			} `json:"info"`
			Health    wireHealth `json:"health"`
			CreatedAt time.Time  `json:"createdAt"`
			Images    []string   `json:"images"`
		} `json:"nodes"`
	}
	wireWindow struct {
		Kind       string `json:"kind"`
		Schedule   string `json:"schedule"`
		Duration   string `json:"duration"`
		ManualSync bool   `json:"manualSync"`
	}
	wireWindows struct {
		Active   []wireWindow `json:"activeWindows"`
		Assigned []wireWindow `json:"assignedWindows"`
		CanSync  bool         `json:"canSync"`
	}
	wireMetadata struct {
		Author  string    `json:"author"`
		Date    time.Time `json:"date"`
		Message string    `json:"message"`
	}
)

func (n wireName) name() Name { return Name(n) }

// state is what an answer says about what was asked for, its texts cleaned.
func (c *Client) state(w *wireApplication, asked App) *State {
	s := &State{
		Name: c.clean(w.Metadata.Name), Namespace: c.clean(w.Metadata.Namespace), Project: c.clean(w.Spec.Project),
		Deleting: !w.Metadata.DeletionTimestamp.IsZero(),
		Sync:     c.clean(w.Status.Sync.Status), Health: c.clean(w.Status.Health.Status), ComparedAt: w.Status.ReconciledAt,
		asked: asked.Name, version: w.Metadata.ResourceVersion, Images: c.cleanAll(w.Status.Summary.Images),
	}
	s.Link = c.access.link(asked)
	if a := w.Spec.SyncPolicy.Automated; a != nil && (a.Enabled == nil || *a.Enabled) {
		s.Automated, s.SelfHeal, s.AutoPrune = true, a.SelfHeal, a.Prune
	}
	sources := w.Spec.Sources
	if len(sources) == 0 && w.Spec.Source != nil {
		sources = []wireSource{*w.Spec.Source}
	}
	for _, x := range sources {
		s.Sources = append(s.Sources, Source{Repository: c.clean(withoutUser(x.RepoURL)), Path: c.clean(x.Path), Chart: c.clean(x.Chart), Target: c.clean(x.TargetRevision), Ref: c.clean(x.Ref)})
	}
	if revisions := revisions(w.Status.Sync.Revision, w.Status.Sync.Revisions); compared(revisions, sources) {
		s.Compared = c.cleanAll(revisions)
	}
	for _, x := range w.Status.Conditions {
		s.Conditions = append(s.Conditions, Condition{c.clean(x.Type), c.clean(x.Message), x.LastTransitionTime})
	}
	if n := len(w.Status.History); n > 0 {
		x := w.Status.History[n-1]
		s.Deployed = &Deployment{x.ID, c.cleanAll(revisions(x.Revision, x.Revisions)), x.DeployedAt, c.initiator(x.InitiatedBy)}
	}
	for _, x := range w.Status.Resources {
		s.Resources = append(s.Resources, Resource{Name: c.cleanName(x.wireName), Sync: c.clean(x.Status), Health: c.clean(x.Health.Status),
			Message: c.clean(x.Health.Message), RequiresPrune: x.RequiresPruning, Hook: x.Hook})
	}
	s.Operation = c.operation(w)
	return s
}

// compared reports whether revisions are what was compared with git. Where the
// comparison failed, the server gives the target's name instead; of a Helm
// chart or an OCI artifact, the revision is a version or a digest.
func compared(revisions []string, sources []wireSource) bool {
	if len(revisions) == 0 {
		return false
	}
	for i, r := range revisions {
		git := i >= len(sources) || sources[i].Chart == "" && !strings.HasPrefix(sources[i].RepoURL, "oci://")
		if r == "" || git && !Pinned(r) {
			return false
		}
	}
	return true
}

func revisions(one string, several []string) []string {
	if len(several) > 0 {
		return several
	}
	if one == "" {
		return nil
	}
	return []string{one}
}

func (c *Client) initiator(i wireInitiator) string {
	if i.Automated {
		return ""
	}
	return c.clean(i.Username)
}

// operation is what goes on or was last: `operation` is what was asked for and
// not yet done, operationState what the controller makes of it.
func (c *Client) operation(w *wireApplication) *Operation {
	asked, at := w.Operation, w.Status.OperationState
	if asked == nil && at == nil {
		return nil
	}
	o := &Operation{InProgress: asked != nil}
	if at != nil {
		o.Phase, o.Message, o.Retries = c.clean(at.Phase), c.clean(at.Message), at.RetryCount
		o.StartedAt, o.FinishedAt = at.StartedAt, at.FinishedAt
		o.InProgress = o.InProgress || at.Phase != Succeeded && at.Phase != FailedPhase && at.Phase != ErrorPhase
		c.asked(o, &at.Operation)
		c.results(o, at)
		return o
	}
	c.asked(o, asked)
	return o
}

func (c *Client) asked(o *Operation, w *wireOperation) {
	o.By = c.initiator(w.InitiatedBy)
	if s := w.Sync; s != nil {
		o.Revisions, o.DryRun, o.Prune, o.Partial = c.cleanAll(revisions(s.Revision, s.Revisions)), s.DryRun, s.Prune, len(s.Resources) > 0
	}
}

func (c *Client) results(o *Operation, at *wireOperationState) {
	if at.SyncResult == nil {
		return
	}
	if len(o.Revisions) == 0 {
		o.Revisions = c.cleanAll(revisions(at.SyncResult.Revision, at.SyncResult.Revisions))
	}
	for _, x := range at.SyncResult.Resources {
		o.Results = append(o.Results, Result{c.cleanName(x.wireName), c.clean(x.Status), c.clean(x.Message), c.clean(x.HookType), c.clean(x.HookPhase)})
	}
}

func (c *Client) cleanName(n wireName) Name {
	return Name{c.clean(n.Group), c.clean(n.Kind), c.clean(n.Namespace), c.clean(n.Name)}
}

func (c *Client) cleanAll(list []string) (out []string) {
	for _, s := range list {
		out = append(out, c.clean(s))
	}
	return out
}

// withoutUser is a repository's address without the user and password that some
// keep in it.
func withoutUser(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		scheme, rest = "", address
	} else {
		scheme += "://"
	}
	host, path, below := strings.Cut(rest, "/")
	if _, port, _ := strings.Cut(host, ":"); ok && !strings.Contains(host, "@") && strings.Trim(port, "0123456789") != "" {
		return scheme + rest[strings.LastIndexByte(rest, '@')+1:] // no port: a password with a slash in it
	}
	// Of git@host:path, as ssh has it, the user is no secret.
	if at := strings.LastIndexByte(host, '@'); at >= 0 && (ok || strings.Contains(host[:at], ":")) {
		host = host[at+1:]
	}
	if below {
		host += "/"
	}
	return scheme + host + path
}
