"""The columns of a corpus, several times over: relabelled copies that share some of their authors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ipcgraph.columns import NOTHING, Authorships, Columns, Works

SHARED = 0.05
"""The share of the authors of each copy who are authors of the first one, so that the copies hang together."""


def enlarged(columns: Columns, copies: int, *, seed: int = 1) -> Columns:
    """The works, authorships and persons of these columns so many times; nothing else of them is kept.

    Each copy has its own things, with `copy-N/` in their IRIs, except that a twentieth of its authors, drawn by the
    seed, are instead the same persons as in the first.
    """
    person = np.unique(columns.authorships.author)
    work = columns.works.work
    # Things of one copy: its persons, then its works; by their order each copy is sorted as the first is.
    old = np.concatenate([person, work])
    place = np.full(len(columns.things), NOTHING, np.int64)
    place[old] = np.arange(len(old))
    numbers = np.random.default_rng(seed)
    works, authors = [], []
    for copy in range(copies):
        offset = copy * len(old)
        of_author = place[columns.authorships.author] + offset
        if copy:
            same = numbers.random(len(person)) < SHARED
            of_author = np.where(same[place[columns.authorships.author]], of_author - offset, of_author)
        works.append(place[columns.authorships.work] + offset)
        authors.append(of_author)
    pairs = np.stack([np.concatenate(works), np.concatenate(authors)], axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    of_work, author = (np.ascontiguousarray(column, np.int32) for column in pairs.T)
    every_work = np.concatenate([place[work] + copy * len(old) for copy in range(copies)]).astype(np.int32)
    empty = np.zeros(0, np.int32)
    names = [columns.things[thing] for thing in old.tolist()]
    return replace(
        columns,
        things=tuple(f"copy-{copy:02}/{name}" for copy in range(copies) for name in names),
        labels=tuple(columns.labels[thing] for thing in old.tolist()) * copies,
        class_of=np.tile(columns.class_of[old], copies),
        begun=np.zeros(len(old) * copies, np.int32),
        works=Works(
            every_work,
            np.tile(columns.works.not_before, copies),
            np.tile(columns.works.not_after, copies),
            np.full(len(every_work), NOTHING, np.int32),
        ),
        authorships=Authorships(of_work, author, np.zeros(len(pairs), np.int32)),
        affiliations=replace(columns.affiliations, work=empty, author=empty, organization=empty),
        links={key: replace(each, subject=empty, object=empty) for key, each in columns.links.items()},
        selections={},
    )
