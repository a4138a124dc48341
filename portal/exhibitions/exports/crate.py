"""RO-Crate 1.1: what lies in a folder, where each file came from, and what made it."""

from typing import Any

from portal.exhibitions.credentials.manifest import by_hash
from portal.exhibitions.credentials.terms import SOURCE_TYPES
from portal.exhibitions.facts import Facts, FileFact
from portal.exhibitions.wordings import conjecture, finding, what

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
METADATA = "ro-crate-metadata.json"


def ro_crate(facts: Facts, files: dict[str, FileFact], picture: str) -> dict[str, Any]:
    """The metadata of a crate. files: path in the crate → what lies there. picture: the path of the picture shown."""
    graph = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": SPECIFICATION},
            "about": {"@id": "./"},
        },
        _root(facts, files, picture),
        {"@id": "#publisher", "@type": "Organization", "name": facts.publisher}
        | ({"url": facts.publisher_uri} if facts.publisher_uri else {}),
        *(_file(path, file) for path, file in files.items() if path != picture),
        _file(picture, files[picture]) | _marks(facts),
        *(_action(facts, files, picture)),
    ]
    if facts.work.rights:
        graph.append({"@id": facts.work.rights, "@type": "CreativeWork", "name": facts.work.rights})
    return {"@context": [CONTEXT, {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}], "@graph": graph}


def _root(facts: Facts, files: dict[str, FileFact], picture: str) -> dict[str, Any]:
    told = [what(facts), conjecture(facts), finding(facts)]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": facts.title,
        "description": " ".join(sentence for sentence in told if sentence),
        "identifier": facts.uri,
        "version": str(facts.version),
        "datePublished": facts.published,
        "publisher": {"@id": "#publisher"},
        "mainEntity": {"@id": picture},
        "hasPart": [{"@id": path} for path in files],
        "license": {"@id": facts.work.rights} if facts.work.rights else "All rights are with the publisher.",
    }
    return root | ({"alternateName": facts.work.title_zh} if facts.work.title_zh else {})


def _file(path: str, file: FileFact) -> dict[str, Any]:
    known = {
        "name": file.title or path,
        "encodingFormat": file.media_type,
        "contentSize": str(file.size_bytes) if file.size_bytes else "",
        "sha256": file.sha256,
    }
    return {"@id": path, "@type": "File"} | {key: value for key, value in known.items() if value}


def _marks(facts: Facts) -> dict[str, Any]:
    return {
        "digitalSourceType": {"@id": SOURCE_TYPES[facts.kind]},
        "isBasedOn": [by_hash(facts.master.sha256)] if facts.master else [],
        "creditText": facts.work.credit,
    }


def _action(facts: Facts, files: dict[str, FileFact], picture: str) -> list[dict[str, Any]]:
    making = facts.making
    if making is None:
        return []
    used = [file for file in (facts.master, facts.mask, *facts.references, *making.weights) if file]
    inside = {file.sha256: path for path, file in files.items()}
    action: dict[str, Any] = {
        "@id": "#making",
        "@type": "CreateAction",
        "name": f"Made by {making.engine_title}",
        "instrument": {"@id": "#engine"},
        "agent": {"@id": "#publisher"},
        "object": [{"@id": inside.get(file.sha256, by_hash(file.sha256))} for file in used],
        "result": {"@id": picture},
    }
    action |= {"description": making.prompt} if making.prompt else {}
    action |= {"endTime": making.ended} if making.ended else {}
    outside = [file for file in used if file.sha256 not in inside]
    return [
        action,
        {"@id": "#engine", "@type": "SoftwareApplication", "name": making.engine_title, "identifier": making.engine},
        *({"@id": by_hash(file.sha256), "@type": "CreativeWork", "name": file.title} for file in outside),
    ]
