"""What other systems needed for the same data: CPU-seconds with a hot cache, measured on two cores
of the same kind (VictoriaLogs 1.26, Loki main of 2026-08, ClickHouse 26.7; newer releases may be
faster). None = not measured. Elasticsearch and OpenSearch were not run: see NOT_RUN."""

COLUMNS = {"security-1.7gb": ("VictoriaLogs", "ClickHouse", "ClickHouse + text index", "Loki"),
           "services-200mb": ("VictoriaLogs", "ClickHouse")}

# Raw / stored bytes; MB of raw bytes a CPU-second, merges included; peak GB of memory.
LOADS = {
    "security-1.7gb": {"VictoriaLogs": (44, 52, 0.52), "ClickHouse": (43.1, 25, 3.9),
                       "ClickHouse + text index": (25.6, 10.6, 3.5), "Loki": (25.8, 40, 0.67)},
    "services-200mb": {"VictoriaLogs": (7.9, 32, 0.21), "ClickHouse": (7.8, 32, 0.73),
                       "ClickHouse + text index": (5.2, 6.7, 0.83)},
}

NOT_RUN = ("Elasticsearch and OpenSearch were not run here. Published by others: Elasticsearch's "
           "logsdb stores 161.9 GB as 37.5 GB (1:4.3); JSONBench's 482 GB as 236 to 386 GB.")

# Row: (lowest, highest) CPU-seconds in the order of COLUMNS.
QUERIES = {
    "security-1.7gb": {
        "absent word": ((0, 0.01), (0, 0.56), (0, 0), (2.1, 2.1)),
        "rare word": ((0.01, 0.02), (0.12, 0.28), (0, 0), None),
        "common word count": ((0.12, 0.17), (0.26, 0.36), (0.005, 0.005), (2.0, 2.0)),
        "substring": ((0.18, 0.24), (0.25, 0.29), (0.013, 0.013), (2, 2)),
        "regex with literals": ((2.4, 2.9), (0.50, 0.62), (0.36, 0.40), (8.0, 8.0)),
        "field = int": ((0.01, 0.01), (0.22, 0.28), (0.01, 0.01), (3.3, 3.3)),
        "numeric range": ((0, 0.01), None, None, None),
        "group by low card": ((0.02, 0.03), (0.17, 0.28), (0.01, 0.02), (4.3, 4.3)),
        "time chart": ((0, 0.01), (0.03, 0.06), (0.01, 0.01), (2.4, 2.4)),
        "top 10": ((0.01, 0.01), (0.2, 0.3), (0.03, 0.03), None),
        "distinct": ((0.04, 0.06), (0.2, 0.3), (0.05, 0.06), None),
        "p50+p99": ((0.14, 0.15), None, None, None),
        "extract + aggregate": ((0.14, 0.18), None, None, None),
    },
    "services-200mb": {
        "absent word": ((0, 0.01), (0, 0)),
        "common word count": ((0.05, 0.06), (0.004, 0.036)),
        "substring": ((0.04, 0.05), (0.04, 0.04)),
        "regex with literals": ((0.15, 0.18), (0.05, 0.07)),
        "numeric range": ((0, 0.01), (0.006, 0.010)),
        "group by low card": ((0.02, 0.03), (0.026, 0.037)),
        "group by high card": ((0.04, 0.10), (0.011, 0.017)),
        "time chart": ((0.01, 0.02), (0.007, 0.010)),
        "top 10": ((0.18, 0.25), (0.06, 0.09)),
        "distinct": ((0.27, 0.29), (0.10, 0.14)),
        "p50+p99": ((0.58, 0.64), (0.020, 0.032)),
        "extract + aggregate": ((0.05, 0.07), (0.054, 0.082)),
    },
}
# What "0" means: the peers' figures were rounded to 10 ms.
ROUNDED_TO_S = 0.01


def best(corpus, row):
    """The least CPU-seconds of any peer, or none; at least what their rounding hides."""
    measured = [figure[1] for figure in QUERIES[corpus].get(row, ()) if figure]
    return max(min(measured), ROUNDED_TO_S / 2) if measured else None
