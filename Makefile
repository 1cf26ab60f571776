# Everything runs on a machine that has Python 3.11, make and git; the first target to need it makes `.venv`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test test-slow lint bench lab ui serve reference clean

demo: $(READY)  ## the main job: an invented region, a tracked run, a table and a page to read
	$(BIN)/risico run experiments/synthetic_randomized.yaml
	$(BIN)/risico review

test: $(READY)  ## what a contributor runs, under ten minutes
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal

test-slow: $(READY)  ## browser, notebooks, simulations
	$(BIN)/python -m pytest -m slow -n 2 --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/pyright

bench: .venv-peers/.ready .venv-peers-effects/.ready  ## hours; writes benchmarks/results.csv and docs/audit_causes.md
	for script in $(filter-out %/effects_peers.py,$(wildcard benchmarks/*.py)); do \
	  .venv-peers/bin/python $$script || exit 1; done
	.venv-peers-effects/bin/python benchmarks/effects_peers.py

reference: $(READY)  ## rerun every R script behind a stored value (needs R)
	cd tests/reference && for script in *.R; do Rscript $$script > $${script%.R}.json || exit 1; done

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=notebooks

serve: $(READY)  ## the page of a specialist, on this machine alone; nothing is kept
	$(BIN)/risico serve

ui: $(READY)  ## MLflow, on this machine alone
	MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false \
	$(BIN)/mlflow server --backend-store-uri sqlite:///out/runs/mlflow.db \
	  --artifacts-destination out/runs/artifacts --host 127.0.0.1 --workers 1

$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(READY)

# some peers are GPL: they stay out of the environment of the package; those of effects want other versions than the rest
.venv-peers/.ready .venv-peers-effects/.ready: .venv-%/.ready: requirements/%.txt $(READY)
	$(PYTHON) -m venv .venv-$*
	$(BIN)/uv pip sync --quiet --python .venv-$*/bin/python --require-hashes requirements/$*.txt
	$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv .venv-peers .venv-peers-effects out
