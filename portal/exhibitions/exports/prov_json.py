"""W3C PROV as PROV-JSON: every thing that a picture came from, what was done, and by whom in which role."""

import json
from datetime import datetime
from typing import Any

from prov.model import PROV, ProvDocument, ProvEntity

from portal.exhibitions.credentials.manifest import by_hash
from portal.exhibitions.facts import ORIGINAL, Facts, FileFact

FILES = "ni:///sha-256;"
VOCABULARY = "urn:lacuna:provenance#"


def prov_json(facts: Facts) -> dict[str, Any]:
    """The provenance of a work; files are named by their hash (RFC 6920), what was done by the address of the work."""
    return json.loads(_Story(facts).document.serialize(format="json") or "{}")


class _Story:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.document = ProvDocument()
        self.document.add_namespace("file", FILES)
        self.document.add_namespace("work", f"{facts.uri}#")
        self.document.add_namespace("lacuna", VOCABULARY)
        self.publisher = self.document.agent(
            "work:publisher", {PROV["type"]: PROV["Organization"], PROV["label"]: facts.publisher}
        )
        self.release = self._release()
        self.picture = self._file(facts.picture, "Picture")
        self._masters()
        if facts.making:
            self._make()
        if facts.study:
            self._judge()
        self._publish()

    def _release(self) -> ProvEntity:
        facts = self.facts
        told: dict[Any, Any] = {
            PROV["type"]: self._term("Release"),
            PROV["label"]: facts.title,
            PROV["location"]: facts.uri,
            self._term("version"): facts.version,
            self._term("content"): facts.content,
            self._term("kind"): facts.kind,
        }
        return self.document.entity("work:release", told)

    def _masters(self) -> None:
        """The painting, and its photograph that everything else was made from."""
        facts = self.facts
        if facts.kind != ORIGINAL and facts.master is None:
            return
        painting = self.document.entity(
            "work:painting", {PROV["type"]: self._term("Painting"), PROV["label"]: facts.title}
        )
        if facts.master and facts.master.sha256 != facts.picture.sha256:
            master = self._file(facts.master, "Master")
            self.picture.wasDerivedFrom(master)
            master.wasDerivedFrom(painting)
        else:
            self.picture.wasDerivedFrom(painting)

    def _make(self) -> None:
        making = self.facts.making
        assert making is not None  # noqa: S101  # the caller asked
        told = {PROV["type"]: self._term("Making"), self._term("engine"): making.engine}
        for name, value in (("seed", making.seed), ("inventedShare", making.invented)):
            if value is not None:
                told[self._term(name)] = value
        activity = self.document.activity("work:making", _time(making.started), _time(making.ended), told)
        engine = self.document.agent(
            "work:engine", {PROV["type"]: PROV["SoftwareAgent"], PROV["label"]: making.engine_title}
        )
        for file, role in self._inputs():
            activity.used(self._file(file, role), attributes={PROV["role"]: self._term(role.lower())})
        if making.prompt:
            prompt = {PROV["type"]: self._term("Prompt"), PROV["value"]: making.prompt}
            activity.used(self.document.entity("work:prompt", prompt), attributes={PROV["role"]: self._term("prompt")})
        self.picture.wasGeneratedBy(activity, time=_time(making.ended))
        activity.wasAssociatedWith(engine)
        engine.actedOnBehalfOf(self.publisher)

    def _inputs(self) -> Any:
        facts = self.facts
        yield from ((file, role) for file, role in ((facts.master, "Master"), (facts.mask, "Mask")) if file)
        yield from ((file, "Reference") for file in facts.references)
        yield from ((file, "Weights") for file in (facts.making.weights if facts.making else ()))

    def _judge(self) -> None:
        study = self.facts.study
        assert study is not None  # noqa: S101  # the caller asked
        told = {PROV["type"]: self._term("BlindPanel"), PROV["label"]: study.title}
        activity = self.document.activity("work:study", None, _time(study.closed), told)
        panel = self.document.agent(
            "work:panel", {PROV["type"]: PROV["Organization"], PROV["label"]: f"Panel of {study.experts} experts"}
        )
        numbers = {"alpha": study.alpha, "total": study.total, "experts": study.experts}
        known = {self._term(name): value for name, value in numbers.items() if value is not None}
        result = self._file(FileFact(study.sha256, title="Result of the study"), "Result", known)
        activity.used(self.picture)
        result.wasGeneratedBy(activity)
        activity.wasAssociatedWith(panel)
        self.release.wasDerivedFrom(result)

    def _publish(self) -> None:
        facts = self.facts
        told: list[tuple[Any, Any]] = [(PROV["type"], self._term("Publication"))]
        told += [(self._term("check"), f"{check.name}: {check.outcome}") for check in facts.checks]
        activity = self.document.activity("work:publication", None, _time(facts.published), told)
        activity.used(self.picture)
        self.release.wasGeneratedBy(activity, time=_time(facts.published))
        self.release.wasDerivedFrom(self.picture)
        self.release.wasAttributedTo(self.publisher)
        activity.wasAssociatedWith(self.publisher)
        for number, approval in enumerate(facts.approvals, 1):
            kind: dict[Any, Any] = {PROV["type"]: PROV["Person"], PROV["label"]: approval.role}
            person = self.document.agent(f"work:approval-{number}", kind)
            signed = {PROV["role"]: self._term("approval"), self._term("at"): approval.at}
            activity.wasAssociatedWith(person, attributes=signed)

    def _file(self, file: FileFact, kind: str, more: dict[Any, Any] | None = None) -> Any:
        told: dict[Any, Any] = {PROV["type"]: self._term(kind), self._term("sha256"): file.sha256}
        told |= {PROV["label"]: file.title} if file.title else {}
        told |= {self._term("mediaType"): file.media_type} if file.media_type else {}
        name = f"file:{by_hash(file.sha256).removeprefix(FILES)}"
        return next(iter(self.document.get_record(name)), None) or self.document.entity(name, told | (more or {}))

    def _term(self, name: str) -> Any:
        return self.document.valid_qualified_name(f"lacuna:{name}")


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
