"""Accept headers, with what each is to get; and what is wanted most by any, written apart from the rules."""

from pyoxigraph import parse

from ipcgraph.publish.doctor.bodies import rdf_format

HTML, TURTLE, JSONLD, NTRIPLES, RDFXML = TYPES = (
    "text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml",
)  # fmt: skip
SUFFIXES = dict(zip(TYPES, (".html", ".ttl", ".jsonld", ".nt", ".rdf"), strict=True))
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = "text/turtle, application/rdf+xml, text/n3, application/n-quads, application/n-triples;q=0.9, */*;q=0.1"
ACCEPTS: dict[str | None, str | None] = {
    None: HTML,
    "": HTML,
    **{each: each for each in TYPES},
    "application/pdf": None,
    "application/json": None,
    "*/*": HTML,
    "text/*": HTML,
    "application/*": JSONLD,
    "image/*": None,
    "TEXT/TURTLE": TURTLE,
    "text/turtle;charset=utf-8": TURTLE,
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"': JSONLD,
    'application/ld+json;profile="a,b;q=0, c";q=0.5, text/html;q=0.4': JSONLD,
    "text/turtle;q=0": None,
    "text/turtle;q=0.0": None,
    "text/turtle;q=0.000": None,
    "text/turtle; q=0 , text/html;Q=0": None,
    "*/*;q=0": None,
    "text/turtle;q=0, */*": HTML,
    "text/html;q=0, */*;q=0.5": TURTLE,
    "text/*;q=0, */*;q=0.001": JSONLD,
    "text/*;q=0, application/*;q=0, */*": None,
    "application/sparql-results+json;q=0": None,
    "text/html;q=0.5, text/turtle": TURTLE,
    "text/html;q=0.5,text/turtle;q=0.75": TURTLE,
    "text/html;q=0.8, text/turtle;q=0.80": HTML,
    "text/html;q=0.80, text/turtle;q=0.801": TURTLE,
    "text/turtle;q=0.9,application/rdf+xml;q=0.91,application/n-triples;q=0.909": RDFXML,
    "application/n-triples;q=1.000, text/turtle;q=0.999": NTRIPLES,
    "application/n-triples, application/rdf+xml": NTRIPLES,
    "application/pdf, application/rdf+xml;q=0.1": RDFXML,
    "text/html;q=0.1, */*;q=0.2": TURTLE,
    "text/turtle ; q = 0.7 , text/html ; q=0.3": TURTLE,
    "xtext/turtle, text/turtlex": None,
    "text/turtle-star, application/ld+jsonx": None,
    FIREFOX: HTML,
    CHROME: HTML,
    RDFLIB: TURTLE,
}


def is_type(answer, media_type):
    """Whether an answer says that it is of this type, and is."""
    if answer.type != media_type or not answer.body:
        return False
    if media_type == HTML:
        return b"<!DOCTYPE html>" in answer.body[:100]
    list(parse(answer.body, format=rdf_format(media_type), base_iri="http://x.example/"))
    return True


def some_accept(chance):
    blank = lambda: chance.choice(("", "", " "))  # noqa: E731
    ranges = []
    known = (*TYPES, "text/*", "application/*", "*/*", "application/pdf", "image/png")
    for one in chance.sample(known, chance.randint(1, 6)):
        weight = chance.choice(("", "", "0", "1", "0.5", "0.50", "0.25", "0.251", "0.9", "1.0", "0.0", "0.001"))
        parameter = chance.choice(("", "", "", ";charset=utf-8", ';x="a,b"'))
        ranges.append(f"{one}{parameter}{blank()};{blank()}q={weight}" if weight else one + parameter)
    return f"{blank()},{blank()}".join(ranges)


def wanted(accept):
    """What is wanted most, written apart from the rules: the closest range of each type has its weight."""
    weights: dict[str, float] = {}
    for one in accept.replace('"a,b"', "").split(","):
        media_range, *parameters = (each.strip() for each in one.split(";"))
        weight = next((float(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        weights.setdefault(media_range, weight)
    best, most = None, 0.0
    for media_type in TYPES:
        for media_range in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
            if media_range in weights:
                if weights[media_range] > most:
                    best, most = media_type, weights[media_range]
                break
    return best
