"""What run.py tells a client: where the server is and which events to send."""
import os

URL = os.environ["LOGWOOD_URL"]
TOKEN = os.environ["LOGWOOD_TOKEN"]
REPO = os.environ["LOGWOOD_REPO"]
LABEL = os.environ["LOGWOOD_LABEL"]
EVENTS = int(os.environ["LOGWOOD_EVENTS"])


def text(number):
    return f"client={LABEL} n={number}"
