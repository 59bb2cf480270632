.PHONY: setup check lint types test slow browser databases words demo bench clean

setup:            ## install everything, and the commit hooks
	uv sync
	uv run pre-commit install

check: lint types test  ## what to run before a commit

lint:
	uv run ruff check .
	uv run ruff format --check .

types:
	uv run mypy

test:
	uv run pytest

slow:             ## tests that take more than a few seconds each
	uv run pytest -m slow

browser:          ## needs Debian's chromium, and npm's axe-core in node_modules (.ci/run installs both)
	uv run pytest -m browser

databases:        ## needs Debian's postgresql and mariadb-server (.ci/run installs both)
	uv run pytest -m databases

words:            ## write the Traditional catalogues anew from the Simplified ones
	uv run python -m crmreport.text.traditional

demo:
	uv run crmreport demo

bench:
	uv run python benchmarks/stages.py
	uv run python benchmarks/growth.py
	uv run python benchmarks/customers.py

clean:
	rm -rf dist .mypy_cache .ruff_cache .pytest_cache .hypothesis params/.crmreport
