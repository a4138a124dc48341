"""Manifests and collections keep to Presentation API 3: against a schema of our own, written from the specification."""

import pytest
from django.urls import reverse
from jsonschema import Draft202012Validator

from tests.exhibitions.test_public_pages import hall, visit, work  # noqa: F401

pytestmark = pytest.mark.django_db

SIDE = {"type": "integer", "minimum": 1}
URI = {"type": "string", "pattern": "^https?://[^ ]+$"}
WORDS = {  # a language map
    "type": "object",
    "minProperties": 1,
    "patternProperties": {
        "^([a-z]{2}(-[A-Z][a-z]{3})?|none)$": {"type": "array", "items": {"type": "string"}, "minItems": 1}
    },
    "additionalProperties": False,
}
PAIR = {"type": "object", "required": ["label", "value"], "properties": {"label": WORDS, "value": WORDS}}
RIGHTS = {"type": "string", "pattern": "^http://(creativecommons\\.org|rightsstatements\\.org)/"}


def thing(kind, *required, **properties):
    return {
        "type": "object",
        "required": ["id", "type", *required],
        "properties": {"id": URI, "type": {"const": kind}, "label": WORDS, **properties},
    }


def many(of, least=1):
    return {"type": "array", "items": of, "minItems": least}


IMAGE = thing(
    "Image", "format", format={"enum": ["image/jpeg", "image/webp"]}, width=SIDE, height=SIDE,
    service=many(thing("ImageService3", "profile", profile={"const": "level2"})),
)  # fmt: skip
CHOICE = {
    "type": "object", "required": ["type", "items"],
    "properties": {"type": {"const": "Choice"}, "items": many(IMAGE | {"required": [*IMAGE["required"], "label"]}, 2)},
}  # fmt: skip
ANNOTATION = thing(
    "Annotation", "motivation", "body", "target", motivation={"const": "painting"}, body={"anyOf": [IMAGE, CHOICE]},
    target=URI,
)  # fmt: skip
PICTURES = thing("AnnotationPage", "items", items=many(ANNOTATION))
CANVAS = thing("Canvas", "width", "height", "items", width=SIDE, height=SIDE, items=many(PICTURES))
PAGE = thing("Text", "label", "format", format={"const": "text/html"}, language=many({"type": "string"}))
SHARED = {
    "@context": {"const": "http://iiif.io/api/presentation/3/context.json"},
    "metadata": many(PAIR),
    "summary": WORDS,
    "requiredStatement": PAIR,
    "rights": RIGHTS,
    "provider": many(thing("Agent", "label", homepage=many(PAGE))),
    "homepage": many(PAGE),
    "seeAlso": many(thing("Dataset", "format", "label")),
    "rendering": many({"type": "object", "required": ["id", "type", "label", "format"]}),
    "thumbnail": many(IMAGE),
}
MANIFEST = thing("Manifest", "@context", "label", "items", **SHARED, items=many(CANVAS)) | {
    "additionalProperties": False
}
MEMBER = thing("Manifest", "label", thumbnail=many(IMAGE)) | {"additionalProperties": False}
COLLECTION = thing("Collection", "@context", "label", "items", **SHARED, items=many(MEMBER, 0)) | {
    "additionalProperties": False
}


def document(name, *args):
    answer = visit(reverse(f"exhibitions:{name}", args=args), origin="https://mirador.example")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"].startswith("application/ld+json")
    return answer.json()


def mistakes(body, schema):
    return [f"{list(it.absolute_path)}: {it.message[:200]}" for it in Draft202012Validator(schema).iter_errors(body)]


def test_a_restoration_is_a_choice_with_what_it_was_before(work):  # noqa: F811
    body = document("manifest", work.pk)
    assert mistakes(body, MANIFEST) == []
    canvas = body["items"][0]
    choice = canvas["items"][0]["items"][0]["body"]
    assert [it["service"][0]["id"].rpartition("/")[2] for it in choice["items"]] == [
        str(work.picture_id),
        str(work.master_id),
    ]
    assert (canvas["width"], canvas["height"]) == (work.picture.width, work.picture.height)
    assert body["label"] == {"en": ["Pines in mist"], "zh-Hans": ["雾松图"]}
    assert body["rights"] == work.artwork.rights
    assert canvas["items"][0]["items"][0]["target"] == canvas["id"]
    assert body["id"].endswith(reverse("exhibitions:manifest", args=[work.pk]))


def test_every_viewer_has_to_say_that_a_machine_made_it(work):  # noqa: F811
    said = document("manifest", work.pk)["requiredStatement"]["value"]
    assert said["en"] == ["AI reconstruction — A supplementary reference for conservators, not an autonomous repair."]
    assert "人工智能" in said["zh-Hans"][0]


def test_an_original_is_one_image(on_show):
    body = document("manifest", on_show().pk)
    assert mistakes(body, MANIFEST) == []
    assert body["items"][0]["items"][0]["items"][0]["body"]["type"] == "Image"
    assert body["requiredStatement"]["value"]["en"] == ["Original"]


def test_what_a_manifest_names_is_there(work):  # noqa: F811
    body = document("manifest", work.pk)
    image = body["items"][0]["items"][0]["items"][0]["body"]["items"][0]
    named = [
        image["id"],
        image["service"][0]["id"] + "/info.json",
        body["thumbnail"][0]["id"],
        body["homepage"][0]["id"],
    ]
    for address in [*named, *(it["id"] for it in body["seeAlso"])]:
        assert visit(address.removeprefix("http://testserver")).status_code == 200, address


def test_an_exhibition_is_a_collection_of_its_manifests(work, hall):  # noqa: F811
    body = document("collection", hall.slug)
    assert mistakes(body, COLLECTION) == []
    assert [it["id"] for it in body["items"]] == ["http://testserver" + reverse("exhibitions:manifest", args=[work.pk])]


def test_the_schema_finds_what_is_wrong(work):  # noqa: F811
    body = document("manifest", work.pk)
    for wrong in ({"rights": "https://creativecommons.org/x"}, {"label": "Pines"}, {"items": []}, {"summery": {}}):
        assert mistakes(body | wrong, MANIFEST)
