"""The search page and the previews in real Chromium: without scripts, for every reader, on a phone, in a frame."""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.chromium import AXE, READERS, browser_of_sites
from tests.server.running import wait_for
from tests.server.searching import wait_for_search

PAGES = (
    "search",
    "search?q=tide",
    "search?q=tide&kind=Work&within=center/harbour",
    "search?q=nothing+of+the+sort",
    "search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "reconcile/preview?id=person/aoife-obrien",
    "reconcile/preview?id=work/2018-reading-the-tide-gauges",
    "reconcile/preview?id=center/harbour",
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def center(center):
    """The served center, once its search index and the style of its pages are made."""
    wait_for(center[0], whole=True)
    wait_for_search(center[0])
    return center


@pytest.fixture(scope="module")
def browser():
    with browser_of_sites() as started:
        yield started


@pytest.mark.parametrize("path", PAGES)
def test_pages_shut_no_reader_out(center, browser, path):
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run `make readers`")
    page = browser.new_page(reduced_motion="reduce", bypass_csp=True)
    said = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(center[0].address + path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("() => axe.run()")["violations"]
        assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], scheme
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert said == []
    page.close()


def test_pages_are_valid_html(center, tmp_path):
    program = READERS / ".bin" / "html-validate"
    if not program.exists():
        pytest.skip("html-validate is not here: run `make readers`")
    for number, path in enumerate(PAGES):
        text = center[0].ask(path, "text/html").body.decode()
        assert " style=" not in text
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8")
    rules = {"root": True, "extends": ["html-validate:recommended"], "rules": {"long-title": "off"}}
    (tmp_path / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    files = sorted(tmp_path.glob("*.html"))
    command = [program, "--config", tmp_path / "rules.json", "--formatter", "text", *files]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def test_one_searches_and_narrows_without_scripts(center, browser):
    opened = browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto(f"{center[0].address}person/aoife-obrien.html")
    page.locator("#find").fill("tide gauges")
    page.locator("#find").press("Enter")
    page.wait_for_url("**/search?q=tide+gauges")
    page.get_by_role("link", name="Works").last.wait_for()
    page.locator(".facets").get_by_role("link", name="Works").click()
    assert page.locator(".facets [aria-current]").first.text_content().startswith("Works")
    page.locator(".results").get_by_role("link", name="Reading the Tide Gauges").click()
    assert page.locator("h1").text_content() == "Reading the Tide Gauges"
    opened.close()


class _Host(BaseHTTPRequestHandler):
    """The page of another program, with what is at the end of its address in a frame."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f'<iframe width="430" height="260" src="{self.path.partition("?")[2]}"></iframe>'.encode())

    def log_message(self, *_):
        pass


def test_a_preview_is_shown_in_the_frame_of_another_page(center, browser):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Host) as host:
        framed = f"{center[0].address}reconcile/preview?id=person/jose-munoz"
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        try:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{host.server_port}/?{framed}")
            assert page.frame_locator("iframe").get_by_role("heading").text_content() == "José Muñoz"
            page.close()
        finally:
            host.shutdown()
            thread.join()
