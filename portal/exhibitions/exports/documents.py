"""All exports of a work as files of a folder."""

import json

from portal.exhibitions.exports.dublin_core import dublin_core
from portal.exhibitions.exports.lido import lido
from portal.exhibitions.exports.linked_art import linked_art
from portal.exhibitions.exports.prov_json import prov_json
from portal.exhibitions.facts import Facts

MEDIA_TYPES = {
    "provenance.json": "application/json",
    "dublin-core.xml": "application/xml",
    "lido.xml": "application/xml",
    "linked-art.json": "application/ld+json",
}


def documents(facts: Facts) -> dict[str, bytes]:
    """Name of a file → its bytes; the keys are those of `MEDIA_TYPES`."""
    return {
        "provenance.json": as_bytes(prov_json(facts)),
        "dublin-core.xml": dublin_core(facts),
        "lido.xml": lido(facts),
        "linked-art.json": as_bytes(linked_art(facts)),
    }


def as_bytes(content: dict) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()
