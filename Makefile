# The first Python that is new enough and can create virtual environments; else python3, for the error message.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
BIN = .venv/bin
NPM := $(shell command -v npm 2>/dev/null)
export JUPYTER_PREFER_ENV_PATH = 1

.PHONY: help help-authors lab test test-notebooks test-units test-browser test-workers lint format hooks notebooks bench \
	pytorch bench-checks bench-grading bench-installing mutants hints lines minutes \
	reproduce study best project beyond clinic explorable generalisation robust writers misconceptions slides \
	site pdf page picture lock doctor installed installed-dev test-nbgrader test-bank test-update test-grading \
	test-installing test-hub test-site wheel release

# Two lists, of at most twenty targets for students, instructors and newcomers to the code, and of all others.
targets = @awk -F ':.*  $(1) ' '/^[a-z-]+:.*  $(1) / { printf "%-16s %s\n", $$1, $$2 }' Makefile
help:  ## print this list
	$(call targets,##)

help-authors:  ## print the other targets, for authors of the course: slow tests, measurements, recorded trainings
	$(call targets,###)

lab: installed  ## open the course; PORT=9000 chooses the port, ARGS=... is handed to jupyter lab
	@$(BIN)/mlp-course lab $(if $(PORT),--port=$(PORT)) $(ARGS)

# One process per core and one BLAS thread per process: more would only compete for the cores. The notebooks run first,
# the largest first, since they take longest; the tests, too, end with short files. MLP_THOROUGH=1 measures coverage, too,
# and runs the tests that take long.
test test-notebooks test-units test-browser test-workers test-bank test-grading: export OPENBLAS_NUM_THREADS ?= 1
test-browser test-bank test-update: export MLP_THOROUGH = 1
PYTEST = $(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder
NOTEBOOKS = $(shell ls -S notebooks/*.ipynb)
BROWSER = tests/browser
WORKERS = tests/tuning/workers
SANDBOX = tests/grading/sandbox
INSTALLING = tests/installing
HUB = tests/hub
SITE = tests/site
UNITS = $(shell find tests -name 'test_*.py' $(patsubst %,-not -path '%/*',$(BROWSER) $(WORKERS) $(SANDBOX) $(INSTALLING) $(HUB) $(SITE) tests/nbgrader) | sort -r)
# Coverage of worker processes, which would take too long with many schedules.
measured = $(if $(MLP_SCHEDULES),,--cov-config=tests/processes.toml --cov=$(1))
test: installed-dev  ## unit tests, widgets in a browser, and every notebook, outputs compared
	$(PYTEST) $(if $(MLP_THOROUGH),--cov=mlp_helpers) --nbcheck $(NOTEBOOKS) $(BROWSER) $(UNITS)

test-notebooks: installed-dev  ## the notebooks alone; CHECK=--nbval leaves figures out
	$(PYTEST) $(or $(CHECK),--nbcheck) $(NOTEBOOKS)

test-units: installed-dev  ## the unit tests alone
	$(PYTEST) $(UNITS)

test-browser: installed-dev  ### the widgets in JupyterLab and Chromium, if there is one
	$(PYTEST) -rs $(BROWSER)

# Most of the work is in one file, so tests are dealt out one by one.
test-workers: installed-dev  ### searches by processes that are killed, in PostgreSQL, too; MLP_SCHEDULES=20 for twenty ways
	$(PYTEST) --dist=worksteal $(call measured,mlp_helpers.tuning) $(WORKERS)

test-bank: installed-dev  ## the mistakes that checks know, alone; MLP_SEEDS=20 for twenty course seeds, MLP_ANSWERS=20000 for answers of any kind
	$(BIN)/python -m pytest tests/exercises tests/test_any_answer.py

hints: installed-dev  ### how many wrong answers get their mistake named, and by which way; ARGS=-v prints each hint
	$(BIN)/python scripts/hints.py $(ARGS)

test-update: installed-dev  ### an old students' folder brought up to date
	$(BIN)/python -m pytest tests/course/test_old_release.py

# Kernels that start, are limited, or are killed leave their cores idle at times, and a few files have most of the work.
test-grading: installed-dev  ### grading in the sandbox, if there is bubblewrap
	$(PYTEST) --numprocesses=$$((2 * $$(getconf _NPROCESSORS_ONLN))) --dist=worksteal -rs $(call measured,mlp_helpers.grading) $(SANDBOX)

test-installing: installed-dev  ### installations by uv and pip, and the wheel in an empty environment; two minutes
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile -rs $(INSTALLING)

# Makes an environment beside the course's: $(call environment,FOLDER,LOCK). Its second line, for an environment in
# which the course runs, installs the package: $(call package_into,FOLDER). Compiling at once spares the first process.
INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python
define environment
	$(PYTHON) -m venv --clear --without-pip $(1)
	$(INSTALL) $(1)/bin/python --require-hashes --requirement $(2)
endef
package_into = $(INSTALL) $(1)/bin/python --no-deps --no-build-isolation --editable .

# nbgrader loads server extensions, so it has its own environment, in which its tests run, too.
NBGRADER = .venv-nbgrader/bin
test-nbgrader: .venv-nbgrader/installed  ### the source notebooks, handed to nbgrader; some minutes
	$(NBGRADER)/python -m pytest --noconftest -W default tests/nbgrader

.venv-nbgrader/installed: tests/nbgrader/requirements.txt pyproject.toml | installed-dev
	$(call environment,.venv-nbgrader,tests/nbgrader/requirements.txt)
	$(call package_into,.venv-nbgrader)
	touch $@

# JupyterHub, too; its students work in the same environment. Where npm is missing, so is the hub's proxy, and the test
# says so.
PROXY = .venv-hub/proxy-5.3.0
test-hub: installed-dev .venv-hub/installed $(if $(NPM),$(PROXY))  ### the course on a real JupyterHub, in Chromium; a minute
	$(BIN)/python -m pytest -rs $(HUB)

test-site: site  ### the pages of the site, from a folder and from a server, in Chromium; some minutes
	$(PYTEST) -rs $(shell ls -S $(SITE)/test_*.py)

.venv-hub/installed: tests/hub/requirements.txt | installed-dev
	$(call environment,.venv-hub,tests/hub/requirements.txt)
	touch $@

$(PROXY): .venv-hub/installed
	npm install --silent --no-fund --no-audit --global --prefix .venv-hub configurable-http-proxy@$(patsubst .venv-hub/proxy-%,%,$@)
	touch $@

# Biome's own package for this system, verified before it is unpacked. Without npm, JavaScript and CSS are not checked,
# unless MLP_BIOME=required.
BIOME = .venv-biome/2.6.8
LINTED = $(or $(NPM),$(filter required,$(MLP_BIOME)))
$(BIOME): scripts/biome.sha512
	mkdir -p .venv-biome
	cd .venv-biome && npm pack --silent @biomejs/cli-$$(node -p 'process.platform + "-" + process.arch')@$(@F)
	cd .venv-biome && sha512sum --check --ignore-missing ../$<
	tar -xzf .venv-biome/biomejs-cli-*-$(@F).tgz -C .venv-biome package/biome
	mv .venv-biome/package/biome $@
	touch $@

lint: installed-dev $(if $(LINTED),$(BIOME))  ## ruff's rules and formatting, notebooks too; types; which module may import which; faults of exercises; JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/source_faults.py
	$(if $(LINTED),$(BIOME) check --error-on-warnings,@echo 'JavaScript and CSS are not checked: npm is missing.')

format: installed-dev $(if $(LINTED),$(BIOME))  ## format Python, notebooks and JavaScript, and mend what lint can mend itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(if $(LINTED),$(BIOME) check --write)

hooks: installed-dev  ## let git run what is quick of lint before each commit, and check the subject of its message
	$(BIN)/pre-commit install

notebooks: installed-dev  ## execute the notebooks and store their outputs; NB=03 for one
	$(BIN)/python scripts/record.py $(or $(wildcard $(NB:%=notebooks/%*.ipynb)),$(NB),$(sort $(wildcard notebooks/*.ipynb)))

BENCH = .venv-bench/bin
bench: .venv-bench/installed  ### speed beside PyTorch, JAX, scikit-learn and the bare products; ARGS="epochs" for a part
	$(BENCH)/python benchmarks/bench.py $(or $(ARGS),--json benchmarks/results.json --figure docs/speed.png)

.venv-bench/installed: requirements.txt benchmarks/requirements.txt pyproject.toml | installed-dev
	$(call environment,.venv-bench,requirements.txt)
	$(INSTALL) .venv-bench/bin/python --requirement benchmarks/requirements.txt
	$(call package_into,.venv-bench)
	touch $@

pytorch: .venv-bench/installed  ### record what the programs of the boxes "The same in PyTorch" print
	$(BENCH)/python benchmarks/pytorch.py

bench-installing: installed-dev  ### from a clone to an open course, by uv and by pip
	$(BIN)/python benchmarks/installing.py $(or $(ARGS),--json benchmarks/installing.json)

bench-checks: installed-dev  ### how long the exercises' checks take
	$(BIN)/python benchmarks/checks.py $(or $(ARGS),--json benchmarks/checks.json)

bench-grading: installed-dev .venv-nbgrader/installed  ### grading beside nbgrader, and a large batch; ARGS="batch" for a part
	$(BIN)/python benchmarks/grading.py $(or $(ARGS),--json benchmarks/grading.json)

mutants: installed-dev  ### change the library at one place at a time, and see that a test notices; half an hour
	$(BIN)/python scripts/mutants.py $(ARGS)

minutes: installed-dev  ### print each notebook's working time by the model; ARGS=--write puts it into the heads
	$(BIN)/python scripts/minutes.py $(ARGS)

lines: installed-dev  ### count the lines of code and of data, by room; ARGS="HEAD~5 HEAD" for two commits
	$(BIN)/python scripts/lines.py $(ARGS)

reproduce: installed-dev  ## every notebook in many configurations; ARGS=--short for one, ARGS="--only Python" for some
	$(BIN)/python scripts/reproduce.py $(or $(ARGS),--json docs/reproduced.json --picture docs/reproduced.png --page docs/measurements.md)

study: installed-dev  ### make the studies anew that notebook 08 reads; half an hour
	$(BIN)/python scripts/study.py

best: installed-dev  ### train the network anew that notebook 08 arrives at, with five seeds; some minutes
	$(BIN)/python scripts/best.py

generalisation: installed-dev  ### repeat experiments of notebook 06 with ten seeds: wrong labels, new writers; some minutes
	$(BIN)/python scripts/generalisation.py

robust: installed-dev  ## do the required notebooks' claims hold with other seeds and images? ARGS="05 06" for some; up to an hour
	$(BIN)/python scripts/robust.py $(ARGS)

project: installed-dev  ### train the networks of the author's own report in notebook 07 anew; some ten minutes
	$(BIN)/python scripts/project.py

beyond: installed-dev  ### train the networks of notebook 09 anew, and look at the test set; a quarter of an hour
	$(BIN)/python scripts/beyond.py

clinic: installed-dev  ### draw the sick trainings of the exercise `clinic` anew; a minute
	$(BIN)/python scripts/clinic.py

explorable: installed-dev  ### record the trainings that the site shows anew; ARGS="relu tanh-80" for some; half an hour
	$(BIN)/python scripts/sheet_training.py
	$(BIN)/python scripts/explorable.py $(ARGS)

writers: installed-dev  ### make the file of MNIST's writers anew; ARGS=FOLDER, which has the labels of QMNIST
	$(BIN)/python scripts/writers.py $(ARGS)

misconceptions: installed-dev  ## write what students believe, and the course's replies, into build/misconceptions.md
	$(BIN)/python scripts/misconceptions.py build/misconceptions.md

# Sphinx is in an environment of its own, since no student and no test needs it.
slides: installed-dev .venv-slides/installed  ## slides of six lectures, with the notebooks' figures, into build/slides
	$(BIN)/python scripts/slides.py build/slides-source
	.venv-slides/bin/python -m sphinx -q -W -E -b revealjs -d build/doctrees build/slides-source build/slides
	@echo "Open build/slides/index.html in a browser."

site: installed-dev .venv-site/installed  ## the course as a site, from the recorded notebooks, into build/site; ARGS=--with-solutions
	$(BIN)/python scripts/website.py build/site-source $(ARGS)
	rm -rf build/site  # else pages with answers would outlive a later site without
	.venv-site/bin/python -m sphinx -q -W -E -b html -d build/site-doctrees build/site-source build/site
	@echo "Open build/site/index.html in a browser."

pdf: installed-dev .venv-site/installed  ## the notebooks, the notation and the terms as one PDF, into build
	$(BIN)/python scripts/website.py build/book-source --book $(ARGS)
	.venv-site/bin/python -m sphinx -q -W -E -b singlehtml -d build/book-doctrees build/book-source build/book
	$(BIN)/python scripts/print_book.py build/book/book.html build/a-first-neural-network.pdf

page: site  ### a notebook as one HTML file with its panels, into build; NB=notebooks/03_layers.ipynb
	$(BIN)/python scripts/single_page.py build/site/$(NB:.ipynb=.html) build/$(notdir $(NB:.ipynb=.html))

.venv-site/installed: site/requirements.txt | installed-dev
	$(call environment,.venv-site,site/requirements.txt)
	touch $@

.venv-slides/installed: docs/slides/requirements.txt | installed-dev
	$(call environment,.venv-slides,docs/slides/requirements.txt)
	touch $@

wheel: installed-dev  ## the students' edition and its package as a wheel, for pip, into dist
	$(BIN)/python scripts/make_wheel.py dist

release: installed-dev  ### see that this commit is fit to be released, and write its zip file and wheel into dist
	$(BIN)/python scripts/publish.py dist

picture: installed-dev  ### the README's pictures of the course and, in Chromium, of its playground
	$(BIN)/python scripts/picture.py docs/course.png docs/course-narrow.png
	$(BIN)/python scripts/playground_picture.py docs/playground.png

PIN = $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE)
COMPILE = $(PIN) pyproject.toml --group build
lock: installed-dev  ### compile the locks anew; UPGRADE=--upgrade for the newest versions
	$(COMPILE) --extra grade --output-file requirements.txt
	$(COMPILE) --group dev --all-extras --constraints requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --extra grade tests/nbgrader/requirements.in --constraints requirements.txt --output-file tests/nbgrader/requirements.txt
	$(COMPILE) --extra lab tests/hub/requirements.in --constraints requirements.txt --output-file tests/hub/requirements.txt
	$(PIN) docs/slides/requirements.in --output-file docs/slides/requirements.txt
	$(PIN) site/requirements.in --constraints requirements.txt --output-file site/requirements.txt
	echo uv | $(PIN) - --constraints requirements-dev.txt --output-file scripts/uv.txt

doctor: installed  ## will this machine run the course and reproduce it? ARGS=--json for a program
	@$(BIN)/mlp-course doctor $(ARGS)

installed:
	@$(PYTHON) scripts/install.py

installed-dev:
	@$(PYTHON) scripts/install.py --dev
