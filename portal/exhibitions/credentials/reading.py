"""What a file says of itself, and whether that holds: nothing is fetched, nothing is decoded, nothing is kept."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import c2pa

from gpu_workers.pictures import sha256_file
from gpu_workers.pictures.sniff import sniff
from portal.exhibitions.credentials import containers
from portal.exhibitions.credentials.manifest import hash_in
from portal.exhibitions.credentials.terms import BY_MACHINE, MEDIA_TYPES, RELEASE, source_name
from portal.exhibitions.credentials.xmp import Marks, marks

VALID, INVALID, NONE = "valid", "invalid", "none"
MANY = 50  # ingredients and actions that are listed
TEXT = 400
CARRIED = {"c2pa.actions", "c2pa.actions.v2", "c2pa.training-mining", "cawg.training-mining", RELEASE}
_ALONE = {  # nothing that a file names is fetched
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
    "core": {"decode_identity_assertions": False},
}


@dataclass(frozen=True)
class Ingredient:
    """relationship: parentOf, componentOf or inputTo. sha256: empty where the manifest does not name it by hash."""

    title: str
    relationship: str
    sha256: str = ""
    description: str = ""


@dataclass(frozen=True)
class Action:
    """One thing that was done. name: as C2PA says it, "c2pa.edited". source: last word of a digital source type."""

    name: str
    source: str = ""
    agent: str = ""
    when: str = ""
    description: str = ""


@dataclass(frozen=True)
class Report:
    """state: valid, invalid or none. trusted: the signer's chain leads to a given root. problems: codes of C2PA.

    signed: when, as the signer says, or as a time-stamp service witnessed it (`witnessed`). source: last word of the
    digital source type, from the credentials or else from XMP. release: what our own assertion says.
    """

    state: str
    sha256: str
    format: str
    size_bytes: int
    trusted: bool = False
    problems: tuple[str, ...] = ()
    signer: str = ""
    issuer: str = ""
    signed: str = ""
    witnessed: bool = False
    title: str = ""
    source: str = ""
    ingredients: tuple[Ingredient, ...] = ()
    actions: tuple[Action, ...] = ()
    release: dict[str, Any] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)

    @property
    def by_machine(self) -> bool:
        """Whether the file says that a machine made any of it."""
        sources = {self.source, source_name(self.marks.source_type), *(action.source for action in self.actions)}
        return bool(sources & set(BY_MACHINE)) or self.marks.aigc.get("Label") in ("1", "2", "3")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> "Report":
        rows = {
            "ingredients": tuple(Ingredient(**row) for row in found["ingredients"]),
            "actions": tuple(Action(**row) for row in found["actions"]),
            "problems": tuple(found["problems"]),
            "marks": Marks(**found["marks"]),
        }
        return cls(**(found | rows))


def read_file(path: Path, roots: str = "") -> Report:
    """Read a picture file. roots: certificates that are trusted, PEM. Raises `PictureError` for what is no picture."""
    path = Path(path)
    format = sniff(path)
    about: dict[str, Any] = {
        "sha256": sha256_file(path),
        "format": format,
        "size_bytes": path.stat().st_size,
        "marks": Marks(),
    }
    if format not in MEDIA_TYPES:
        return Report(NONE, **about)
    about["marks"] = marks(containers.extract(path, format))
    about["source"] = source_name(about["marks"].source_type)
    try:
        found = _manifest_store(path, MEDIA_TYPES[format], roots)
    except c2pa.C2paError.ManifestNotFound:
        return Report(NONE, **about)
    except c2pa.C2paError as error:
        return Report(INVALID, problems=(_short(type(error).__name__.strip("_")) or "unreadable",), **about)
    return _report(found, about)


def may_be_carried(path: Path) -> bool:
    """Whether a file brings credentials that say no more than what was done to it and what may be done with it.

    A camera's tell where and by whom it was taken, and signed as they are nothing can be taken out of them.
    """
    try:
        manifests = _manifest_store(path, MEDIA_TYPES[sniff(path)], "").get("manifests", {})
    except c2pa.C2paError:
        return False
    labels = {str(row.get("label")) for manifest in manifests.values() for row in manifest.get("assertions", [])}
    return {label.partition("__")[0] for label in labels} <= CARRIED


def _manifest_store(path: Path, media_type: str, roots: str) -> dict[str, Any]:
    trust = {"trust": {"user_anchors": roots}} if roots else {}
    context = c2pa.Context.from_dict(_ALONE | trust)
    with open(path, "rb") as file, c2pa.Reader(media_type, file, context=context) as reader:
        return json.loads(reader.json()) | {"state": reader.get_validation_state()}


def _report(store: dict[str, Any], about: dict[str, Any]) -> Report:
    manifest = store.get("manifests", {}).get(store.get("active_manifest", ""), {})
    results = store.get("validation_results", {}).get("activeManifest", {})
    failures = [row.get("code", "") for row in results.get("failure", [])]
    signature = manifest.get("signature_info", {})
    release = _assertion(manifest, RELEASE)
    actions = tuple(_actions(manifest))
    source = next((action.source for action in reversed(actions) if action.source), "") or about.pop("source")
    about.pop("source", None)
    return Report(
        state=VALID if store["state"] in ("Valid", "Trusted") else INVALID,
        trusted=store["state"] == "Trusted",
        problems=tuple(_short(code) for code in failures if code != "signingCredential.untrusted")[:MANY],
        signer=_short(signature.get("common_name") or signature.get("issuer") or ""),
        issuer=_short(signature.get("issuer") or ""),
        signed=_short(signature.get("time") or release.get("signed") or ""),
        witnessed=bool(signature.get("time")),
        title=_short(manifest.get("title") or ""),
        source=source,
        ingredients=tuple(_ingredients(manifest)),
        actions=actions,
        release={key: _short(value) if isinstance(value, str) else value for key, value in release.items()},
        **about,
    )


def _assertion(manifest: dict[str, Any], label: str) -> dict[str, Any]:
    found: dict[str, Any] = next((row for row in manifest.get("assertions", []) if row.get("label") == label), {})
    data = found.get("data")
    known = ("uri", "identifier", "version", "kind", "content", "picture", "publisher", "rights", "signed")
    if not isinstance(data, dict):
        return {}
    return {key: data[key] for key in known if isinstance(data.get(key), str | int)}


def _ingredients(manifest: dict[str, Any]) -> Any:
    for row in manifest.get("ingredients", [])[:MANY]:
        yield Ingredient(
            title=_short(row.get("title") or ""),
            relationship=_short(row.get("relationship") or ""),
            sha256=hash_in(row.get("instance_id") or ""),
            description=_short(row.get("description") or ""),
        )


def _actions(manifest: dict[str, Any]) -> Any:
    found = _assertions_of_actions(manifest)
    for row in found[:MANY]:
        agent = row.get("softwareAgent") or ""
        yield Action(
            name=_short(row.get("action") or ""),
            source=_short(source_name(row.get("digitalSourceType") or "")),
            agent=_short(agent.get("name", "") if isinstance(agent, dict) else str(agent)),
            when=_short(row.get("when") or ""),
            description=_short(row.get("description") or ""),
        )


def _assertions_of_actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [row for row in manifest.get("assertions", []) if str(row.get("label")).startswith("c2pa.actions")]
    found = [row["data"].get("actions") for row in rows if isinstance(row.get("data"), dict)]
    return [row for listed in found if isinstance(listed, list) for row in listed if isinstance(row, dict)]


def _short(text: Any) -> str:
    """Words of a file are anybody's: never long, never with control characters."""
    return "".join(c for c in str(text)[:TEXT] if c.isprintable())
