# Two commands are enough on a fresh machine with Go and git:
#   make demo   builds hoist and runs its main job on the example repository
#   make test   runs every test
GO ?= go
BIN := bin/hoist
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: all build install demo test lint bench fuzz clean

all: build

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/hoist

# Where hoist goes: /usr/local/bin, or without the right to write there ~/.local/bin.
PREFIX ?= $(shell if [ -w /usr/local/bin ]; then echo /usr/local; else echo "$$HOME/.local"; fi)

install: build
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(BIN) '$(DESTDIR)$(PREFIX)/bin/hoist'
	@echo 'hoist is in $(PREFIX)/bin'; case ":$$PATH:" in *':$(PREFIX)/bin:'*) ;; *) echo 'which is not on your PATH: export PATH="$(PREFIX)/bin:$$PATH"';; esac

demo: build
	./$(BIN) demo

# The laws' random cases are the same on every run here; `go test ./...` and
# `make fuzz` draw others each time.
LAWS = $(shell git grep -l pgregory.net/rapid -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|')

test:
	$(GO) test -timeout 20m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(LAWS))")
	$(GO) test -timeout 20m $(LAWS) -rapid.seed=20261123

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	cd tools && $(GO) build -o ../bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	./bin/staticcheck ./...

clean:
	rm -rf bin

include bench/bench.mk
