# Included by the Makefile at the root.
.PHONY: bench fuzz
FUZZTIME ?= 10s
ROUNDS   ?= 11
SERVICES ?= 300

# Compares hoist with reading the files, parsing them, and the tools people use;
# then, in one process, the ways of rendering. bench/README.md has figures.
bench: build bench-tools
	$(GO) run ./bench -n $(SERVICES) -rounds $(ROUNDS)
	$(GO) test ./internal/kustomize -run '^$$' -bench Render -benchtime 1x -timeout 30m

.PHONY: bench-tools
bench-tools:
	@cd tools && for tool in github.com/homeport/dyff/cmd/dyff github.com/mikefarah/yq/v4 sigs.k8s.io/kustomize/kustomize/v5; do \
	  name=$$(echo $$tool | sed 's|/v[0-9]*$$||; s|.*/||'); \
	  rm -f ../bin/$$name; \
	  $(GO) build -o ../bin/$$name $$tool || echo "bench: $$name cannot be built, its row says so" >&2; \
	done

# Every fuzz target of the module, one after the other.
fuzz:
	@set -e; all=$$($(GO) list ./...); for pkg in $$all; do \
	  list=$$($(GO) test -list '^Fuzz' $$pkg); \
	  for f in $$(echo "$$list" | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; \
	    $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $(if $(FUZZPARALLEL),-parallel $(FUZZPARALLEL)) $$pkg; \
	  done; \
	done
