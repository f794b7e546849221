# The doors of the project. Everything is done by the package `setup`, which runs on a bare Python 3.11.

PYTHON ?= $(shell for python in python3.11 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$python && exit; \
	done; echo python3)
SETUP = @$(PYTHON) -m setup

.PHONY: help run stop test check clean-data

help:
	@echo 'make run         the whole system on this machine; Ctrl-C stops it (PORT_BASE=9000 moves its ports)'
	@echo 'make stop        stops it from another window'
	@echo 'make test        checks and the whole test suite (ARGS="tests/kit -x" goes to pytest)'
	@echo 'make check       the checks alone: style, types, layers'
	@echo 'make bench-NAME  a measurement; BENCH_SCALE=0.01 for a quick look'
	@echo 'make clean-data  removes the database, files and keys of this clone, after a question'

run:
	$(SETUP) run

stop:
	$(SETUP) stop

test:
	$(SETUP) test $(ARGS)

check:
	$(SETUP) check

clean-data:
	$(SETUP) clean-data

bench-%:
	$(SETUP) bench $*
