"""What is known of a work on show, as one frozen value: credentials and exports are made from it, and from it alone.

Plain Python. Everything here is meant for the public: no names of people who work here, no private addresses.
Dates are ISO 8601; hashes are SHA-256 in hexadecimal; a text that is not known is empty.
"""

from dataclasses import dataclass

RESTORATION, GENERATED, ORIGINAL = "restoration", "generated", "original"


@dataclass(frozen=True)
class FileFact:
    """A file by its hash. media_type: as in "image/png". width, height: pixels of the upright picture."""

    sha256: str
    media_type: str = ""
    title: str = ""
    width: int = 0
    height: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class PeriodFact:
    """A dynasty or period and its years; years before the common era are negative, `end` None where it goes on."""

    name_en: str
    name_zh: str
    start: int
    end: int | None


@dataclass(frozen=True)
class WorkFact:
    """What the catalogue says of the painting itself. rights: the URI of its statement. accession: its number."""

    title_en: str
    title_zh: str = ""
    maker: str = ""
    period: PeriodFact | None = None
    date_text: str = ""
    school: str = ""
    category: str = ""
    technique: str = ""
    medium: str = ""
    subjects: tuple[str, ...] = ()
    height_mm: int | None = None
    width_mm: int | None = None
    holder: str = ""
    accession: str = ""
    credit: str = ""
    rights: str = ""
    collection: str = ""
    sacred: bool = False


@dataclass(frozen=True)
class MakingFact:
    """How the picture was made by an engine. weights: hashes of what it was trained to; one name each, or none.

    invented: the share of the picture that is conjecture, 0 to 1; None where nobody measured it.
    """

    engine: str
    engine_title: str
    weights: tuple[FileFact, ...] = ()
    prompt: str = ""
    seed: int | None = None
    started: str = ""
    ended: str = ""
    invented: float | None = None


@dataclass(frozen=True)
class StudyFact:
    """What a blind panel found. sha256: of its result. alpha: Krippendorff's with its interval. total: of 1 to 5."""

    title: str
    sha256: str
    experts: int
    alpha: float | None = None
    alpha_low: float | None = None
    alpha_high: float | None = None
    total: float | None = None
    closed: str = ""
    uri: str = ""


@dataclass(frozen=True)
class CheckFact:
    """One guardrail's verdict. outcome: passed, blocked or not_needed."""

    name: str
    outcome: str
    reason: str
    at: str = ""


@dataclass(frozen=True)
class ApprovalFact:
    """That somebody in a role approved exactly this content."""

    role: str
    at: str


@dataclass(frozen=True)
class Facts:
    """A work as it is shown. kind: restoration, generated or original. uri: its address for ever. version: of a release

    content: the hash that every approval is bound to. publisher: who runs the site; publisher_id: as China's rule on
    labels wants it, the publisher's number (or its name). picture: the file shown, as sealed here.
    """

    kind: str
    uri: str
    identifier: str
    version: int
    content: str
    published: str
    publisher: str
    work: WorkFact
    picture: FileFact
    publisher_id: str = ""
    publisher_uri: str = ""
    master: FileFact | None = None
    mask: FileFact | None = None
    references: tuple[FileFact, ...] = ()
    making: MakingFact | None = None
    study: StudyFact | None = None
    checks: tuple[CheckFact, ...] = ()
    approvals: tuple[ApprovalFact, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in (RESTORATION, GENERATED, ORIGINAL):
            raise ValueError(f"There is no kind of work called {self.kind}.")
        if self.kind != ORIGINAL and self.making is None:
            raise ValueError("A picture that an engine made says how it was made.")
        if self.kind == RESTORATION and self.master is None:
            raise ValueError("A restoration names its master.")

    @property
    def by_machine(self) -> bool:
        """Whether any of the picture was made by an engine."""
        return self.kind != ORIGINAL

    @property
    def title(self) -> str:
        return self.work.title_en or self.work.title_zh
