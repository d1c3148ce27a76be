"""Makes the modules of the process tests and of the corpora importable."""
import os
import sys

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(SOURCE, "tests", "process"), os.path.join(SOURCE, "tests", "corpora")]
