"""The types of works in other people's formats: which concept of ours each stands for, and what titles tell."""

from __future__ import annotations

import html
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ARTICLE: Final = """
    article article-journal article-magazine article-newspaper journal-article journalarticle magazinearticle
    newspaperarticle journal-issue-article review review-journal reviewarticle letter editorial editorial-material
    shortsurvey suppperiodical dataarticle data-paper datapaper academicarticle scholarlyarticle newsarticle
    medicalscholarlyarticle techarticle blogposting post-weblog
    blogpost weblogpost article-in-press jour ejour mgzn news jfull abst inpr
    note-article inproceedings conference conferencepaper conference-paper conference-abstract paper-conference
    proceedings-article proceedings-paper cpaper conf meeting-abstract erratum erratum-article
    articleresearch journalpublication
"""
_WORKING_PAPER: Final = """
    preprint posted-content working-paper workingpaper manuscript unpublished unpb article-preprint mansct
"""
_REPORT: Final = (
    "report techreport rprt report-component technical-report researchreport report-series-article documentresearch"
)
_BOOK: Final = (
    "book mvbook monograph edited-book collection mvcollection reference-book ebook edbook editedbook book-whole"
)
_BRIEF: Final = "research-brief policybrief policy-brief brief"

_CONCEPTS: Final[Mapping[str, str]] = MappingProxyType({
    re.sub("[^a-z]", "", word): concept
    for words, concept in (
        (_ARTICLE, "article"),
        (_WORKING_PAPER, "working-paper"),
        (_REPORT, "report"),
        (_BOOK, "book"),
        (_BRIEF, "research-brief"),
        ("final-report", "final-report"),
        ("commission-report", "commission-report"),
    )
    for word in words.split()
})  # fmt: skip

_RETRACTED: Final = re.compile(
    r"\W{0,2}(?:retracted|withdrawn)(?: article| paper| chapter)?\b\W*[:\]\)]|\[retracted\]", re.IGNORECASE
)
_MARKUP: Final = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|scp|sc|span|tt|p|br|inf|italic|bold|(?:jats|mml):[a-z-]+)\b[^<>]{0,200}>",
    re.IGNORECASE,
)


def concept_of(stated: str) -> str:
    """The concept of our scheme work-type that a stated type stands for, or empty where none fits.

    Papers in proceedings count as articles, as OpenAlex counts them; chapters, theses, data and software as nothing.

    >>> concept_of("journal-article"), concept_of("Conference Paper"), concept_of("phdthesis")
    ('article', 'article', '')
    """
    return _CONCEPTS.get(re.sub("[^a-z]", "", stated.lower()), "")


def is_retraction_mark(title: str) -> bool:
    """Whether a title begins as publishers mark a retracted work: `RETRACTED ARTICLE: …`."""
    return bool(_RETRACTED.match(title))


def plain(text: str) -> str:
    """A title in one line without the markup and the character references that registers leave in it.

    >>> plain("Growth of <i>E. coli</i> &amp; others")
    'Growth of E. coli & others'
    """
    if "<" in text:
        text = _MARKUP.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())
