#!/usr/bin/env python3
"""Each of these detection rules comes with events of its own, recorded while the thing happened
that it is about. A rule must find them: as many as its authors say, or at least one where they do
not say. Every event is marked with its rule's place, as it may match other rules too."""
import json
import os
import sys

from corpora import Workplace, arguments, read_jsonl, require_corpora
from server import Asker

# Where the corpus counts alerts, not events: rule id, events that match.
COUNTED_OTHERWISE = {
    # Three of its five events write a file whose path holds \AnyDesk\user.conf.
    "0b9ad457-2554-44c1-82c2-d56a99c42377": 3,
}


def main():
    args = arguments(__doc__)
    require_corpora()
    cases = read_jsonl("sigma/regression.jsonl.zst")
    with Workplace(args.binary) as place:
        path = os.path.join(place.base, "events.ndjson")
        with open(path, "w") as file:
            for number, case in enumerate(cases):
                for event in case["flat_events"]:
                    file.write(json.dumps(event | {"rule_place": number}) + "\n")
        place.server.start()
        place.server.create_repo("rules")
        done = place.server.cli("ingest", "rules", "--parser", "json", path)
        assert done.returncode == 0, done.stderr
        asker, wrong = Asker(place.server, "rules"), 0
        for number, case in enumerate(cases):
            wanted = COUNTED_OTHERWISE.get(case["rule_id"], case["match_count"][0])
            try:
                found = asker.count(f"rule_place={number} | {case['query']}")
            except RuntimeError as error:
                found = str(error)
            is_right = found == wanted if wanted is not None else \
                isinstance(found, int) and found > 0
            if not is_right:
                wrong += 1
                print(f"{case['title']}: {wanted or 'some'} expected, {found}: {case['query']}")
        asker.close()
        print(f"{len(cases) - wrong} of {len(cases)} rules find their events")
        assert not wrong, f"{wrong} rules disagree"


if __name__ == "__main__":
    sys.exit(main())
