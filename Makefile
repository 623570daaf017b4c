# Needs only Python 3.11 or newer and make: everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
# A container often forbids it, and then each of the hundreds of processes of the tests compiles all of the code anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo check test chromium soak lowest bench docs pictures clean

.venv/.made: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: .venv/.made          ## Book the sample roster in the practice service
	$(BIN)/roster demo

check: .venv/.made         ## Lint, types, layers, documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 0 tests/test_documents.py

test: check chromium       ## All of check, and every test
	$(BIN)/pytest

# The page is tried in a real browser. Where there is none, Debian's is installed if this user may.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	|| echo "There is no Chromium, and it can't be installed here: the tests of the page in a browser are left out."

soak: .venv/.made          ## Kill 300 real imports at random, change 10,000 files at random, try every case of which make test takes a part
	$(BIN)/python tests/fuzzing.py
	$(BIN)/python tests/soak.py
	SOAK=1 $(BIN)/pytest -n 2 --timeout 0
	$(BIN)/python tests/lowest.py

lowest: .venv/.made        ## Try the lowest versions that pyproject.toml allows
	$(BIN)/python tests/lowest.py

bench: .venv/.made         ## Figures, as ratios against bare scripts measured in the same run
	$(BIN)/python bench/bench.py

docs: .venv/.made          ## Write the generated parts of the documents and templates/ anew
	$(BIN)/python tests/test_documents.py --write
	$(BIN)/python tests/test_contract.py --write

pictures: .venv/.made      ## Make the pictures of the documents anew, from the real program
	$(BIN)/python docs/make_pictures.py

clean:
	rm -rf .venv build dist *.egg-info
