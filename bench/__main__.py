"""`python -m bench NAME` measures one thing; without a name it lists them; `all` runs each in its own process."""

import importlib
import subprocess
import sys

from bench.stopwatch import busy, say

NAMES = {
    "intake": "voices per second through the door for other systems; SQLite, or --postgresql",
    "log": "what the public log adds to a voice, and the seconds until it is signed",
    "restore": "backup and restore with all proofs; --voices N",
    "import": "an XLSX of 100,000 voices into SQLite; --rows N",
    "refusals": "what a file that must be turned away costs",
    "pages": "pages and statements on 1,000,000 voices; --voices N",
    "phone": "what a phone on slow 3G waits for; the address of a server that runs",
    "topics": "how well topics are suggested: the demo's voices in five folds, or FILE.csv by time",
    "similar": "a similar voice among 1,000,000; --voices N; fit: learn the release's weights anew",
    "hotspots": "calibration, recall and speed of the scans; calibration | recall | speed, number of runs",
    "engines": "links and scans over the nation; --voices N, --spark [spark://...]",
    "hostile": "schemathesis at the API, 10,000 cases; --cases N (needs `make dev`)",
    "review": "the half-year review of 1,000,000 voices, and the count of 10,000,000; --voices N, --large N",
}
APART = {"phone", "hostile"}  # these need a server, or what `make dev` installs
MODULES = {"import": "books"}


def main(words: list[str]) -> int:
    name = words[0] if words else ""
    if name == "all":
        return max(subprocess.call([sys.executable, "-m", "bench", each]) for each in NAMES if each not in APART)  # noqa: S603 our own
    if name not in NAMES:
        for each, what in NAMES.items():
            say(f"python -m bench {each:<8} {what}")
        return 0 if not words else 2
    say(f"== {name}: {NAMES[name]} ({busy()})")
    code: int = importlib.import_module(f"bench.{MODULES.get(name, name)}").run(words[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
