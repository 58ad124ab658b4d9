"""Real headless Chromium for tests of pages: what a page says on its console, asks for, and shows."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

READERS = Path(__file__).parent / "readers" / "node_modules"
AXE = READERS / "axe-core" / "axe.min.js"

FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@contextmanager
def chromium():
    """Gives what starts Chromium, with further flags; the test is skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed (make browser)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])


@contextmanager
def browser_of_sites():
    """Gives a running Chromium that finds no host but this machine; the test is skipped where there is none."""
    with chromium() as start:
        started = start("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # the last of two such flags holds
        yield started
        started.close()


@dataclass
class Visit:
    """A page that is open, with all that it has said and asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def pixels(self, selector="#stage"):
        """What is seen of an element, as an image."""
        self.settle()
        return Image.open(io.BytesIO(self.page.locator(selector).screenshot())).convert("RGB")

    def settle(self):
        """Waits until what was asked for is drawn."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def count(self, colour, selector="#stage"):
        """How many pixels have exactly this colour."""
        wanted = tuple(bytes.fromhex(colour.removeprefix("#")))
        return sum(number for number, seen in self.pixels(selector).getcolors(1 << 24) if seen == wanted)

    def violations(self):
        """What axe-core finds wrong with the page as it is now, for readers who do not see it or have no mouse."""
        if not AXE.is_file():
            pytest.skip("axe-core is not installed (make readers)")
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("() => axe.run()")
        return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]


@contextmanager
def visit(browser: Browser, path: Path, *, fragment: str = "", **context) -> Iterator[Visit]:
    """Opens a file; at the end it must have said no error and have asked for nothing but itself."""
    options = {"viewport": {"width": 1200, "height": 800}, "reduced_motion": "reduce", **context}
    opened = browser.new_context(**options)
    page = opened.new_page()
    seen = Visit(page)
    page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("dialog", lambda dialog: seen.errors.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: seen.requests.append(request.url))
    address = path.resolve().as_uri()
    page.goto(address + fragment)
    yield seen
    assert seen.errors == []
    assert [url for url in seen.requests if url not in {address, "data:,"}] == []
    opened.close()
