"""What a file says of itself in XMP: title, credit, rights, IPTC's source type, China's mark of generated content."""

import json
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from portal.exhibitions.credentials.terms import NAMESPACES, SOURCE_TYPES
from portal.exhibitions.facts import Facts
from portal.exhibitions.wordings import CHINESE, what

LIMIT = 1_200_000  # bytes of a packet that are read
BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
END = '<?xpacket end="w"?>'
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True)
class Marks:
    """What was found in a packet. aigc: the object of GB 45438-2025, {} where there is none."""

    source_type: str = ""
    title: str = ""
    credit: str = ""
    rights: str = ""
    identifier: str = ""
    aigc: dict[str, Any] = field(default_factory=dict)


def packet(facts: Facts) -> bytes:
    """The packet for a file."""
    root = etree.Element(_name("x", "xmpmeta"), nsmap={"x": NAMESPACES["x"]})
    etree.SubElement(root, _name("rdf", "RDF"), nsmap={"rdf": NAMESPACES["rdf"]}).append(_description(facts))
    return f"{BEGIN}\n{etree.tostring(root, encoding='unicode')}\n{END}".encode()


def marks(found: bytes) -> Marks:
    """What a packet says; an empty `Marks` for one that cannot be read."""
    root = _parsed(found)
    rdf = root.find(_name("rdf", "RDF")) if root is not None else None
    if rdf is None:
        return Marks()
    return Marks(
        source_type=_text(rdf, "Iptc4xmpExt", "DigitalSourceType"),
        title=_text(rdf, "dc", "title"),
        credit=_text(rdf, "photoshop", "Credit"),
        rights=_text(rdf, "xmpRights", "WebStatement"),
        identifier=_text(rdf, "dc", "identifier"),
        aigc=_aigc_in(_text(rdf, "TC260", "AIGC")),
    )


def aigc(facts: Facts) -> dict[str, str]:
    """The mark of GB 45438-2025: 1 = made by a machine, if in part; who made and who spreads it, and its number."""
    publisher = facts.publisher_id or facts.publisher
    return {
        "Label": "1",
        "ContentProducer": publisher,
        "ProduceID": facts.identifier,
        "ReservedCode1": facts.content,
        "ContentPropagator": publisher,
        "PropagateID": facts.identifier,
        "ReservedCode2": facts.picture.sha256,
    }


def _description(facts: Facts) -> etree._Element:
    work = facts.work
    node = etree.Element(_name("rdf", "Description"), {_name("rdf", "about"): ""}, nsmap=_MAP)
    _languages(node, "title", facts.title, work.title_en, work.title_zh)
    _languages(node, "description", what(facts), what(facts), what(facts, CHINESE))
    if work.maker:
        _listed(node, "creator", "Seq", [work.maker])
    if work.subjects:
        _listed(node, "subject", "Bag", work.subjects)
    _plain(node, "dc", "identifier", facts.uri)
    _plain(node, "photoshop", "Credit", work.credit or work.holder or facts.publisher)
    _plain(node, "photoshop", "Source", work.holder)
    _plain(node, "xmpRights", "WebStatement", work.rights)
    _plain(node, "xmp", "CreatorTool", "Lacuna")
    _plain(node, "Iptc4xmpExt", "DigitalSourceType", SOURCE_TYPES[facts.kind])
    if facts.by_machine and facts.making:
        _plain(node, "Iptc4xmpExt", "AISystemUsed", facts.making.engine_title)
        _plain(node, "Iptc4xmpExt", "AIPromptInformation", facts.making.prompt)
        _plain(node, "TC260", "AIGC", json.dumps(aigc(facts), ensure_ascii=False, separators=(",", ":")))
    return node


def _languages(node: etree._Element, name: str, default: str, english: str, chinese: str) -> None:
    if not default:
        return
    alt = etree.SubElement(etree.SubElement(node, _name("dc", name)), _name("rdf", "Alt"))
    for tag, text in (("x-default", default), ("en", english), ("zh-Hans", chinese)):
        if text:
            etree.SubElement(alt, _name("rdf", "li"), {f"{_XML}lang": tag}).text = clean(text)


def _listed(node: etree._Element, name: str, kind: str, texts: Any) -> None:
    listed = etree.SubElement(etree.SubElement(node, _name("dc", name)), _name("rdf", kind))
    for text in texts:
        etree.SubElement(listed, _name("rdf", "li")).text = clean(text)


def _plain(node: etree._Element, prefix: str, name: str, text: str) -> None:
    if text:
        etree.SubElement(node, _name(prefix, name)).text = clean(text)


def clean(text: str) -> str:
    """A text without the few characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c < "\ufffe"))


def _name(prefix: str, name: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"


_MAP = {prefix: uri for prefix, uri in NAMESPACES.items() if prefix != "x"}


def _parsed(found: bytes) -> etree._Element | None:
    """The x:xmpmeta of a packet; None for nothing, for what is no XML, and for what brings entities."""
    if not found or len(found) > LIMIT or b"<!DOCTYPE" in found:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(found.strip(b"\0 \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.tag == _name("x", "xmpmeta") else None


def _text(rdf: etree._Element, prefix: str, name: str) -> str:
    tag = _name(prefix, name)
    for node in rdf:
        if (value := node.get(tag)) is not None:
            return value[:2000]
        if (child := node.find(tag)) is not None:
            items = child.findall(f".//{_name('rdf', 'li')}")
            return ((items[0].text if items else child.text) or "").strip()[:2000]
    return ""


def _aigc_in(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return (
        {str(key)[:40]: str(value)[:400] for key, value in list(found.items())[:20]} if isinstance(found, dict) else {}
    )
