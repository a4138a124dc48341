"""LIDO 1.1: one record of the painting with the picture as its resource, in English and, with a title, in Chinese."""

from typing import Any

from lxml import etree

from portal.exhibitions.credentials.xmp import clean
from portal.exhibitions.facts import GENERATED, Facts
from portal.exhibitions.wordings import CHINESE, ENGLISH, conjecture, finding, what, year

LIDO = "http://www.lido-schema.org"
XML = "{http://www.w3.org/XML/1998/namespace}"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SKOS = "http://www.w3.org/2004/02/skos/core#"
_WORDS = {
    ENGLISH: {"painting": "painting", "digital": "digital image", "made": "production", "shown": "publication"},
    CHINESE: {"painting": "绘画", "digital": "数字图像", "made": "创作", "shown": "发布"},
}
PAINTING = "http://vocab.getty.edu/aat/300033618"
PRODUCTION = "http://terminology.lido-schema.org/lido00007"
ITEM = "http://terminology.lido-schema.org/lido00141"


def lido(facts: Facts) -> bytes:
    """A LIDO document with one record, UTF-8."""
    root = _Node(etree.Element(f"{{{LIDO}}}lido", nsmap={"lido": LIDO, "xsi": XSI, "skos": SKOS}))
    root.node.set(f"{{{XSI}}}schemaLocation", f"{LIDO} {LIDO}/schema/v1.1/lido-v1.1.xsd")
    root.add("lidoRecID", facts.uri, type="http://terminology.lido-schema.org/lido00099")
    languages = [ENGLISH, *([CHINESE] if facts.work.title_zh else [])]
    for language in languages:
        _describe(root.add("descriptiveMetadata", lang=language), facts, language)
    _administer(root.add("administrativeMetadata", lang=ENGLISH), facts)
    return etree.tostring(root.node, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class _Node:
    """A node whose children are made one after the other; what has no text is left out by the caller."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def add(self, path: str, text: str = "", *, lang: str = "", **attributes: str) -> "_Node":
        """Make the nodes of a path, such as "titleWrap/titleSet", the last with text and attributes."""
        node = self.node
        for name in path.split("/"):
            node = etree.SubElement(node, f"{{{LIDO}}}{name}")
        if text:
            node.text = clean(text)
        if lang:
            node.set(f"{XML}lang", lang)
        for name, value in attributes.items():
            node.set(f"{{{LIDO}}}{name}", value)
        return _Node(node)

    def concept(self, path: str, uri: str, term: str, language: str) -> None:
        node = self.add(path)
        if uri:
            node.add("conceptID", uri, type="http://terminology.lido-schema.org/lido00099")
        node.add("term", term, lang=language)


def _describe(described: _Node, facts: Facts, language: str) -> None:
    work, words = facts.work, _WORDS[language]
    kind = described.add("objectClassificationWrap")
    generated = facts.kind == GENERATED
    term = words["digital" if generated else "painting"]
    kind.concept("objectWorkTypeWrap/objectWorkType", "" if generated else PAINTING, term, language)
    if work.category:
        kind.concept("classificationWrap/classification", "", work.category, ENGLISH)
    _identify(described.add("objectIdentificationWrap"), facts, language)
    _events(described.add("eventWrap"), facts, language)
    if work.subjects:
        subjects = described.add("objectRelationWrap/subjectWrap")
        for subject in work.subjects:
            subjects.concept("subjectSet/subject/subjectConcept", "", subject, ENGLISH)


def _identify(identified: _Node, facts: Facts, language: str) -> None:
    work = facts.work
    titles = identified.add("titleWrap")
    for title, spoken in sorted(((work.title_en, ENGLISH), (work.title_zh, CHINESE)), key=lambda t: t[1] != language):
        if title:
            titles.add("titleSet/appellationValue", title, lang=spoken)
    if work.holder or work.accession:
        repository = identified.add("repositoryWrap/repositorySet", type="http://terminology.lido-schema.org/lido00485")
        if work.holder:
            repository.add("repositoryName/legalBodyName/appellationValue", work.holder)
        if work.accession:
            repository.add("workID", work.accession, type="http://terminology.lido-schema.org/lido00113")
    described = identified.add("objectDescriptionWrap")
    for sentence in filter(None, (what(facts, language), conjecture(facts), finding(facts))):
        spoken = language if sentence == what(facts, language) else ENGLISH
        described.add("objectDescriptionSet/descriptiveNoteValue", sentence, lang=spoken)
    if work.height_mm or work.width_mm:
        measured = identified.add("objectMeasurementsWrap/objectMeasurementsSet/objectMeasurements")
        for name, value in (("height", work.height_mm), ("width", work.width_mm)):
            if value:
                one = measured.add("measurementSet")
                one.add("measurementType/term", name, lang=ENGLISH)
                one.add("measurementUnit/term", "mm", lang=ENGLISH)
                one.add("measurementValue", str(value))


def _events(events: _Node, facts: Facts, language: str) -> None:
    work, words = facts.work, _WORDS[language]
    made = events.add("eventSet/event")
    made.concept("eventType", PRODUCTION, words["made"], language)
    if work.maker and facts.kind != GENERATED:
        actor = made.add("eventActor/actorInRole/actor", type="http://terminology.lido-schema.org/lido00163")
        actor.add("nameActorSet/appellationValue", work.maker)
    if facts.kind == GENERATED and facts.making:
        _made_by_engine(made, facts)
        return
    if work.date_text or work.period:
        date = made.add("eventDate")
        date.add("displayDate", work.date_text or (work.period.name_en if work.period else ""))
        if work.period and work.period.end is not None:  # LIDO wants both ends or none
            span = date.add("date")
            span.add("earliestDate", year(work.period.start))
            span.add("latestDate", year(work.period.end))
    if work.period:
        name = work.period.name_en if language == ENGLISH else work.period.name_zh
        made.concept("periodName", "", name, language)
    if work.technique:
        made.concept("eventMethod", "", work.technique, ENGLISH)
    if work.medium:
        made.add("eventMaterialsTech/displayMaterialsTech", work.medium, lang=ENGLISH)


def _made_by_engine(made: _Node, facts: Facts) -> None:
    making = facts.making
    assert making is not None  # noqa: S101  # the caller asked
    if making.ended:
        date = made.add("eventDate/date")
        date.add("earliestDate", making.ended[:10])
        date.add("latestDate", making.ended[:10])
    made.concept("eventMethod", "", f"Painted by {making.engine_title}, a program", ENGLISH)


def _administer(administered: _Node, facts: Facts) -> None:
    work = facts.work
    if work.rights or work.credit:
        rights = administered.add("rightsWorkWrap/rightsWorkSet")
        if work.rights:
            rights.concept("rightsType", work.rights, work.rights, ENGLISH)
        if work.credit:
            rights.add("creditLine", work.credit)
    record = administered.add("recordWrap")
    record.add("recordID", facts.identifier, type="http://terminology.lido-schema.org/lido00100")
    record.concept("recordType", ITEM, "Item-level record", ENGLISH)
    record.add("recordSource/legalBodyName/appellationValue", facts.publisher)
    info = record.add("recordInfoSet")
    info.add("recordInfoLink", facts.uri)
    info.add("recordMetadataDate", facts.published)
    _resource(administered.add("resourceWrap/resourceSet"), facts)


def _resource(resource: _Node, facts: Facts) -> None:
    resource.add("resourceID", facts.picture.sha256, type="http://terminology.lido-schema.org/lido00100")
    shown = resource.add("resourceRepresentation", type="http://terminology.lido-schema.org/lido00464")
    shown.add("linkResource", facts.uri)
    for name, value in (("width", facts.picture.width), ("height", facts.picture.height)):
        if value:
            one = shown.add("resourceMeasurementsSet")
            one.add("measurementType/term", name, lang=ENGLISH)
            one.add("measurementUnit/term", "pixel", lang=ENGLISH)
            one.add("measurementValue", str(value))
    kinds = {"restoration": "digital restoration", "generated": "generated image", "original": "digital image"}
    resource.add("resourceType/term", kinds[facts.kind], lang=ENGLISH)
    resource.add("resourceDescription", what(facts), lang=ENGLISH)
    if facts.work.rights:
        resource.add("rightsResource").concept("rightsType", facts.work.rights, facts.work.rights, ENGLISH)
