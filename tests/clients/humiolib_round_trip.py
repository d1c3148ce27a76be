"""humiolib: both ways to ingest, then the events are asked for as the library does."""
import datetime
import time

from humiolib.HumioClient import HumioClient, HumioIngestClient

import setting

ingest = HumioIngestClient(base_url=setting.URL, ingest_token=setting.TOKEN)
client = HumioClient(base_url=setting.URL, repository=setting.REPO, user_token="any")
half = setting.EVENTS // 2
now = datetime.datetime.now(datetime.timezone.utc).isoformat()
assert ingest.ingest_messages([setting.text(n) for n in range(half)]) == {}
assert ingest.ingest_json_data([{"tags": {"host": "s1"}, "events": [
    {"timestamp": now, "attributes": {"text": setting.text(n), "n": n}}
    for n in range(half, setting.EVENTS)]}]) == {}

assert list(client.get_status()) == ["status", "version"]
query = f"@rawstring=/client={setting.LABEL} / | count()"
for _ in range(100):
    counts = [int(row["_count"]) for row in client.streaming_query(query)]
    if counts == [setting.EVENTS]:
        break
    time.sleep(0.1)
assert counts == [setting.EVENTS], counts
job = client.create_queryjob(f"@rawstring=/client={setting.LABEL} /", is_live=False)
rows = [event for segment in job.poll_until_done() for event in segment.events]
assert len(rows) == min(setting.EVENTS, 200), len(rows)
