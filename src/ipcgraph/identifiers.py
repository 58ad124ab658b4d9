"""Identifiers: DOI, ORCID, ISNI, ROR and others checked and normalised, and slugs for our own IRIs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of identifier: how a good one looks, and `normalise`, which gives its one written form or None."""

    name: str
    example: str
    normalise: Callable[[str], str | None]


def slug(text: str, *, limit: int | None = None) -> str:
    """Lower-case ASCII words joined by `-`: the last part of an IRI.

    Letters lose their accents (NFKD); whatever else is not a letter or a digit becomes one `-`. A text without any
    such letter gives ten hexadecimal digits of its SHA-256, so that two of them differ.

    >>> slug("Serviço Nacional de Aprendizagem Industrial")
    'servico-nacional-de-aprendizagem-industrial'
    """
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if limit is not None and len(words) > limit:
        words = words[:limit].rsplit("-", 1)[0]
    return words or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


_NEVER: Final = r"\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
"""What stands in no identifier, for a set in a pattern: spaces and the characters that no format of ours carries."""


def _doi(text: str) -> str | None:
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text.strip(), flags=re.IGNORECASE)
    bare = unquote(bare) if "%" in bare and bare != text.strip() else bare
    return bare.lower() if re.fullmatch(rf"10\.[0-9]{{4,9}}(?:\.[0-9]+)*/[^{_NEVER}]+", bare) else None


def _check_digit_11_2(digits: str) -> str:
    """The last character of an ORCID or ISNI (ISO/IEC 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def _sixteen(text: str, prefix: str) -> str | None:
    bare = re.sub(prefix, "", text.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"[\s-]", "", bare).upper()
    if re.fullmatch(r"[0-9]{15}[0-9X]", bare) and _check_digit_11_2(bare[:15]) == bare[15]:
        return bare
    return None


def _orcid(text: str) -> str | None:
    bare = _sixteen(text, r"^(?:https?://orcid\.org/|orcid:)")
    return "-".join(bare[start : start + 4] for start in range(0, 16, 4)) if bare else None


def _isni(text: str) -> str | None:
    return _sixteen(text, r"^(?:https?://(?:www\.)?isni\.org/(?:isni/)?|isni:?)")


_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def _ror(text: str) -> str | None:
    """A ROR id: `0`, six characters of Crockford's base 32, and 98 minus their value modulo 97 as two digits."""
    bare = re.sub(r"^(?:https?://)?ror\.org/", "", text.strip().lower())
    if not re.fullmatch(rf"0[{_CROCKFORD}]{{6}}[0-9]{{2}}", bare):
        return None
    value = 0
    for character in bare[:7]:
        value = value * 32 + _CROCKFORD.index(character)
    return bare if 98 - (value * 100) % 97 == int(bare[7:]) else None


def _openalex(text: str) -> str | None:
    bare = re.sub(r"^https?://(?:api\.)?openalex\.org/(?:[a-z]+/)?", "", text.strip(), flags=re.IGNORECASE).upper()
    return bare if re.fullmatch(r"[AWISTCPFV][0-9]+", bare) else None


def _wikidata(text: str) -> str | None:
    bare = re.sub(r"^https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/", "", text.strip(), flags=re.IGNORECASE).upper()
    return bare if re.fullmatch(r"Q[1-9][0-9]*", bare) else None


def _isbn(text: str) -> str | None:
    """The thirteen digits of an ISBN; ten are turned into thirteen."""
    bare = re.sub(r"^(?:urn:isbn:|isbn:?)", "", text.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"[\s-]", "", bare).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", bare):
        total = sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(bare))
        if total % 11:
            return None
        body = "978" + bare[:9]
    elif re.fullmatch(r"97[89][0-9]{10}", bare):
        body = bare[:12]
    else:
        return None
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return body + str(check) if len(bare) == 10 or bare[12] == str(check) else None


def _url(text: str) -> str | None:
    return text if re.fullmatch(rf"https?://[^{_NEVER}<>\"{{}}|\\^`]+", text) else None


SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType({
    scheme.name: scheme
    for scheme in (
        Scheme("doi", "10.1000/182", _doi),
        Scheme("orcid", "0000-0002-1825-0097", _orcid),
        Scheme("isni", "0000000123412786", _isni),
        Scheme("ror", "042nb2s44", _ror),
        Scheme("openalex", "W2741809807", _openalex),
        Scheme("wikidata", "Q49108", _wikidata),
        Scheme("isbn", "9780262031929", _isbn),
        Scheme("url", "https://example.org/", _url),
    )
})  # fmt: skip
"""The identifier schemes by the key that holds them in a record."""


def normalise(key: str, text: str) -> str | None:
    """The one written form of an identifier, or None where it is not a good one (wrong form or check digit).

    >>> normalise("doi", "https://doi.org/10.1000/ABC")
    '10.1000/abc'
    >>> normalise("orcid", "0000-0002-1825-0098") is None
    True
    """
    return SCHEMES[key].normalise(text)
