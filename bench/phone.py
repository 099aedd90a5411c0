"""What a phone waits for: bytes, requests, paints and shifts of the residents' first pages in Debian's chromium.

`python -m bench phone [http://127.0.0.1:8000]` asks a server that runs, for instance that of `make demo`.

The line is WebPageTest's slow 3G (400 kbit/s each way, 400 ms there and back), the processor four times slower, the
cache empty; each page five times, medians. Bytes are what came over the wire, headers included (encodedDataLength).
"""

import statistics
from typing import Any

from playwright.sync_api import sync_playwright

from bench.stopwatch import say

PAGES = {"front page": "/", "speak up": "/gui-phan-anh", "look up": "/tra-cuu", "list of cases": "/vu-viec"}
KBIT, RTT, SLOWER, TIMES = 400, 400, 4, 5
BUDGET = {"bytes": 60 * 1024, "requests": 6, "paint": 1500, "shift": 0.0}
WATCH = """
window.seen = {paint: 0, shift: 0};
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.paint = one.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""


def visit(browser: Any, url: str) -> dict[str, float]:
    """Return bytes, requests, first and largest paint (ms) and layout shift of one visit."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    line = context.new_cdp_session(page)
    wire = {"bytes": 0.0, "requests": 0.0}

    def came(event: dict[str, Any]) -> None:
        wire["bytes"] += event["encodedDataLength"]
        wire["requests"] += 1

    line.on("Network.loadingFinished", came)
    line.send("Network.enable")
    rate = KBIT * 1000 / 8
    speed = {"offline": False, "latency": RTT, "downloadThroughput": rate, "uploadThroughput": rate}
    line.send("Network.emulateNetworkConditions", speed)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(1000)
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    seen = page.evaluate("window.seen")
    context.close()
    return {**wire, "first": first, "paint": seen["paint"], "shift": seen["shift"]}


def run(words: list[str]) -> int:
    base = (words or ["http://127.0.0.1:8000"])[0].rstrip("/")
    say("| page | bytes | requests | first paint (ms) | largest paint (ms) | layout shift |\n|---|---|---|---|---|---|")
    over = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, path in PAGES.items():
            visits = [visit(browser, base + path) for _time in range(TIMES)]
            found = {key: statistics.median(each[key] for each in visits) for key in visits[0]}
            over += sum(found[key] > most for key, most in BUDGET.items())
            say(
                f"| {name} | {found['bytes']:.0f} | {found['requests']:.0f} | {found['first']:.0f} |"
                f" {found['paint']:.0f} | {found['shift']:.3f} |"
            )
        browser.close()
    return 1 if over else 0
