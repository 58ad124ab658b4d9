"""BibTeX and BibLaTeX: strings, LaTeX, names, parents, and a file with forty errors of which every good entry is read."""

import pytest
from bibtexparser.entrypoint import parse_string
from tests.imports.reading import lost, names, one, read_text


def entry(fields, kind="article", key="a"):
    return f"@{kind}{{{key},\n{fields}\n}}\n"


def test_an_entry_with_what_people_write(tmp_path):
    work = one(
        tmp_path,
        "a.bib",
        r"""@string{jh = "Journal of " # {Harbours}}
@inproceedings{smith_2020,
  title = {Tides and {{Quays}}: {\'E}tudes \& $\alpha$-models},
  author = "van der Meer, Anna and {World Health Organization} and O'Brien, Jr., F. and Ludwig van Beethoven and others",
  journal = jh, year = 2020, month = mar, day = 21,
  doi = {https://doi.org/10.5555/a\_b%c},
  isbn = {978-3-16-148410-0},
  url = {https://example.org/a\_b~c%20d},
  editor = {Editor, Ed},
}
""",
    )
    assert work.title == "Tides and Quays: Études & α-models"
    assert names(work) == [("van der Meer", "Anna"), ("", ""), ("O'Brien", "F."), ("van Beethoven", "Ludwig")]
    assert work.contributors[1].name.is_organization
    assert work.contributors[2].name.suffix == "Jr."
    assert (work.container, work.issued) == ("Journal of Harbours", "2020-03-21")
    assert (work.doi, work.isbn, work.url) == ("10.5555/a_b%c", "9783161484100", "https://example.org/a_b~c%20d")
    assert lost(work) == {"editor": "Editor, Ed", "author": "others"}
    assert work.place.line == 2


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"{\"o} \'{e} {\~n} \c{c} \v{s} {\ss} \o{} \L{} {\aa} \'{\i}", "ö é ñ ç š ß ø Ł å í"),
        (r"\texttt{ipc} graph", "ipc graph"),
        (r"50\% of it", "50% of it"),
        (r"from~a -- b --- c", "from a – b — c"),
        (r"{\em Escherichia} {\bf coli}", "Escherichia coli"),
        ("{" * 60 + "deep" + "}" * 60, "deep"),
        (r"H$_2$O", "H_2O"),
    ],
)
def test_latex_is_read_as_it_prints(tmp_path, written, text):
    assert one(tmp_path, "a.bib", entry(f"title = {{{written}}}")).title == text


def test_a_percent_sign_loses_nothing(tmp_path):
    assert one(tmp_path, "a.bib", entry(r"title = {Up by 5% \`a la carte}")).title == "Up by 5% à la carte"


def test_forty_errors_are_told_and_every_good_entry_is_read(tmp_path):
    bad = [
        "@article{bad%d,\n  title = {Never closed,\n  year = 2001\n\n",
        "@article{bad%d,\n  title {No sign of equality},\n}\n\n",
        '@article{bad%d,\n  title = "Never closed,\n  year = 2001\n}\n\n',
        "@article{bad%d\n  title = {No comma after the key}\n}\n\n",
    ]
    text, wanted, lines = "", [], []
    for number in range(40):
        lines.append(text.count("\n") + 1)
        text += bad[number % 4] % number
        text += entry(f"title = {{Good {number}}}", key=f"good{number}")
        wanted.append(f"Good {number}")
    entries, findings = read_text(tmp_path, "forty.bib", text)
    assert [work.title for work in entries] == wanted
    errors = [finding for finding in findings if finding.severity == "error"]
    assert [finding.place.line for finding in errors] == lines


def test_lines_are_right_in_a_file_that_is_read_in_parts(tmp_path):
    text = "".join(
        entry(f"title = {{Work {number}}},\n  abstract = {{{'x' * 900}}}", key=f"k{number}") for number in range(400)
    )
    entries, findings = read_text(tmp_path, "long.bib", text)
    assert not findings
    assert [work.place.line for work in entries] == [1 + 4 * number for number in range(400)]
    assert [work.key for work in entries] == [f"k{number}" for number in range(400)]


def test_a_parent_gives_its_title_and_its_date(tmp_path):
    text = entry("title = {A Chapter}, crossref = {book}", "incollection", "chapter")
    text += entry("title = {A Book}, year = 2019", "book", "book")
    text += entry("title = {Alone}, crossref = {nowhere}", "incollection", "alone")
    entries, _ = read_text(tmp_path, "a.bib", text)
    by_key = {work.key: work for work in entries}
    assert (by_key["chapter"].container, by_key["chapter"].issued) == ("A Book", "2019")
    assert lost(by_key["alone"])["crossref"] == "nowhere"


def test_a_key_or_a_field_that_stands_twice_loses_no_entry(tmp_path):
    text = entry("title = {One}, title = {Other}", key="a") + entry("title = {Two}", key="a")
    entries, findings = read_text(tmp_path, "a.bib", text)
    assert [work.title for work in entries] == ["One", "Two"]
    assert lost(entries[0])["title"] == "Other"
    assert [(finding.severity, finding.place.line) for finding in findings] == [("warning", 4)]


def test_extended_names_of_biblatex(tmp_path):
    work = one(
        tmp_path, "a.biblatex", entry("title = {T}, author = {family=Gogh, given=Vincent, prefix=van, useprefix=true}")
    )
    assert names(work) == [("van Gogh", "Vincent")]


def test_three_thousand_authors(tmp_path):
    people = " and ".join(f"Family{number}, Given" for number in range(3_000))
    work = one(tmp_path, "a.bib", entry(f"title = {{T}}, author = {{{people}}}"))
    assert [family for family, _ in names(work)] == [f"Family{number}" for number in range(3_000)]


def test_text_outside_of_entries_is_told(tmp_path):
    text = "% a comment\n" + entry("title = {T}") + "article{forgot,\n title = {The sign},\n}\n"
    _, findings = read_text(tmp_path, "a.bib", text)
    assert [(finding.severity, finding.place.line) for finding in findings] == [("warning", 5)]


def test_the_library_sees_the_same_entries(tmp_path):
    text = "".join(
        entry(f"title = {{Work {number}}},\n year = {{{1990 + number % 30}}}", key=f"k{number}")
        for number in range(500)
    )
    entries, _ = read_text(tmp_path, "a.bib", text)
    library = parse_string(text)
    assert [work.key for work in entries] == [each.key for each in library.entries]
    assert [work.issued for work in entries] == [each["year"] for each in library.entries]
