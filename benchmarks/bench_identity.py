"""Who is who on works whose authors are known: precision, recall, questions and time, at several thresholds."""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import resource
import time
import unicodedata
import zlib
from collections import Counter
from pathlib import Path

from ipcgraph.identity.evidence import AUTOMATIC
from ipcgraph.identity.mentions import Author, Mentions
from ipcgraph.identity.persons import Resolved, resolve

CORPUS = Path(os.environ.get("IPCGRAPH_SHARED", "../shared")) / "corpora" / "acl-works.jsonl.gz"


def damaged(name: str, chance: random.Random) -> str:
    """A name as other files have it: abbreviated (25 %), without accents (50 %), family name first (15 %)."""
    words = name.split()
    if chance.random() < 0.25 and len(words) > 1:
        words = [f"{word[0]}." for word in words[:-1]] + words[-1:]
    if chance.random() < 0.15 and len(words) > 1:
        comma = "," if chance.random() < 0.5 else ""
        words = [words[-1] + comma, *words[:-1]]
    text = " ".join(words)
    if chance.random() < 0.5:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return text


def plain(label: str) -> str:
    """A label without accents and the order of its words: `tellier-isabelle` and `isabelle-tellier` are one label.

    The corpus has such twins for one person; no program can tell them apart once accents and order are hidden.
    """
    text = unicodedata.normalize("NFKD", label.rpartition("/")[2]).replace("ı", "i")
    return " ".join(sorted("".join(c for c in text if not unicodedata.combining(c)).lower().split("-")))


def labelled(works: int, seed: int, copies: int = 1) -> tuple[Mentions, list[str]]:
    """Mentions of the corpus with damaged names and without ids, and the id of each.

    Of each further copy every title and nineteen in twenty persons are others: a mark in their words and names.
    """
    chance, mentions, truth = random.Random(seed), Mentions(), []
    with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
        records = list(map(json.loads, file))
    if works:
        records = records[:works]
    for copy in range(copies):
        mark = "".join("abcd"[copy >> shift & 3] for shift in (0, 2)) if copy else ""
        for record in records:
            authors = []
            for each in record["authorships"]:
                person, name = each["author"]["id"], each["raw_author_name"] or each["author"]["display_name"]
                if copy and zlib.crc32(person.encode()) % 20:
                    person, name = f"{person}/{copy}", f"{name}{mark}"
                truth.append(person)
                authors.append(Author(damaged(name, chance)))
            title = record["title"] or ""
            if copy:
                title = " ".join(word + mark if len(word) > 3 else word for word in title.split())
            mentions.add(title, record["publication_year"] or 0, authors)
    return mentions, truth


def pairs(groups: Counter) -> int:
    return sum(count * (count - 1) // 2 for count in groups.values())


def judged(resolved: Resolved, truth: list[str]) -> tuple[float, float]:
    """Pairwise precision and recall."""
    together = Counter(zip(resolved.persons, truth, strict=True))
    both = pairs(together)
    return both / max(pairs(Counter(resolved.persons)), 1), both / max(pairs(Counter(truth)), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=0, help="only the first so many works")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--thresholds", type=float, nargs="*", default=[AUTOMATIC])
    parser.add_argument("--wrong", type=int, default=0, help="show so many wrong links")
    parser.add_argument("--copies", type=int, default=1, help="so many copies of the works, relabelled")
    options = parser.parse_args()
    mentions, truth = labelled(options.works, options.seed, options.copies)
    for threshold in options.thresholds:
        start = time.process_time()
        resolved = resolve(mentions, automatic=threshold)
        seconds = time.process_time() - start
        precision, recall = judged(resolved, truth)
        cleaned, _ = judged(resolved, list(map(plain, truth)))
        right = sum(truth[link.one] == truth[link.other] for link in resolved.questions)
        asked = len(resolved.questions)
        print(
            f"{threshold:4.1f}: precision {precision:.4f} ({cleaned:.4f} without twin labels)  "
            f"recall {recall:.4f}  persons {len(set(resolved.persons)):,} "
            f"of {len(set(truth)):,}  questions {1000 * asked / len(mentions.years):.0f} per 1,000 works "
            f"({right / max(asked, 1):.0%} the same)  {seconds:.1f} s  "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB",
            flush=True,
        )
        wrong = (link for link in resolved.links if truth[link.one] != truth[link.other])
        for link in itertools.islice(wrong, options.wrong):
            texts = [mentions.texts[mentions.names[each]][0] for each in link[:2]]
            print("   ", texts, truth[link.one][-30:], truth[link.other][-30:], link.evidence)


if __name__ == "__main__":
    main()
