"""Identifiers: good forms are brought into one, bad check digits are refused."""

import pytest

from ipcgraph.identifiers import normalise, slug


@pytest.mark.parametrize(
    ("key", "written", "expected"),
    [
        ("doi", "https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("doi", "doi:10.1000/182", "10.1000/182"),
        ("doi", "https://doi.org/10.1000/a%3Cb", "10.1000/a<b"),
        ("doi", "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-[", "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-["),
        ("doi", "10.1000/a%b", "10.1000/a%b"),
        ("orcid", "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("orcid", "000000021694233x", "0000-0002-1694-233X"),
        ("isni", "0000 0001 2341 2786", "0000000123412786"),
        ("ror", "https://ror.org/042nb2s44", "042nb2s44"),
        ("openalex", "https://openalex.org/works/w2741809807", "W2741809807"),
        ("wikidata", "http://www.wikidata.org/entity/Q49108", "Q49108"),
        ("isbn", "0-306-40615-2", "9780306406157"),
        ("isbn", "978-0-306-40615-7", "9780306406157"),
        ("url", "https://example.org/a?b=c", "https://example.org/a?b=c"),
    ],
)  # fmt: skip
def test_a_good_identifier_has_one_written_form(key, written, expected):
    assert normalise(key, written) == expected
    assert normalise(key, expected) == expected


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("doi", "11.1000/182"),
        ("doi", "10.1000/a b"),
        ("orcid", "0000-0002-1825-0098"),
        ("orcid", "0000-0002-1825"),
        ("isni", "0000 0001 2341 2787"),
        ("ror", "042nb2s45"),
        ("ror", "042nu2s44"),
        ("openalex", "X12"),
        ("wikidata", "Q0"),
        ("wikidata", "P31"),
        ("isbn", "0-306-40615-3"),
        ("isbn", "978-0-306-40615-8"),
        ("isbn", "97803064"),
        ("url", "javascript:alert(1)"),
        ("url", "https://example.org/a b"),
        ("url", "https://example.org/\ud800"),
        ("doi", "10.1000/a\ud800"),
        ("doi", "https://doi.org/10.1000/a%7Fb"),
        ("doi", "10.1٠00/182"),
        ("orcid", "٠000-0002-1825-0097"),
        ("isni", "000000012341278٦"),
        ("ror", "042nb2s4٤"),
        ("openalex", "W٢741809807"),
        ("wikidata", "Q4٩108"),
        ("isbn", "97٨0306406157"),
        ("isbn", "0-306-40615-٢"),
    ],
)
def test_a_bad_identifier_is_refused(key, written):
    assert normalise(key, written) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Serviço Nacional", "servico-nacional"),
        ("O'Brien & Söhne", "o-brien-sohne"),
        ("  Made in America ", "made-in-america"),
    ],
)
def test_a_slug_is_lower_case_ascii(text, expected):
    assert slug(text) == expected


def test_texts_without_latin_letters_have_slugs_that_differ():
    assert slug("東京") != slug("大阪")
    assert slug("東京").isascii()


def test_a_slug_is_cut_between_words():
    assert slug("one two three", limit=9) == "one-two"
