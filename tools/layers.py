#!/usr/bin/env python3
"""Fails when a file includes a module that src/LAYERS does not let its module see, or when
LAYERS permits what nobody uses. Tests, benchmarks and fuzz targets may add only `testing`."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent / "src"
allowed, used, errors = {}, set(), []
for line in (root / "LAYERS").read_text().splitlines():
    module, colon, uses = line.split("#")[0].partition(":")
    if not colon:
        continue
    for other in sorted(set(uses.split()) - set(allowed)):
        errors.append(f"LAYERS: {module} uses {other}, which does not stand above it")
    allowed[module.strip()] = set(uses.split())

for path in sorted(p for p in root.glob("*/**/*") if p.suffix in {".h", ".cc"}):
    module = path.relative_to(root).parts[0]
    if module not in allowed:
        errors.append(f"{path}: module {module} has no line in LAYERS")
        continue
    is_test = path.stem.endswith(("_test", "_bench", "_fuzz"))
    for number, text in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#\s*include\s+"([^"/]+)/', text)
        if not include or include[1] == module or (is_test and include[1] == "testing"):
            continue
        used.add((module, include[1]))
        if include[1] not in allowed[module]:
            errors.append(f"{path}:{number}: {module} may not include {include[1]}")

errors += [
    f"LAYERS: {module} no longer uses {other}"
    for module, others in allowed.items()
    for other in sorted(others)
    if (module, other) not in used
]
print("\n".join(errors) or "layers: ok")
sys.exit(bool(errors))
