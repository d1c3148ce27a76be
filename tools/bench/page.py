"""Writes the results as Markdown, beside the peers' figures."""
import peers

# Corpus: smallest ratio of raw to stored bytes, smallest MB of raw bytes a CPU-second.
GOALS = {"security-1.7gb": (27, 30), "services-200mb": (3.6, 18)}
RSS_MB_MAX, SEARCHABLE_MS_MAX = 800, 1000


def table(heads, rows):
    return ["| " + " | ".join(heads) + " |", "|---" + "|--:" * (len(heads) - 1) + "|",
            *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def seconds(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def span(figure):
    if not figure:
        return "n/a"
    low, high = figure
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def sizes(name, one):
    rows = [["**Logwood**", f"{one['ratio']:.2f}", f"{one['ingest_mb_per_cpu_s']:.1f}",
             f"{one['rss_mb_load']:.0f}"]]
    rows += [[peer, *figures[:2], f"{figures[2] * 1000:.0f}"]
             for peer, figures in peers.LOADS[name].items()]
    return table([f"{name}: {one['raw_bytes'] / 1e6:.1f} MB, {one['events']} events",
                  "raw / stored", "MB per CPU-s, merged", "peak RSS MB"], rows)


def where_bytes_are(one):
    raw = one["raw_bytes"]
    by_kind = sorted(one["bytes"].items(), key=lambda item: -item[1])
    fields = ", ".join(f"`{field}` {size / 1e6:.2f}" for field, size in one["field_bytes"].items())
    return table(["on disk", "bytes", "% of raw"],
                 [[kind, size, f"{100 * size / raw:.3f}"] for kind, size in by_kind]) + \
        [f"Largest fields, MB in segments with their dictionaries: {fields}.", ""]


def verdict(query):
    if not query["right"]:
        return f"**WRONG: {query['count']}, not {query['expected']}**"
    return str(query["count"])


def queries(name, one):
    heads = ["query", "count", "hot CPU-s", "hot wall ms", "narrow CPU-s", "restarted wall ms",
             "cold wall ms", "MB read", *peers.COLUMNS[name], "against the best"]
    rows = []
    for key, query in one["queries"].items():
        label = f"`{query['query'].replace('|', chr(92) + '|')}` ({key})"
        if "refused" in query:
            said = query["refused"].partition(": b")[2].strip("'\"")[:80].replace("|", "/")
            rows.append([label, f"n/a: {said}"] + [""] * (len(heads) - 2))
            continue
        row = query.get("peer")
        figures = peers.QUERIES[name].get(row) or (None,) * len(peers.COLUMNS[name])
        best = peers.best(name, row)
        read = query["bytes_read"]
        rows.append([
            label, verdict(query), seconds(query["cpu_s"]), f"{query['wall_s'] * 1000:.0f}",
            seconds(query["narrow"]["cpu_s"]) if "narrow" in query else "",
            *(f"{query[state]['wall_s'] * 1000:.0f}" if state in query else ""
              for state in ("restarted", "cold")),
            f"{read / 1e6:.2f}" if read is not None else "", *map(span, figures),
            f"{query['cpu_s'] / best:.1f}x" if best else ""])
    return table(heads, rows)


def latency(one):
    return table(["ms", "count", "p50", "p99", "max"],
                 [[what, one[key]["count"],
                   *(f"{one[key][at]:.0f}" for at in ("p50", "p99", "max"))]
                  for key, what in (("ack_ms", "due to acknowledged"),
                                    ("searchable_ms", "acknowledged to found"))])


def profiles(one):
    lines = []
    for key, query in one["queries"].items():
        if query.get("profile"):
            top = ", ".join(f"{percent:.0f} % `{function[:70]}`"
                            for percent, function in query["profile"][:5])
            lines.append(f"- {key}: {top}")
    return lines and ["Where the queries above the best peer spend their time:", "", *lines, ""]


def markdown(results):
    host = results["machine"]
    page = [
        "# Bench", "",
        f"`make bench` on {results['date']}: {host['processors']} processors ({host['cpu']}), "
        f"{host['memory_gb']} GB, Linux {host['kernel']}; load average when it began: "
        f"{host['load_at_start']:.1f}.",
        "Other work on the machine makes CPU-seconds a little and wall time much larger. The "
        "peers' figures are from an earlier day, on a machine of the same kind: a factor below 2 "
        "says little.", "",
        "Each set goes over HTTP to a server of its own, one acknowledgement per synced batch, and "
        "is asked when all is merged. Every answer is compared with what Python computes from the "
        "raw file. Hot = median of 5 after one; narrow = a hundredth of the events, by time; "
        "restarted = the server is, the page cache stays; cold = restarted without page cache. "
        "There is no cache of results.", "", peers.NOT_RUN, ""]
    for name, one in results["sets"].items():
        page += [f"## {name}", "", *sizes(name, one), *where_bytes_are(one), *queries(name, one)]
        many = one["concurrent"]
        page += [f"{many['queries']} mixed queries at once: {many['wall_s']:.2f} s, "
                 f"{many['cpu_s']:.2f} CPU-s, {many['right']} right. Peak RSS with all queries: "
                 f"{one['rss_mb_max']:.0f} MB. Page cache for cold: {one['page_cache']}.", "",
                 *profiles(one)]
        if "ack_ms" in one:
            page += [f"Batches of 1 MB at {one['latency_mb_per_s']:.1f} MB/s for "
                     f"{one['latency_seconds']:.0f} s, and a line every 100 ms that is asked for "
                     f"until it is found; {one['latency_cpu_s']:.1f} CPU-s:", "", *latency(one)]
    return "\n".join(page).rstrip() + "\n"


def misses(results):
    """What is wrong or beyond a goal, as texts."""
    for name, one in results["sets"].items():
        ratio, speed = GOALS[name]
        if one["ratio"] < ratio:
            yield f"{name}: stored at {one['ratio']:.2f}x, not {ratio}x"
        if one["ingest_mb_per_cpu_s"] < speed:
            yield f"{name}: {one['ingest_mb_per_cpu_s']:.1f} MB per CPU-second, not {speed}"
        if one["rss_mb_load"] > RSS_MB_MAX:
            yield f"{name}: {one['rss_mb_load']:.0f} MB of memory, more than {RSS_MB_MAX}"
        if "ack_ms" in one and one["searchable_ms"]["p99"] > SEARCHABLE_MS_MAX:
            yield f"{name}: found {one['searchable_ms']['p99']:.0f} ms after the acknowledgement"
        if one["concurrent"]["right"] != one["concurrent"]["queries"]:
            yield f"{name}: wrong answers when many ask at once"
        for key, query in one["queries"].items():
            states = [query, *(query[s] for s in ("narrow", "restarted", "cold") if s in query)]
            if not all(state.get("right", True) for state in states):
                yield f"{name}: {key}: {query['count']}, not {query['expected']}"
