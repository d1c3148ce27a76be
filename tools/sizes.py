#!/usr/bin/env python3
"""Checks the hard limits of the house style: line 100, function 70, source 500, header 250.

tools/sizes_exceptions.txt holds the few that may be longer: `path[:function]  reason`.
Functions are measured by brace depth from a line that starts at the margin or in a class body."""
import pathlib
import re
import sys

top = pathlib.Path(__file__).resolve().parent.parent
limits = {".h": 250, ".cc": 500}
exceptions = {}
for line in (top / "tools/sizes_exceptions.txt").read_text().splitlines():
    if line.strip() and not line.startswith("#"):
        where, _, reason = line.partition("  ")
        exceptions[where] = reason.strip()
errors, met = [], set()


def report(key, text):
    if key in exceptions:
        met.add(key)
    else:
        errors.append(text)


def functions(lines):
    """Yields (name, first line, length) of each outermost braced body that follows a `)`."""
    depth_of_function, depth, start, name = None, 0, 0, ""
    head = ""
    for number, raw in enumerate(lines, 1):
        code = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])+\'|//.*', "", raw)
        for char in code:
            if char == "{":
                is_body = re.search(r"\)\s*(const|noexcept|override|final|mutable|->[^;]*|:[^;]*)*\s*$", head)
                is_scope = re.search(r"\b(namespace|class|struct|enum|union)\b[^()]*$", head)
                if depth_of_function is None and is_body and not is_scope:
                    depth_of_function, start = depth, number
                    called = re.search(r"([~\w:]+)\s*\(", head)
                    name = called[1] if called else "?"
                depth += 1
                head = ""
            elif char == "}":
                depth -= 1
                if depth_of_function == depth:
                    yield name, start, number - start + 1
                    depth_of_function = None
                head = ""
            elif char == ";":
                head = ""
            else:
                head += char
        head += " "


for path in sorted(p for d in ("src", "tests") for p in (top / d).rglob("*") if p.suffix in limits):
    key = str(path.relative_to(top))
    lines = path.read_text().splitlines()
    if len(lines) > limits[path.suffix]:
        report(key, f"{key}: {len(lines)} lines, at most {limits[path.suffix]}")
    for number, line in enumerate(lines, 1):
        if len(line) > 100:
            report(f"{key}:line", f"{key}:{number}: line of {len(line)} characters, at most 100")
    for name, start, length in functions(lines):
        if length > 70:
            report(f"{key}:{name}", f"{key}:{start}: {name} has {length} lines, at most 70")

errors += [f"sizes_exceptions.txt: {key} needs no exception" for key in exceptions if key not in met]
print("\n".join(errors) or "sizes: ok")
sys.exit(bool(errors))
