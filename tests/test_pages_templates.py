"""A center's own look: its colours, logo and templates, and what is said where one of these is wrong."""

import re
import subprocess
import sys

import pytest
from tests.center_project import make_center
from tests.published_center import graph, named, opened
from tests.site_pages import pages_of, parsed, words, write_pages

from ipcgraph.errors import ProjectError
from ipcgraph.publish.pages.look import contrast, own_colours, parsed_colour
from ipcgraph.vocabulary import DEFAULT_BASE

ADA = f"{DEFAULT_BASE}person/ada"


def ada(own=None, **facts):
    with graph(named("person/ada", "Person", "Ada <Lovelace>")) as reading:
        return pages_of(reading, own=own, **facts).page(reading.thing(ADA))


def template(folder, name, text):
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / name).write_text(text, encoding="utf-8")
    return folder / "templates"


def test_a_block_of_a_shipped_template_is_replaced_and_the_rest_stays(tmp_path):
    own = template(
        tmp_path,
        "person.html",
        '{% extends "shipped/person.html" %}{% block crumbs %}<p id="own">{{ page.title }}</p>{% endblock %}',
    )
    page = parsed(ada(own))
    assert words(page.xpath('//p[@id="own"]')[0]) == "Ada <Lovelace>"
    assert page.xpath('//nav[@aria-label="Where this is"]') == []
    assert words(page.find(".//h1")) == "Ada <Lovelace>"
    assert page.xpath('//*[@class="bottom"]')


def test_a_frame_of_one_s_own_is_around_every_page(tmp_path):
    own = template(
        tmp_path,
        "frame.html",
        '{% extends "shipped/frame.html" %}{% block footer %}<p>Harbour Road 1</p>{% endblock %}',
    )
    with opened(make_center(tmp_path / "project")) as reading:
        written = write_pages(reading, tmp_path / "site", own=own)
    pages = [text for path, text in written.items() if path.endswith(".html")]
    assert len(pages) > 180
    assert all("<p>Harbour Road 1</p>" in text for text in pages)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{% extends "shipped/person.html" %}\n\n{% block title %}{{ nothing }}{% endblock %}', 3, "'nothing' is undefined"),
        ('{% extends "shipped/person.html" %}\n{% block title %}\n{{ page.nmae }}{% endblock %}', 3, "nmae"),
        ("one\ntwo\n{% if %}", 3, "Expected an expression"),
        ('{% extends "shipped/person.html" %}\n{% block title %}{{ 1 / 0 }}{% endblock %}', 2, "division by zero"),
        ('{% extends "shipped/person.html" %}\n{% block title %}{{ "a" + 1 }}{% endblock %}', 2, "str"),
        ('{% extends "nowhere.html" %}', 1, "there is no template nowhere.html"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_template_is_told_with_file_and_line(tmp_path, text, line, said):
    own = template(tmp_path, "person.html", text)
    with pytest.raises(ProjectError) as told:
        ada(own)
    assert f"{own / 'person.html'}:{line}:" in str(told.value)
    assert said in str(told.value)


def test_a_template_of_a_project_cannot_reach_what_python_can(tmp_path):
    own = template(tmp_path, "person.html", "{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(ProjectError, match="unsafe"):
        ada(own)


def test_the_command_line_says_it_without_a_traceback(tmp_path):
    settings = make_center(tmp_path)
    template(
        settings.root,
        "person.html",
        '{% extends "shipped/person.html" %}\n{% block title %}{{ nothing }}{% endblock %}',
    )
    command = [sys.executable, "-m", "ipcgraph", "site", str(tmp_path / "out")]
    done = subprocess.run(command, check=False, cwd=settings.root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert "person.html:2: this template does not work: 'nothing' is undefined" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "index.html").exists()


def test_a_logo_is_shown_and_is_the_icon():
    page = parsed(ada(logo="assets/logo.png"))
    assert page.xpath('//a[@class="brand"]/img/@src') == ["../assets/logo.png"]
    assert page.xpath('//link[@rel="icon"]/@href') == ["../assets/logo.png"]
    assert page.xpath('//meta[@property="og:image"]/@content') == ["https://harbour.example/graph/assets/logo.png"]


@pytest.mark.parametrize("colour", ["#ffcc00", "#ffffff", "#000000", "#777", "#0b5566", "#ff0000", "#00ff00"])
def test_text_in_the_center_s_colours_can_be_read_in_light_and_in_dark(colour):
    light, dark = map(parsed_colour, re.findall(r"#[0-9a-f]{6}", own_colours((colour,))))
    assert contrast(light, (252, 251, 249)) >= 4.5
    assert contrast(dark, (32, 38, 43)) >= 4.5


def test_without_an_address_nothing_pretends_to_know_one():
    page = parsed(ada(address=""))
    assert page.xpath('//link[@rel="canonical"]') == []
    assert page.xpath('//meta[@property="og:url"]') == []
