# make demo: set up everything and turn the sample recording into minutes.   make test: set up, then check everything.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start many processes; one thread each is faster than all of them fighting over the cores.
export OMP_NUM_THREADS := 1

.PHONY: demo test test-long server weights constraints clean

demo: weights
	$(BIN)/wederhoor demo

test: weights
	$(BIN)/pip check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -m "not long" -n auto --dist loadfile --no-loadscope-reorder

test-long: weights
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

# Prefect's server, its schedules and one worker, on this machine only; see docs/operations.md.
server: weights
	scripts/serve.sh

weights: $(VENV)/installed
	$(BIN)/wederhoor models fetch

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

constraints:
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/pip install --quiet '.[dev,benchmarks]'
	(head -n 1 constraints.txt; build/constraints/bin/pip freeze --exclude wederhoor | sed 's/+cpu$$//') > build/constraints.txt
	mv build/constraints.txt constraints.txt

clean:
	rm -rf $(VENV) build dist output
