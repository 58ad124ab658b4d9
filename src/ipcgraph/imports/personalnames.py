"""Names of persons and bodies in every form that files have them in, read into parts."""

from __future__ import annotations

import re
from typing import Final

from ipcgraph.entries import Name

_SUFFIX: Final = re.compile(r"(?:jr|sr|junior|senior|ii|iii|iv|filho|neto)\.?", re.IGNORECASE)
_DEGREE: Final = re.compile(
    r"(?:ph\.?\s?d|m\.?d|d\.?phil|dr|prof|m\.?sc|b\.?sc|m\.?a|m\.?b\.?a|ll\.?m|j\.?d|ed\.?d|esq|dds|mph|rn|frs)\.?",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(r"(?:(?:prof(?:essor)?|dr|sir|dame|mr|mrs|ms)\b\.?\s+)+", re.IGNORECASE)
_PARTICLES: Final = frozenset(
    [
        "van",
        "von",
        "vom",
        "der",
        "den",
        "de",
        "del",
        "della",
        "delle",
        "dello",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "des",
        "la",
        "le",
        "les",
        "los",
        "las",
        "ten",
        "ter",
        "te",
        "'t",
        "af",
        "av",
        "zu",
        "zum",
        "zur",
        "bin",
        "ibn",
        "bint",
        "abu",
        "ben",
        "y",
        "e",
        "i",
        "und",
        "und",
    ]
)
_LONE: Final = frozenset(("y", "e", "i", "und"))
"""Words that join two family names, and never begin one."""
_BODY: Final = re.compile(
    r"\b(?:universit\w+|institut\w*|ministr\w+|collaborat\w+|consorti\w+|committee|commission|council|department|laborator\w+|"
    r"organi[sz]ation|association|society|foundation|agency|bureau|federation|academ(?:y|ia)|cent(?:er|re)|group|team|network|"
    r"corporation|company|gmbh|inc|ltd|llc|bank|task force|working group|initiative|project|programme|authors|study)\b",
    re.IGNORECASE,
)
_ET_AL: Final = re.compile(r"(?:et[. ]al(?:ii)?\.?|others|and others|…|\.\.\.|u\. ?a\.|等)", re.IGNORECASE)
_UNKNOWN: Final = re.compile(
    r"(?:anon(?:ymous)?|n\.?n\.?|unknown|\[?no author(?: name available| listed)?\]?|not available|-+|\?+)\.?",
    re.IGNORECASE,
)

_EAST_ASIAN: Final = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\s·・.,-]+")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_HANGUL: Final = re.compile(r"[\uac00-\ud7af]{2,5}")
_TWO_LONG: Final = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "诸葛",
        "諸葛",
        "上官",
        "夏侯",
        "皇甫",
        "尉迟",
        "令狐",
        "东方",
        "慕容",
        "남궁",
        "황보",
        "제갈",
        "사공",
        "선우",
        "독고",
    ]
)
_CHINESE: Final = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖蕭田董潘袁蔡蒋蔣余于杜叶葉"
    "程魏苏蘇吕呂丁任卢盧姚沈姜崔钟鍾谭譚陆陸汪范石廖贾賈韦韋夏付方白邹鄒孟熊秦邱江尹薛闫阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴"
)
"""The commonest family names of one sign, in both scripts: a name without a space is parted only where it begins so."""
_TWO_LETTERS: Final = frozenset(
    [
        "LI",
        "WU",
        "XU",
        "HU",
        "HE",
        "MA",
        "LU",
        "YU",
        "DU",
        "YE",
        "SU",
        "LE",
        "DO",
        "HO",
        "NG",
        "OH",
        "KO",
        "YI",
        "RO",
        "NI",
        "GE",
    ]
)
"""Family names that could be initials where they are written in capitals."""


def named(text: str, *, family_first: bool = False) -> Name:
    """The name that a text stands for, in parts where its form tells them apart.

    `Family, Given`; `Family, Jr., Given` and `Family, Given, Jr.`; `Given van der Family`; `{A Body}` in braces as
    BibTeX writes one; family names in capitals; East Asian names in their own script, family name first. With
    `family_first` a text without a comma is read as `Family J. K.` A single name is a family name. Degrees and titles
    are no part of a name and are left out.

    >>> named("Ludwig van Beethoven").family, named("King, Martin Luther, Jr.").suffix
    ('van Beethoven', 'Jr.')
    >>> named("{World Health Organization}").is_organization
    True
    """
    text = " ".join(text.split())
    if text.startswith("{") and _closes(text) == len(text) - 1:
        return body(without_braces(text[1:-1]))
    text = without_braces(text).strip(" ,;")
    text = _TITLE.sub("", text, count=1) or text
    if "," in text:
        return _with_commas([part.strip() for part in text.split(",")], text)
    if _EAST_ASIAN.fullmatch(text):
        return _east_asian(text)
    if _BODY.search(text) and not family_first:
        return body(text)
    words = _without_degrees(text.split(" "))
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2:
        return Name(text, family=" ".join(words) or text, suffix=suffix)
    at = _initials_at(words) if family_first else 0
    if at:
        return in_parts(" ".join(words[:at]), " ".join(words[at:]), suffix=suffix)
    begin, end = _family(words)
    family = " ".join(words[begin:end])
    given = " ".join(words[:begin] + words[end:])
    if family.isupper() and not given.isupper():
        family = family.title() if "." not in family else family
    return Name(" ".join([*words, suffix]).strip(), family=family, given=given, suffix=suffix)


def in_parts(family: str, given: str, *, particle: str = "", suffix: str = "", text: str = "") -> Name:
    """The name of a person whose parts a file tells apart; `text` where it has it whole, too.

    >>> in_parts("Beethoven", "Ludwig", particle="van")
    Name(text='Ludwig van Beethoven', family='van Beethoven', given='Ludwig', suffix='', is_organization=False)
    """
    family, given, particle, suffix = (" ".join(part.split()) for part in (family, given, particle, suffix))
    if particle and not family.startswith(particle + " "):
        family = f"{particle}{'' if particle.endswith(chr(39)) else ' '}{family}".strip()
    if not family and given:
        family, given = given, ""
    whole = " ".join(text.split()) or _whole(family, given, suffix)
    return Name(whole, family=family, given=given, suffix=suffix)


def body(text: str) -> Name:
    """The name of an organization that stands where persons do."""
    return Name(" ".join(text.split()), is_organization=True)


def is_nobody(text: str) -> bool:
    """Whether a text stands for no name: `et al.`, `others`, `Anonymous`, `[No author name available]`."""
    bare = text.strip(" ,;{}")
    return not bare or bool(_ET_AL.fullmatch(bare) or _UNKNOWN.fullmatch(bare))


def listed(text: str) -> list[str]:
    """The names of a list in one text: parted by `;`, line ends, `|`, ` and `, `&`, or commas where these part names.

    >>> listed("Ada Lovelace, Charles Babbage"), listed("Lovelace, Ada")
    (['Ada Lovelace', 'Charles Babbage'], ['Lovelace, Ada'])
    """
    for pattern in (r"[;；\n\r|]+", r"\s+(?:and|und|et|y|&)\s+|\s*&\s*|、"):
        parts = [part.strip(" ,") for part in re.split(pattern, text)]
        found = [part for part in parts if part]
        if len(found) > 1:
            # `A B, C D and E F` has both.
            return [name for part in found for name in (_by_commas(part) if ";" not in text else [part])]
    return _by_commas(text.strip())


def without_braces(text: str) -> str:
    """A text of BibTeX without the braces that keep capitals."""
    return text.replace("{", "").replace("}", "")


def _by_commas(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[,，]", text) if part.strip()]
    if len(parts) > 1 and all(" " in part or _HANGUL.fullmatch(part) or _han(part) for part in parts):
        return parts
    if len(parts) > 2 and len(parts) % 2 == 0 and all(_is_initials(part) for part in parts[1::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return [text] if text else []


def _han(text: str) -> bool:
    return 2 <= len(text) <= 4 and bool(_EAST_ASIAN.fullmatch(text))


def _with_commas(parts: list[str], text: str) -> Name:
    parts = [part for part in parts if part]
    kept = [part for part in parts[1:] if not _DEGREE.fullmatch(part)]
    suffix = next((part for part in kept if _SUFFIX.fullmatch(part)), "")
    rest = [part for part in kept if part != suffix]
    family = parts[0] if parts else text
    if not rest:
        # `John Smith, PhD` and `John Smith, Jr.`: the comma parts no family name.
        if len(kept) != len(parts) - 1 or suffix:
            name = named(family)
            return name._replace(suffix=suffix, text=f"{name.text} {suffix}".strip()) if suffix else name
        return Name(family, family=family)
    given = ", ".join(rest)
    behind = re.fullmatch(rf"(.*?\S) ((?:(?:{'|'.join(sorted(_PARTICLES - _LONE))})\s?)+)", given)
    if behind:  # `Meer, Anna van der`
        given, family = behind[1], f"{behind[2]} {family}"
    words = family.split(" ")
    if len(words) > 1 and _SUFFIX.fullmatch(words[-1]) and not suffix:
        family, suffix = " ".join(words[:-1]), words[-1]
    return in_parts(family, given, suffix=suffix)


def _east_asian(text: str) -> Name:
    words = re.split(r"[\s・]+", text)
    if len(words) == 2:
        return Name(text, family=words[0], given=words[1])
    if len(words) > 2 or _KANA.search(text):
        return Name(text)
    if text[:2] in _TWO_LONG and len(text) > 2:
        return Name(text, family=text[:2], given=text[2:])
    if (_HANGUL.fullmatch(text) or text[0] in _CHINESE) and 2 <= len(text) <= 4:
        return Name(text, family=text[0], given=text[1:])
    return Name(text)


def _whole(family: str, given: str, suffix: str) -> str:
    if given and _EAST_ASIAN.fullmatch(family + given) and (family + given).strip():
        return f"{family}{'' if not _KANA.search(family + given) else ' '}{given}"
    return " ".join(part for part in (given, family, suffix) if part)


def _family(words: list[str]) -> tuple[int, int]:
    """Where the family name begins and ends among words in the order in which they are spoken."""
    if not all(_in_capitals(word) for word in words):
        if _in_capitals(words[0]):
            return 0, next(at for at, word in enumerate(words) if not _in_capitals(word))
        if _in_capitals(words[-1]) and len(words[-1]) > 3:
            return next(at for at in range(len(words), 0, -1) if at == 1 or not _in_capitals(words[at - 1])), len(words)
    # As BibTeX has it: from the first particle in small letters; one with a capital counts next to the last word.
    begin = next((at for at in range(1, len(words) - 1) if words[at] in _PARTICLES), len(words) - 1)
    while begin > 1 and words[begin - 1].lower() in _PARTICLES:
        begin -= 1
    if words[begin].lower() in _LONE and begin > 1:
        begin -= 1
    return begin, len(words)


def _in_capitals(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    if "." in word or not all(letter.isupper() for letter in letters):
        return False
    return len(letters) > 2 or (len(letters) == 2 and word in _TWO_LETTERS)


def _initials_at(words: list[str]) -> int:
    """Where the initials begin that end a name; 0 where none do, or nothing stands before them."""
    at = len(words)
    while at > 1 and _is_initials(words[at - 1]):
        at -= 1
    return at if at < len(words) else 0


def _is_initials(text: str) -> bool:
    return bool(re.fullmatch(r"(?:[^\W\d_]\.?[ -]?){1,4}", text)) and text.upper() == text


def _without_degrees(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 2 and "." in kept[-1] and _DEGREE.fullmatch(kept[-1]):
        kept.pop()
    if len(kept) > 2 and kept[-1] in {"PhD", "MD", "MSc", "BSc", "DPhil", "MBA"}:
        kept.pop()
    return kept


def _closes(text: str) -> int:
    """Where the brace that opens a text closes; -1 where it does not."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if not depth:
            return at
    return -1
