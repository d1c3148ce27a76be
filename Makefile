# The commands of a developer. Each does the set-up it needs; see HACKING.md.
.PHONY: setup build test run bench fuzz lint tidy format asan tsan crash malformed simulate clean

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

# Slow: minutes. FILES="src/store/*.cc" narrows it.
tidy: setup
	@cmake --preset dev >/dev/null
	@ls $(or $(FILES),$$(find src -name '*.cc')) | grep -v -E '_(test|bench|fuzz)\.cc$$' | \
		xargs -P $(JOBS) -n 4 clang-tidy-19 -p build/dev --quiet 2>/dev/null

format: setup
	@tools/format.sh

bench: build
	@tools/bench.sh

fuzz: setup
	@tools/fuzz.sh $(or $(SECONDS_EACH),60) $(TARGETS)

simulate: setup
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) simulate
	@build/release/tests/simulate --seeds $(or $(SEEDS),1000) --first $(or $(FIRST),1)

crash: setup
	@tools/crash.sh $(ROUNDS)

malformed: build
	@tests/process/malformed.py --binary build/release/logwood --seed $(or $(SEED),1)
	@tests/process/hostile_queries.py --binary build/release/logwood

asan tsan: setup
	@tools/sanitize.sh $@

clean:
	rm -rf build
