# Included by the Makefile at the root.
.PHONY: bench fuzz
FUZZTIME ?= 10s
ROUNDS   ?= 11
SERVICES ?= 300

# Compares hoist with reading the files, parsing them, and the tools people use.
bench: build
	cd tools && $(GO) build -o ../bin/dyff github.com/homeport/dyff/cmd/dyff || echo 'bench: dyff cannot be built, its row says so' >&2
	$(GO) run ./bench -n $(SERVICES) -rounds $(ROUNDS)

# Every fuzz target of the module, one after the other.
fuzz:
	@set -e; all=$$($(GO) list ./...); for pkg in $$all; do \
	  list=$$($(GO) test -list '^Fuzz' $$pkg); \
	  for f in $$(echo "$$list" | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; \
	    $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $(if $(FUZZPARALLEL),-parallel $(FUZZPARALLEL)) $$pkg; \
	  done; \
	done
