"""Simple Dublin Core (oai_dc): fifteen elements, as harvesters read them."""

from collections.abc import Iterator

from lxml import etree

from portal.exhibitions.credentials.xmp import clean
from portal.exhibitions.facts import Facts
from portal.exhibitions.wordings import CHINESE, ENGLISH, conjecture, finding, what

OAI = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
ELEMENTS = (
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
)  # fmt: skip


def dublin_core(facts: Facts) -> bytes:
    """An oai_dc document, UTF-8."""
    root = etree.Element(f"{{{OAI}}}dc", nsmap={"oai_dc": OAI, "dc": DC, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI} http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    for name, text, language in _rows(facts):
        if text:
            node = etree.SubElement(root, f"{{{DC}}}{name}")
            node.text = clean(text)
            if language:
                node.set(f"{{{XML}}}lang", language)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _rows(facts: Facts) -> Iterator[tuple[str, str, str]]:
    work, making = facts.work, facts.making
    yield "title", work.title_en, ENGLISH
    yield "title", work.title_zh, CHINESE
    yield "creator", work.maker, ""
    yield from (("subject", subject, "") for subject in (*work.subjects, work.school, work.category, work.technique))
    yield "description", what(facts), ENGLISH
    yield "description", what(facts, CHINESE), CHINESE
    yield "description", conjecture(facts), ENGLISH
    yield "description", finding(facts), ENGLISH
    yield "publisher", facts.publisher, ""
    yield "contributor", f"{making.engine_title} (software)" if making else "", ""
    yield "date", work.date_text, ""
    yield "type", "StillImage", ""
    yield "format", facts.picture.media_type, ""
    yield "format", f"{facts.picture.width} x {facts.picture.height} pixels" if facts.picture.width else "", ""
    yield "format", work.medium, ""
    yield "identifier", facts.uri, ""
    yield "identifier", work.accession, ""
    yield "source", work.holder, ""
    yield "relation", facts.study.uri if facts.study else "", ""
    if work.period:
        yield "coverage", work.period.name_en, ENGLISH
        yield "coverage", work.period.name_zh, CHINESE
    yield "rights", work.rights, ""
    yield "rights", work.credit, ""
