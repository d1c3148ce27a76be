# The commands of a developer. Each does the set-up it needs; see HACKING.md.
.PHONY: setup build test run bench fuzz lint format asan tsan crash simulate clean

JOBS ?= $(shell nproc)

setup:
	@tools/setup.sh

build: setup
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) logwood

run: build
	@tools/run.sh

test: setup lint
	@tools/test.sh

lint: setup
	@tools/layers.py
	@tools/sizes.py
	@tools/format.sh --check

format: setup
	@tools/format.sh

bench: build
	@tools/bench.sh

fuzz: setup
	@tools/fuzz.sh $(SECONDS_EACH)

asan tsan: setup
	@tools/sanitize.sh $@

clean:
	rm -rf build
