"""The C2PA manifest of a work: where it came from, what was done to it, and by what."""

import base64
import re
from typing import Any

from portal.exhibitions.credentials.terms import RELEASE, SOURCE_TYPES
from portal.exhibitions.facts import GENERATED, RESTORATION, Facts, FileFact, MakingFact

GENERATOR = {"name": "Lacuna", "version": "1.0"}
PARENT = "parent"
_NI = re.compile(r"^ni:///sha-256;([A-Za-z0-9_-]{43})$")


def manifest_of(facts: Facts, media_type: str, *, signed: str, labelled: bool = False, parent: bool = False) -> dict:
    """The manifest as `c2pa.Builder` takes it. signed: when, ISO 8601. labelled: a visible label is beneath the
    picture. parent: the file of the master (or, of a labelled copy, the download) is added by the caller as `PARENT`.
    """
    return {
        "claim_generator_info": [GENERATOR],
        "title": facts.title,
        "format": media_type,
        "ingredients": list(_ingredients(facts, with_parent=not parent)),
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": list(_actions(facts, signed, labelled))}},
            {"label": RELEASE, "data": _release(facts, signed)},
            *([] if facts.work.rights in FREE else [TRAINING]),
        ],
    }


_USES = ("cawg.ai_generative_training", "cawg.ai_training", "cawg.data_mining")
TRAINING = {"label": "cawg.training-mining", "data": {"entries": {use: {"use": "notAllowed"} for use in _USES}}}
FREE = (  # who gives a work to everybody for everything forbids nothing
    "http://creativecommons.org/publicdomain/mark/1.0/",
    "http://creativecommons.org/publicdomain/zero/1.0/",
)


def by_hash(sha256: str) -> str:
    """The name of a file by its hash alone, as RFC 6920 writes it: ni:///sha-256;…"""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def hash_in(name: str) -> str:
    """The hexadecimal hash in such a name; empty for any other."""
    found = _NI.match(name)
    return base64.urlsafe_b64decode(found[1] + "=").hex() if found else ""


def ingredient(file: FileFact, label: str, relationship: str, description: str) -> dict[str, str]:
    """One ingredient, named by its hash."""
    named = {
        "title": file.title or description,
        "relationship": relationship,
        "instance_id": by_hash(file.sha256),
        "label": label,
        "description": description,
    }
    return named | ({"format": file.media_type} if file.media_type else {})


def parent_of(facts: Facts) -> dict[str, str] | None:
    """What the picture was opened from; None for one that was made from words alone."""
    if facts.kind == GENERATED:
        return None
    return ingredient(facts.master or facts.picture, PARENT, "parentOf", "Master photograph of the painting")


def _ingredients(facts: Facts, with_parent: bool) -> Any:
    if with_parent and (parent := parent_of(facts)):
        yield parent
    if facts.mask:
        yield ingredient(facts.mask, "mask", "inputTo", "Mask of the damage: nothing outside it was changed")
    for number, reference in enumerate(facts.references, 1):
        yield ingredient(reference, f"reference-{number}", "inputTo", "Style reference")
    for number, weights in enumerate(facts.making.weights if facts.making else (), 1):
        yield ingredient(weights, f"weights-{number}", "inputTo", "Weights of the engine")


def _actions(facts: Facts, signed: str, labelled: bool) -> Any:
    inputs = [item["label"] for item in _ingredients(facts, with_parent=False)]
    if facts.kind == GENERATED:
        yield _by_engine(facts, "c2pa.created", inputs)
    else:
        yield {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT]}}
    if facts.kind == RESTORATION:
        yield _by_engine(facts, "c2pa.edited", inputs)
    if labelled:
        yield {"action": "c2pa.edited.metadata", "description": "A visible label was added beneath the picture"}
    yield {"action": "c2pa.published", "when": facts.published or signed}


def _by_engine(facts: Facts, action: str, inputs: list[str]) -> dict[str, Any]:
    making = facts.making
    assert making is not None  # noqa: S101  # Facts sees to it
    done: dict[str, Any] = {
        "action": action,
        "digitalSourceType": SOURCE_TYPES[facts.kind],
        "softwareAgent": {"name": making.engine_title},
        "description": _done(facts, making),
        "parameters": {f"org.lacuna.{key}": value for key, value in _parameters(making).items()},
    }
    if inputs:
        done["parameters"]["ingredientIds"] = inputs
    return done | ({"when": making.ended} if making.ended else {})


def _done(facts: Facts, making: MakingFact) -> str:
    if facts.kind == GENERATED:
        return "Painted by a machine from words"
    if making.invented is None:
        return "Lost places painted by a machine"
    return f"Lost places painted by a machine: {making.invented:.1%} of the picture"


def _parameters(making: MakingFact) -> dict[str, Any]:
    known = {"engine": making.engine, "seed": making.seed, "prompt": making.prompt, "invented": making.invented}
    return {key: value for key, value in known.items() if value not in (None, "")}


def _release(facts: Facts, signed: str) -> dict[str, Any]:
    return {
        "uri": facts.uri,
        "identifier": facts.identifier,
        "version": facts.version,
        "kind": facts.kind,
        "content": facts.content,
        "picture": facts.picture.sha256,
        "publisher": facts.publisher,
        "rights": facts.work.rights,
        "signed": signed,
    }
