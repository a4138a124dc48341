"""What other programs are given of a work: whole, in the order their formats ask for, and never more than is public."""

import hashlib
import json
import zipfile
from dataclasses import replace
from io import BytesIO

import bagit
import jsonschema
import pytest
from lxml import etree
from prov.model import ProvDocument

from portal.exhibitions.exports import documents, dublin_core, lido, linked_art, prov_json, write_bag
from portal.exhibitions.exports.dublin_core import DC, ELEMENTS, OAI
from portal.exhibitions.exports.lido import LIDO
from portal.exhibitions.facts import FileFact, PeriodFact, WorkFact
from tests.exhibitions.examples import MASTER, facts

KINDS = ("restoration", "generated", "original")
BARE = WorkFact(title_en="", title_zh="无题")


@pytest.fixture(params=[*KINDS, "bare"])
def each(request):
    """Facts of every kind, and of a work of which next to nothing is known."""
    if request.param == "bare":
        return facts("original", work=BARE, study=None, checks=(), approvals=(), publisher="M")
    return facts(request.param)


# --- PROV ---------------------------------------------------------------------------------------------------------


def relations(document):
    """(kind of relation, from, to) of a document, names without their prefix."""
    found = set()
    for record in document.get_records():
        if record.is_relation():
            (_one, source), (_two, target) = record.formal_attributes[:2]
            found.add((type(record).__name__, source.localpart[:12], target.localpart[:12]))
    return found


def test_provenance_comes_back_from_its_json_as_it_went_in(each):
    written = json.dumps(prov_json(each))
    document = ProvDocument.deserialize(content=written, format="json")
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document
    assert len(list(document.get_records())) > 3


def named(character):
    """The beginning of the name of the file whose hash is this character 64 times."""
    from portal.exhibitions.credentials.manifest import by_hash

    return by_hash(character * 64).removeprefix("ni:///sha-256;")[:12]


def test_provenance_of_a_restoration_tells_the_whole_way():
    found = relations(ProvDocument.deserialize(content=json.dumps(prov_json(facts())), format="json"))
    picture, master, mask, reference, weights, result = (named(c) for c in "baefd9")
    assert found >= {
        ("ProvDerivation", picture, master),
        ("ProvDerivation", master, "painting"),
        ("ProvGeneration", picture, "making"),
        *(("ProvUsage", "making", used) for used in (master, mask, reference, weights, "prompt")),
        ("ProvAssociation", "making", "engine"),
        ("ProvDelegation", "engine", "publisher"),
        ("ProvUsage", "study", picture),
        ("ProvGeneration", result, "study"),
        ("ProvAssociation", "study", "panel"),
        ("ProvUsage", "publication", picture),
        ("ProvGeneration", "release", "publication"),
        ("ProvDerivation", "release", picture),
        ("ProvDerivation", "release", result),
        ("ProvAttribution", "release", "publisher"),
        ("ProvAssociation", "publication", "approval-1"),
        ("ProvAssociation", "publication", "approval-2"),
    }


def test_a_generated_picture_comes_from_no_painting_and_an_original_from_no_engine():
    generated, original = (json.dumps(prov_json(facts(kind))) for kind in ("generated", "original"))
    assert "work:painting" not in generated
    assert "work:engine" in generated
    assert "work:engine" not in original
    assert "work:painting" in original


# --- Dublin Core --------------------------------------------------------------------------------------------------


def test_dublin_core_has_only_its_fifteen_elements_and_says_what_is_conjecture():
    root = etree.fromstring(dublin_core(facts()))
    assert root.tag == f"{{{OAI}}}dc"
    assert {etree.QName(node).localname for node in root} <= set(ELEMENTS)
    assert {etree.QName(node).namespace for node in root} == {DC}
    said = [node.text for node in root.iter(f"{{{DC}}}description")]
    assert any("3.1% of the picture is conjecture" in text for text in said)
    assert any("数字推想" in text for text in said)
    assert any("alpha 0.84 (95 % interval 0.71 to 0.92)" in text for text in said)
    titles = {node.get("{http://www.w3.org/XML/1998/namespace}lang"): node.text for node in root.iter(f"{{{DC}}}title")}
    assert titles == {"en": "Hermits & cranes <under> pines", "zh-Hans": "松下隐士与鹤"}


def test_characters_that_xml_cannot_hold_do_no_harm():
    odd = replace(facts().work, title_en="a\0b\x0bc\ud800d\ufffe")
    for write in (dublin_core, lido):
        assert b"abcd" in write(facts(work=odd))


# --- LIDO ---------------------------------------------------------------------------------------------------------

ORDER = {  # parent → its children in the order of the LIDO 1.1 schema; a "!" marks what must be there
    "lido": "lidoRecID! objectPublishedID category descriptiveMetadata! administrativeMetadata!",
    "descriptiveMetadata": "objectClassificationWrap! objectIdentificationWrap! eventWrap objectRelationWrap",
    "objectClassificationWrap": "objectWorkTypeWrap! classificationWrap",
    "objectWorkTypeWrap": "objectWorkType!",
    "objectWorkType": "conceptID term!",
    "classification": "conceptID term!",
    "objectIdentificationWrap": (
        "titleWrap! inscriptionsWrap repositoryWrap displayStateEditionWrap objectDescriptionWrap "
        "objectMeasurementsWrap objectMaterialsTechWrap"
    ),
    "titleWrap": "titleSet!",
    "titleSet": "appellationValue! sourceAppellation",
    "repositorySet": "repositoryName workID repositoryLocation",
    "repositoryName": "legalBodyID legalBodyName! legalBodyWeblink",
    "legalBodyName": "appellationValue! sourceAppellation",
    "objectDescriptionSet": "descriptiveNoteID descriptiveNoteValue sourceDescriptiveNote",
    "objectMeasurementsSet": "displayObjectMeasurements objectMeasurements",
    "objectMeasurements": "measurementSet! extentMeasurements",
    "measurementSet": "measurementType! measurementUnit! measurementValue!",
    "eventSet": "displayEvent event",
    "event": (
        "eventID eventType! roleInEvent eventName eventActor culture eventDate periodName eventPlace eventMethod "
        "eventMaterialsTech thingPresent relatedEventSet eventDescriptionSet"
    ),
    "eventType": "conceptID term!",
    "actorInRole": "actor! roleActor attributionQualifierActor extentActor",
    "actor": "actorID nameActorSet! nationalityActor vitalDatesActor genderActor",
    "nameActorSet": "appellationValue! sourceAppellation",
    "eventDate": "displayDate date",
    "date": "earliestDate! latestDate!",
    "subjectSet": "displaySubject subject",
    "administrativeMetadata": "rightsWorkWrap recordWrap! resourceWrap",
    "rightsWorkSet": "rightsType rightsDate rightsHolder creditLine",
    "recordWrap": "recordID! recordType! recordSource! recordRights recordInfoSet",
    "recordSource": "legalBodyID legalBodyName legalBodyWeblink",
    "recordInfoSet": "recordInfoID recordInfoLink recordMetadataDate",
    "resourceSet": (
        "resourceID resourceRepresentation resourceType resourceRelType resourcePerspective resourceDescription "
        "resourceDateTaken resourceSource rightsResource"
    ),
    "resourceRepresentation": "linkResource! resourceMeasurementsSet",
    "resourceMeasurementsSet": "measurementType! measurementUnit! measurementValue!",
}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def faults(root):
    """What stands where LIDO does not have it, or lacks."""
    for node in root.iter():
        name, children = etree.QName(node).localname, [etree.QName(child).localname for child in node]
        if not children and not (node.text or "").strip():
            yield f"{name} is empty"
        if name not in ORDER:
            continue
        known = [part.rstrip("!") for part in ORDER[name].split()]
        places = [known.index(child) if child in known else -1 for child in children]
        if -1 in places or places != sorted(places):
            yield f"{name} has {children}"
        needed = [part[:-1] for part in ORDER[name].split() if part[-1] == "!"]
        yield from (f"{name} lacks {part}" for part in needed if part not in children)
        if name.endswith("iveMetadata") and not node.get(LANGUAGE):
            yield f"{name} says no language"


def test_lido_has_everything_in_its_order(each):
    root = etree.fromstring(lido(each))
    assert etree.QName(root).namespace == LIDO
    assert list(faults(root)) == []


def test_the_order_of_lido_is_really_looked_at():
    root = etree.fromstring(lido(facts()))
    record = root.find(f".//{{{LIDO}}}recordWrap")
    record.append(record[0])
    assert len(list(faults(root))) == 1
    record.remove(record[-1])
    assert "recordWrap lacks recordID" in list(faults(root))


def test_lido_speaks_both_languages_and_leads_to_the_work():
    root = etree.fromstring(lido(facts()))
    described = root.findall(f"{{{LIDO}}}descriptiveMetadata")
    assert [node.get(LANGUAGE) for node in described] == ["en", "zh-Hans"]
    assert [node.findtext(f".//{{{LIDO}}}appellationValue") for node in described] == [
        "Hermits & cranes <under> pines",
        "松下隐士与鹤",
    ]
    assert root.findtext(f".//{{{LIDO}}}linkResource") == "https://museum.example/works/8f0c"
    assert root.findtext(f".//{{{LIDO}}}resourceType/{{{LIDO}}}term") == "digital restoration"
    assert (root.findtext(f".//{{{LIDO}}}earliestDate"), root.findtext(f".//{{{LIDO}}}latestDate")) == ("1127", "1279")


def test_a_period_before_the_common_era_or_without_end_is_written_as_iso_has_it():
    old = replace(facts().work, period=PeriodFact("Han", "汉", -206, 220))
    assert b"<lido:earliestDate>-0206<" in lido(facts(work=old))
    assert linked_art(facts(work=old))["produced_by"]["timespan"]["begin_of_the_begin"].startswith("-0206-01-01")
    now = replace(facts().work, period=PeriodFact("Modern", "现代", 1949, None))
    assert list(faults(etree.fromstring(lido(facts(work=now))))) == []
    assert "end_of_the_end" not in linked_art(facts(work=now))["produced_by"]["timespan"]


# --- Linked Art ---------------------------------------------------------------------------------------------------

OBJECT = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
LINKED = {
    "type": "object",
    "required": ["@context", "id", "type", "_label", "identified_by"],
    "properties": {
        "@context": {"const": "https://linked.art/ns/v1/linked-art.json"},
        "type": {"enum": ["HumanMadeObject", "DigitalObject"]},
        "identified_by": {
            "type": "array",
            "minItems": 1,
            "items": OBJECT | {"required": ["type", "content"]},
        },
        "representation": {"type": "array", "items": OBJECT | {"required": ["type", "digitally_shown_by"]}},
        "dimension": {"type": "array", "items": OBJECT | {"required": ["type", "value", "unit", "classified_as"]}},
    },
}


def test_linked_art_is_of_its_shape(each):
    jsonschema.validate(linked_art(each), LINKED)


def test_linked_art_keeps_the_painting_apart_from_pictures_of_it():
    painting = linked_art(facts())
    assert painting["type"] == "HumanMadeObject"
    shown = painting["representation"][0]["digitally_shown_by"]
    assert [picture["type"] for picture in shown] == ["DigitalObject", "DigitalObject"]
    assert "created_by" in shown[0]
    assert "created_by" not in painting
    assert "conjecture" in json.dumps(shown[0])
    assert linked_art(facts("generated"))["type"] == "DigitalObject"


# --- BagIt and RO-Crate -------------------------------------------------------------------------------------------

CRATE = {
    "type": "object",
    "required": ["@context", "@graph"],
    "properties": {
        "@graph": {
            "type": "array",
            "items": {"type": "object", "required": ["@id", "@type"]},
            "allOf": [
                {
                    "contains": {
                        "required": ["conformsTo", "about"],
                        "properties": {
                            "@id": {"const": "ro-crate-metadata.json"},
                            "about": {"const": {"@id": "./"}},
                            "conformsTo": {"properties": {"@id": {"pattern": "^https://w3id.org/ro/crate/1.1"}}},
                        },
                    }
                },
                {
                    "contains": {
                        "required": ["name", "description", "datePublished", "license", "hasPart"],
                        "properties": {"@id": {"const": "./"}, "@type": {"const": "Dataset"}},
                    }
                },
            ],
        }
    },
}


def bagged(tmp_path, each):
    (tmp_path / "a.png").write_bytes(b"the picture")
    (tmp_path / "b.png").write_bytes(b"the mask")
    files = {"picture.png": tmp_path / "a.png", "mask.png": tmp_path / "b.png"}
    described = {"picture.png": FileFact("", "image/png", "As shown"), "mask.png": FileFact("", "image/png", "Mask")}
    out = BytesIO()
    write_bag(out, each, files, described)
    with zipfile.ZipFile(out) as zipped:
        zipped.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    return folder


def test_a_bag_is_valid_and_its_crate_describes_every_file(tmp_path, each):
    folder = bagged(tmp_path, each)
    bag = bagit.Bag(str(folder))
    bag.validate()
    crate = json.loads((folder / "data/ro-crate-metadata.json").read_text())
    jsonschema.validate(crate, CRATE)
    graph = {node["@id"]: node for node in crate["@graph"]}
    parts = [part["@id"] for part in graph["./"]["hasPart"]]
    inside = {path.name for path in (folder / "data").iterdir()}
    assert {*parts, "ro-crate-metadata.json"} == inside
    for part in parts:
        assert graph[part]["sha256"] == hashlib.sha256((folder / "data" / part).read_bytes()).hexdigest()
    assert graph["./"]["mainEntity"] == {"@id": "picture.png"}
    named = [value["@id"] for node in crate["@graph"] for value in node.values() if isinstance(value, dict)]
    assert [name for name in named if name not in graph and not name.startswith("http")] == []


def test_a_bag_with_one_altered_byte_is_refused(tmp_path):
    folder = bagged(tmp_path, facts())
    (folder / "data/picture.png").write_bytes(b"The picture")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_a_line_in_a_title_makes_no_line_in_a_bag(tmp_path):
    odd = replace(facts().work, title_en="Pines\nPayload-Oxum: 1.1")
    bagit.Bag(str(bagged(tmp_path, facts(work=odd)))).validate()


def test_the_same_facts_give_the_same_documents(each):
    assert documents(each) == documents(each)
    assert set(documents(each)) == {"provenance.json", "dublin-core.xml", "lido.xml", "linked-art.json"}


def test_what_lies_in_no_bag_is_named_by_its_hash(tmp_path):
    crate = json.loads((bagged(tmp_path, facts()) / "data/ro-crate-metadata.json").read_text())
    action = next(node for node in crate["@graph"] if node["@id"] == "#making")
    assert len(action["object"]) == 4
    assert {row["@id"] for row in action["object"]} <= {node["@id"] for node in crate["@graph"]}
    assert MASTER.sha256 not in json.dumps(action)
