"""What a search finds of numbered events: texts with `client=LABEL n=NUMBER`."""
import time

from server import Refused

REPO = "clients"
SKIPPED = 77
FIND_TIMEOUT_S = 20


def times_found(server, label):
    """{number: how often it is found} of the events with that label."""
    query = rf'@rawstring=/client={label} n=(?<found>\d+)\b/ | groupBy(found, limit=max)'
    try:
        rows = server.export(REPO, query)
    except Refused as refused:
        raise RuntimeError(f"the search failed: {refused}") from refused
    return {int(row["found"]): int(row["_count"]) for row in rows}


def missing_events(server, label, events):
    """What is wrong with what is found, where each of `events` must be found once; or nothing."""
    wanted = {n: 1 for n in range(events)}
    deadline = time.monotonic() + FIND_TIMEOUT_S
    while (found := times_found(server, label)) != wanted:
        if time.monotonic() > deadline:
            missing = sorted(set(wanted) - set(found))
            double = sorted(n for n, count in found.items() if count > 1)
            return (f"{len(missing)} missing {missing[:5]}, {len(double)} more than once "
                    f"{double[:5]}, {len(set(found) - set(wanted))} unknown")
        time.sleep(0.1)
    return ""
