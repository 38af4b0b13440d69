# Everything a newcomer needs is `make run`; `make` alone lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n auto --maxprocesses 4
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
UV := $(BIN)/uv --quiet --no-progress
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run environment test test-quick test-nominatim test-faults soak lint hooks bench translations requirements sbom clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: $(VENV)/.run ## start the whole service on http://127.0.0.1:8000, until Ctrl-C
	@$(BIN)/python -m locator up

test: $(VENV)/.test ## run every test, on a throw-away database (HYPOTHESIS_PROFILE=full: with all generated examples)
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

test-quick: $(VENV)/.test ## run what answers in three minutes: no browser, nothing that is killed, no deployment
	@$(BIN)/python -m pytest -m "not browser and not kills and not deployment and not slow" $(PYTEST_ARGS)

environment: $(VENV)/.test

test-nominatim: $(VENV)/.test ## find addresses through a real Nominatim (downloads it; not part of `test`)
	@$(BIN)/python -m tests.nominatim.install
	@TEST_NOMINATIM=1 $(BIN)/python -m pytest tests/nominatim -s -vv $(PYTEST_ARGS)

test-faults: $(VENV)/.test ## kill it fifty times for each kind of work, then attack and break all of it, into docs/reliability.md
	@TEST_KILLS=50 $(BIN)/python -m pytest tests/importing/faults/test_database_faults.py tests/importing/faults/test_killed_service.py \
	  -k killed $(PYTEST_ARGS)
	@TEST_RESTART_REQUESTS=2000 $(BIN)/python -m pytest tests/deploy/test_rolling_restart.py $(PYTEST_ARGS)
	@$(BIN)/python -m tests.faults

soak: $(VENV)/.test ## run everything for 20 minutes (SOAK_MINUTES) while faults take turns, into docs/reliability.md
	@$(BIN)/python -m tests.faults.soak

lint: $(VENV)/.test ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

hooks: $(VENV)/.test ## check style and types before each commit
	@git config core.hooksPath .githooks
	@echo "Style and types are now checked before each commit. To turn that off: git config --unset core.hooksPath"

bench: $(VENV)/.test ## measure searches beside pgbench, geocoders at fault and imports beside COPY, into benchmarks/
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.geocoder_faults
	@$(BIN)/python -m benchmarks.imports
	@$(BIN)/python -m benchmarks.clinic_names

translations: $(VENV)/.test ## bring the catalogs of Spanish and Hmong up to date with the code
	@$(BIN)/python -m locator.web.words.translations

requirements: $(VENV)/.test ## compile requirements/*.in into *.txt, to the newest versions
	$(COMPILE) --upgrade requirements/install.in -o requirements/install.txt
	$(COMPILE) --upgrade requirements/run.in -o requirements/run.txt
	$(COMPILE) --upgrade requirements/test.in -o requirements/test.txt
	$(COMPILE) --upgrade requirements/nominatim.in -o requirements/nominatim.txt

sbom: $(VENV)/.test ## write dist/sbom.cdx.json: what the service is made of (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --of JSON -o dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json"

clean: ## remove what can be made again; the database in .locator/ stays
	rm -rf $(VENV) .venv-nominatim dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say which requirements are installed; one is written only when all went well.
$(VENV)/.uv: requirements/install.txt
	@$(make_venv)
	@$(PIP) install -qq --require-hashes -r requirements/install.txt
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.uv
	@echo "Installing what the service needs into $(VENV)"
	@$(call install,--require-hashes -r requirements/run.txt)
	@$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installing what the tests need into $(VENV)"
	@$(call install,--require-hashes -r requirements/test.txt)
	@touch $@

# uv takes seconds where pip takes a minute. pip is asked where uv fails: only pip reads pip's own configuration.
install = $(UV) pip install --python $(BIN)/python $(1) || $(PIP) install -qq $(1)

# A shell script in one line for make: find a Python, give it venv on Debian and Ubuntu, make the environment.
define make_venv
set -eu; \
python=; \
for name in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11; do \
  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo "Python 3.11 or newer is needed; $(PYTHON) is: $$("$(PYTHON)" --version 2>&1 || true)." >&2; \
  echo "Where another one is installed: make run PYTHON=/path/to/python3.11; or: docker compose up" >&2; \
  exit 1; \
fi; \
if "$(BIN)/python" -m pip --version >/dev/null 2>&1; then exit 0; fi; \
if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
  package=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
  if ! command -v apt-get >/dev/null; then \
    echo "$$python lacks the modules venv and ensurepip. Install them, or: docker compose up" >&2; exit 1; \
  fi; \
  if [ "$$(id -u)" = 0 ]; then root=; elif sudo -n true 2>/dev/null; then root="sudo -n"; else \
    echo "Python's venv module is needed. Install it with" >&2; \
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends $$package" >&2; \
    echo "or: docker compose up" >&2; exit 1; \
  fi; \
  echo "Installing $$package"; \
  $$root apt-get -qq update || true; \
  $$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --yes \
    --no-install-recommends "$$package" >/dev/null; \
fi; \
echo "Making a Python environment in $(VENV)"; \
"$$python" -m venv --clear $(VENV)
endef
