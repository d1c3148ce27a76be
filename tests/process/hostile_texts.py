"""Queries that ask for too much, as (class, name, text). The events have the fields `id` (all
different), `part` (16 values), `n`, `text` (some words), `as` (many times `a`, all different), `long`
(about 1.5 KB, all different), `list[0]` to `list[7]`, `deep` (a JSON document of many levels) and
`escaped` (what decoders take)."""

DEEP = 100_000


def nested(opening, closing, levels=DEEP, core="n=1"):
    return opening * levels + core + closing * levels


def chain(step, times):
    return " | ".join([step] * times)


def doubled(levels):
    """Each step makes the text eight times as long."""
    eight = "%s" * 8
    fields = ",".join(["x"] * 8)
    return "x := text | " + chain(f'x := format("{eight}", field=[{fields}])', levels)


MEMORY = {
    "huge keys": doubled(3) + " | y := format(\"%s%s\", field=[x, id]) | groupBy(y, limit=max)",
    "all keys": "groupBy([id, long, as], limit=max)",
    "collect all": "groupBy(part, function=collect([id, long, as], limit=200000))",
    "collect all in each": "groupBy(id, function=collect([long, as, text]), limit=max)",
    "sort all": "sort(long, type=string, limit=200000)",
    "sort more than may be": "sort(long, limit=1000000000)",
    "big table": "table([id, long, as, text, n, deep], limit=200000)",
    "tail of all": "tail(200000)",
    "tail without limit": "tail(1000000000)",
    "head without limit": "head(1000000000)",
    "head of all": "head(200000)",
    "distinct": "count(long, distinct=true)",
    "top": "top([long, id], limit=20000)",
    "series": 'groupBy(part, function=series([long, id], memlimit="16MiB"))',
    "session": "groupBy(id, function=session(maxpause=1d, collect([long, as])), limit=max)",
    "transpose": "table([id, long], limit=200000) | transpose(limit=1000)",
    "transpose more than may be": "transpose(limit=1000000000)",
    "selfJoin": "selfJoin(id, where=[{n<5}, {n>=0}], select=[long, as], limit=200000)",
    "join": "join({groupBy(id, limit=max)}, field=id, include=[long], limit=200000)",
    "self join of few keys": "join({tail(200000)}, field=part, key=part, mode=inner, max=10000)",
    "statistics product": "stats([" + ", ".join(
        f"collect(list[{i}], limit=200000)" for i in range(8)) + "])",
    "percentile of keys": "groupBy(id, function=percentile(n, percentiles=["
                          + ",".join(map(str, range(1, 100))) + "], accuracy=0.00001), limit=max)",
    "cube of groups": "groupBy(id, function=groupBy(as, function=groupBy(long, limit=max), "
                      "limit=max), limit=max)",
    "window": "slidingWindow([collect([long, as], limit=200000)], events=1000)",
    "accumulate": "accumulate(collect([long], limit=200000))",
    "fieldstats": "parseJson(deep) | fieldstats(limit=10000)",
}

REGEX = {
    "nested repeat": "text=/(a+)+$/",
    "nested repeat, backtracking": r"as=/(?=(a+)+$)(a|aa)+$[xy]/",
    "alternatives that overlap": r"as=/^(?!x)(a|a|aa)+$[bc]/",
    "lookahead in a repeat": r"as=/^((?=a+)a*)*[bc]/",
    "dots": r"long=/^(?=.*)(.*)(.*)(.*)(.*)(.*)[xyz]$/",
    "words": r"long=/^(?!$)(\w+\s?)*[=!]$/",
    "huge repeat": "text=/((a{1000}){1000}){1000}/",
    "repeats of optionals": "as=/(a?){1000}a{1000}/",
    "many repeats of classes": r"long=/" + r"[\w\s]{1,900}" * 20 + "/",
    "huge classes": "text=/[" + "".join(f"\\x{{{i:x}}}-\\x{{{i + 1:x}}}" for i in
                                        range(0x4E00, 0x9000, 3)) + "]{500}/",
    "unicode classes": r"long=/(\p{L}|\p{N}|\p{S}){1000}$/i",
    "alternatives": "text=/" + "|".join(f"word{i}x" for i in range(100_000)) + "/",
    "nested groups": "text=/" + nested("(", ")", core="a") + "/",
    "every letter": 'regex("(?<c>.)", field=long, repeat=true) | groupBy(c)',
    "every letter of every letter": 'regex("(?<c>.)", field=long, repeat=true) | '
                                    'regex("(?<d>.)", field=long, repeat=true) | '
                                    'regex("(?<e>.)", field=long, repeat=true) | count()',
    "replace by more": "x := long | " + chain('replace("(.)", with="$1$1$1$1", field=x, as=x)', 12)
                       + " | count(x)",
    "replace nothing": 'x := replace("", with="' + "y" * 900 + '", field=long) | max(x)',
    "split by nothing": 'splitString(long, by="", as=p) | count()',
    "globs": "as=*" + "a*" * 200 + "b",
    "many wildcards": 'wildcard(as, pattern="' + "*a" * 300 + '*b", ignoreCase=true)',
    "in with globs": "in(as, values=[" + ",".join(f'"*a*a*a*a*a*{i}b"' for i in range(500)) + "])",
}

NESTING = {
    "parentheses": nested("(", ")"),
    "negations": "not " * DEEP + "n=1",
    "exclamations": "!" * DEEP + "n=1",
    "case in case": nested("case { ", " }", 20_000),
    "case of many": "case { " + "; ".join(f"n={i} | x:={i}" for i in range(50_000)) + " }",
    "case of case, wide": "case { n=1 | case { n=2 | case { n=3; * }; * }; * } | " * 300 + "count()",
    "expressions": "x := " + nested("(", ")", core="1"),
    "a long sum": "x := " + "+".join(["n"] * 100_000),
    "functions": "x := " + nested("lower(", ")", core="text"),
    "if": "x := " + nested("if(n==1, then=", ", else=2)", 20_000, "1"),
    "arrays": "x := " + nested("[", "]"),
    "joins": nested("join({", "}, field=id)", 5_000, "*"),
    "groups": nested("groupBy(id, function=", ")", 20_000, "count()"),
    "tables": "".join(f"defineTable(query={{groupBy(id, limit=max)}}, name=t{i}, include=*) | "
                      for i in range(50)) + "count()",
    "table in table": nested('defineTable(name=t, include=[*], query={', '})', 2_000, "*"),
    "saved, itself": "$itself()",
    "saved, each other": "$one()",
    "saved, doubling": "$double20()",
    "closing only": ")" * DEEP,
    "braces": "{" * DEEP,
    "unclosed": "(" * DEEP,
}

ROWS = {
    "split": "split(list)",
    "split again and again": chain("split(list) | list[0] := n | list[1] := n | list[2] := n | "
                                   "list[3] := n", 12) + " | count()",
    "repeat again and again": chain(r'regex("(?<w>\w)", field=text, repeat=true)', 12)
                              + " | count()",
    "createEvents": "createEvents([" + ",".join(f'"{{\\"a\\":{i}}}"' for i in range(30_000)) + "])"
                    " | parseJson()" + r' | regex("(?<w>.)", repeat=true)' * 6 + " | count()",
    "arrays of arrays": 'array:append(list, values=[' + ",".join(["long"] * 1000) + "]) | "
                        + chain('concatArray(list, separator="", as=long)'
                                ' | array:append(list, values=[long, long])', 10) + " | count(long)",
    "array pipelines": chain('array:eval("list[]", var=x, asArray="list[]", '
                             'function={x := format("%s%s%s%s", field=[x,x,x,x])})', 14)
                       + " | count()",
    "array reduce": 'array:reduceRow("list[]", var=x, as=y, function={collect(x)})'
                    ' | array:reduceAll("list[]", var=x, function=collect(x, limit=200000))',
    "array filter": chain('array:filter("list[]", var=x, asArray="list[]", function={x=*})', 100)
                    + " | count()",
    "copyEvent": chain("copyEvent(a)", 24) + " | count()",
    "huge index": "list[4000000000] := 1 | array:append(list, values=[1])",
    "many fields": " | ".join(f"f{i} := long" for i in range(8_000)) + " | tail(200000)",
    "fieldset of many": " | ".join(f"f{i} := id" for i in range(2_000)) + " | fieldset()",
}

TEXTS = {
    "ten megabytes": "n=1 or " * 1_500_000 + "n=1",
    "one megabyte of or": "a or " * 200_000 + "a",
    "one megabyte of terms": "a " * 520_000,
    "or of fields": " or ".join(f"n={i}" for i in range(60_000)),
    "and of regexes": " ".join(f"text!=/{i}a+b/" for i in range(20_000)),
    "pipes": "* | " * 200_000 + "count()",
    "assignments": "".join(f"a{i} := {i} | " for i in range(50_000)) + "count()",
    "in of many": "in(id, values=[" + ",".join(map(str, range(120_000))) + "])",
    "a long text": '"' + "x" * 1_000_000 + '"',
    "a long name": "x" * 1_000_000 + "=1",
    "nul": "a\0b",
    "lone surrogate escapes": '"\\ud800\\udfff"',
    "comments": "/*" * 200_000,
    "quotes": '"' * 200_001,
    "formatted": "format(" * 50_000,
    "parameters": " ".join(f"?p{i}" for i in range(30_000)),
}

BUCKETS = {
    "a bucket a millisecond": "bucket(span=1ms)",
    "buckets of keys": "bucket(span=1s, field=id, limit=500)",
    "more buckets than may be": "bucket(buckets=1000000000)",
    "series of all": "timeChart(id, span=1s, limit=500)",
    "more series than may be": "timeChart(id, limit=1000000000)",
    "functions of series": "timeChart(id, limit=500, function=[" + ",".join(
        f"collect(long, limit=200000), count(id, distinct=true, as=c{i})" for i in range(1)) + "])",
    "buckets of groups": "bucket(span=1s, function=groupBy([id, long], limit=max))",
    "buckets of buckets": nested("bucket(function=", ")", 30, "count()"),
    "window of windows": nested("window(buckets=1000, function=", ")", 30, "count()"),
    "no span": "bucket(span=0s)",
    "negative span": "timeChart(span=-5s)",
    "endless span": "timeChart(span=99999999999999999999y)",
    "sliding": "slidingTimeWindow(collect(long, limit=200000), span=10y)",
}

FORMATS = {
    "width": 'x := format("%999999999d", field=n)',
    "width of texts": 'x := format("%1000s%1000s%1000s%1000s%1000s%1000s", field=[n,n,n,n,n,n])'
                      " | groupBy(x, limit=max)",
    "precision": 'x := format("%.999999999f", field=n)',
    "many values": 'x := format("' + "%s" * 50_000 + '", field=[' + ",".join(["long"] * 50_000)
                   + "]) | count(x)",
    "time": 'x := formatTime("' + "yyyy" * 50_000 + '") | count(x)',
    "time of letters": 'x := formatTime("%Y%m' + "%s" * 100_000 + '") | count(x)',
    "number": "x := 1e308 * 1e308 * n | y := x / 0 | z := y % 0 | groupBy([x,y,z])",
    "hexadecimal": 'x := parseInt(long, radix=36) | sum(x)',
    "powers": "x := math:pow(n, exponent=1e308) | sum(x)",
    "pretty": 'json:prettyPrint(deep, step=1000000)',
    "doubled": doubled(8) + " | count(x)",
    "concatenated": "x := long | " + chain("concat([x,x,x,x], as=x)", 12) + " | count(x)",
    "joined": doubled(4) + " | table([x, id], limit=200000)",
}

DECODERS = {
    "deep JSON": "parseJson(deep) | count()",
    "written again": "parseJson(deep) | " + chain("writeJson([deep, long, text, as], as=deep)", 16)
                     + " | count(deep)",
    "JSON of all": chain("parseJson(field=deep, prefix=p) | parseJson(field=escaped)", 200)
                   + " | count()",
    "XML": 'x := replace("(.)", with="<$1>", field=long) | parseXml(x) | count()',
    "pairs": 'x := replace("(.)", with="$1=$1 ", field=long) | kvParse(x) | tail(200000)',
    "columns": "parseCsv(long, columns=[" + ",".join(f"c{i}" for i in range(50_000))
               + '], delimiter="a")',
    "fixed width": "parseFixedWidth(long, columns=[a], widths=[4000000000])",
    "base64 of base64": "x := long | " + chain("base64Encode(x, as=x)", 60) + " | count(x)",
    "decode base64": "x := escaped | " + chain("base64Decode(x, as=x)", 60) + " | count(x)",
    "encode for addresses": "x := escaped | " + chain("urlEncode(x, as=x)", 60) + " | count(x)",
    "decode addresses": "x := escaped | " + chain("urlDecode(x, as=x)", 60) + " | count(x)",
    "hex": "x := long | parseHexString(x, as=x) | count(x)",
    "edit distances": "text:editDistance(target=long, reference=as, maxDistance=1000000000)",
    "edit distances of long": "x := " + 'format("' + "%s" * 64 + '", field=['
                              + ",".join(["long"] * 64) + "]) | "
                              "text:editDistance(target=x, reference=long, maxDistance=100000)"
                              " | sum(_distance)",
    "edit distances to many": "text:editDistanceAsArray(target=long, maxDistance=100000, references=["
                              + ",".join(f'"{"ab" * 200}{i}"' for i in range(500)) + "]) | count()",
    "hashes": chain('crypto:sha256([long, as, text], as=h)', 300) + " | count()",
    "entropy": chain("shannonEntropy(long)", 300) + " | count()",
}

INTERVALS = [
    ("everything", 0, 9_223_372_036_854), ("beyond time", 0, 9_223_372_036_854_775_807),
    ("before time", -9_223_372_036_854_775_808, 0), ("more than 64 bits", 0, 10 ** 30),
    ("reversed", 10 ** 13, 0), ("a word", "yesterdayish", "now"),
    ("far back", "999999999999999999999y", "now"), ("negative", "-5y", "now"),
    ("nothing", "", ""), ("object", {}, []), ("fraction", 1.5, 1e300),
    ("units", "1y1y1y1y" * 10_000, "now"),
]

LOOKUPS = {
    "globs against long values": 'match(file="globs.csv", field=as, column=pattern, mode=glob)',
    "globs in a loop": chain('match(file="globs.csv", field=as, column=pattern, mode=glob, '
                             'strict=false)', 20) + " | count()",
    "every row": 'match(file="same.csv", field=part, column=key, nrows=500) | '
                 'match(file="same.csv", field=part, column=key, nrows=500) | count()',
    "more rows than may be": 'match(file="same.csv", field=part, column=key, nrows=1000000000)',
    "whole files": 'readFile("same.csv") | groupBy(value, limit=max)',
    "addresses": 'cidr(as, file="globs.csv", column=pattern)',
    "no such file": 'match(file="../../etc/passwd", field=as)',
    "name of a terminal": 'readFile("/dev/tty")',
}

CLASSES = {"memory": MEMORY, "regex": REGEX, "nesting": NESTING, "rows": ROWS, "texts": TEXTS,
           "buckets": BUCKETS, "formats": FORMATS, "decoders": DECODERS, "lookups": LOOKUPS}


def saved_queries():
    """{name: text}: some that call themselves, each other, and a tower of which each level calls the
    next twice."""
    texts = {"itself": "$itself()", "one": "n=1 | $two()", "two": "$three()", "three": "$one()",
             "double0": "text=* or n=1"}
    for level in range(1, 21):
        texts[f"double{level}"] = f"$double{level - 1}() | $double{level - 1}()"
    return texts


def lookup_files():
    """{name: content}"""
    globs = "pattern,name\n" + "".join(
        "*a" * (20 + i % 40) + f"*b{i},glob {i}\n" for i in range(2_000))
    same = "key,value\n" + "".join(f"part{i % 16},value {i}\n" for i in range(20_000))
    return {"globs.csv": globs, "same.csv": same}


def events(count, random_):
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "aaaa"]
    for number in range(count):
        deep = '{"a":' * 40 + f"{number}" + "}" * 40
        if number % 97 == 0:
            deep = '{"a":[' * 3_000 + "1" + "]}" * 3_000
        yield {"id": f"id-{number:08}", "part": f"part{number % 16}", "n": number % 1000,
               "text": " ".join(random_.choices(words, k=8)),
               "as": "a" * random_.randint(20, 300) + f"{number}",
               "long": f"{number} " + " ".join(random_.choices(words, k=240)),
               "list": [f"{number}-{i}" for i in range(8)], "deep": deep,
               "escaped": "%25" * 60 + f"{number}" + "VmxaV1YyRXlSWGxVV0d4V1lXdHdVRlpyV2xkT1JtUjA="}
