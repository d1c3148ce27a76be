"""elasticsearch: the bulk helper; arguments: base path [action]."""
import datetime
import sys

from elasticsearch import Elasticsearch, helpers

import setting

base, action = sys.argv[1], (sys.argv[2:] or ["index"])[0]
client = Elasticsearch(setting.URL + base, basic_auth=("any", setting.TOKEN),
                       http_compress=action == "create")
if action == "create":
    assert client.info()["tagline"] == "You Know, for Search"
    assert client.ping() and client.cluster.health()["status"] == "green"
now = datetime.datetime.now(datetime.timezone.utc).isoformat()
documents = ({"_op_type": action, "_index": "logs", "message": setting.text(n), "@timestamp": now,
              "nested": {"list": [n, {"deep": True}]}} for n in range(setting.EVENTS))
done, errors = helpers.bulk(client, documents, chunk_size=100)
assert (done, errors) == (setting.EVENTS, []), (done, errors)

# A document that cannot be stored is told, and does not harm the others.
mixed = client.bulk(operations=b'{"index":{"_id":"1"}}\n[1]\n')
assert mixed["errors"] is True and mixed["items"][0]["index"]["status"] == 400, mixed
