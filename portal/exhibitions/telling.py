"""A finding in plain sentences, in the language of the reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.exhibitions.checking import MASTER, PICTURE, SAME, SIGNED, Finding
from portal.exhibitions.credentials import Action, Ingredient, Report

GOOD, PLAIN, WARNING, BAD = "success", "", "warning", "error"  # classes of a notice


@dataclass(frozen=True)
class Verdict:
    """tone: how a notice looks. head: a few words. sentence: what they mean."""

    tone: str
    head: str
    sentence: str


def verdict(finding: Finding) -> Verdict:
    """What to think of the file, above all else."""
    report = finding.report
    if report.state == "invalid":
        return Verdict(
            BAD,
            _("Changed"),
            _("The file was changed after it was signed, or its seal is broken. Trust nothing it says of itself."),
        )
    if report.state == "none":
        return _unsigned(finding)
    if finding.test:
        words = _("The file is as it was signed, but by a test certificate, which proves nothing about who signed it.")
        return Verdict(WARNING, _("Unchanged, signed for a test"), words)
    if report.trusted:
        words = _("The file is exactly as %(signer)s signed it; nothing in it was changed since.")
        return Verdict(GOOD, _("Genuine"), words % {"signer": report.signer})
    words = _("The file is as it was signed, but this site does not know “%(signer)s”; anybody can choose a name.")
    return Verdict(WARNING, _("Unchanged, signer unknown"), words % {"signer": report.signer or report.issuer})


def _unsigned(finding: Finding) -> Verdict:
    if finding.release:
        words = _("The file carries no credentials, but it is byte for byte a file of this site.")
        return Verdict(GOOD, _("Known here"), words)
    words = _("The file carries no credentials. That makes it neither true nor false: many programs drop them.")
    return Verdict(PLAIN, _("No credentials"), words)


def belongs(finding: Finding) -> str:
    """What the file is to this site; empty where it is nothing."""
    if finding.withdrawn:
        return _("This site published it once and has withdrawn it.")
    return {
        SAME: _("It is, byte for byte, the file that visitors of this site download."),
        PICTURE: _("It is the very file that this site keeps of the picture."),
        MASTER: _("It is the master photograph that this picture was made from."),
        SIGNED: _("It is a file that this site made of the picture."),
    }.get(finding.how, "")


def machine(report: Report) -> str:
    """Whether a machine made any of the picture, as far as the file says; empty where it does not say."""
    source = report.source
    if source == "compositeWithTrainedAlgorithmicMedia":
        return _("It says: a machine made part of this picture. Where paint is lost, it is conjecture.")
    if source == "trainedAlgorithmicMedia":
        return _("It says: a machine made this picture. No original exists.")
    if report.by_machine:
        return _("It is marked as made by a machine, in whole or in part.")
    if source in ("digitalCapture", "negativeFilm", "positiveFilm", "print"):
        return _("It says: a photograph of something real. No machine invented any of it.")
    return ""


ACTIONS = {
    "c2pa.opened": lambda: _("Opened"),
    "c2pa.created": lambda: _("Created"),
    "c2pa.edited": lambda: _("Edited"),
    "c2pa.edited.metadata": lambda: _("Label added"),
    "c2pa.published": lambda: _("Published"),
    "c2pa.converted": lambda: _("Converted"),
    "c2pa.color_adjustments": lambda: _("Colours changed"),
    "c2pa.cropped": lambda: _("Cropped"),
    "c2pa.resized": lambda: _("Resized"),
    "c2pa.placed": lambda: _("Something placed in it"),
    "c2pa.transcoded": lambda: _("Converted"),
}
RELATIONS = {
    "parentOf": lambda: _("Made from"),
    "componentOf": lambda: _("Contains"),
    "inputTo": lambda: _("Used"),
}
WORDS = {  # what our own manifests say, in English as they stand in the file
    "Master photograph of the painting": lambda: _("Master photograph of the painting"),
    "Master photograph": lambda: _("Master photograph"),
    "Mask of the damage: nothing outside it was changed": lambda: _(
        "Mask of the damage: nothing outside it was changed"
    ),
    "Style reference": lambda: _("Style reference"),
    "Weights of the engine": lambda: _("Weights of the engine"),
    "Painted by a machine from words": lambda: _("Painted by a machine from words"),
    "Lost places painted by a machine": lambda: _("Lost places painted by a machine"),
    "A visible label was added beneath the picture": lambda: _("A visible label was added beneath the picture"),
}


def spoken(text: str) -> str:
    """A sentence of our own manifests in the reader's language; anybody else's as it is."""
    words, colon, share = text.partition(": ")
    if text not in WORDS and words in WORDS and colon:
        return f"{WORDS[words]()} ({share.removesuffix(' of the picture')})"
    return WORDS[text]() if text in WORDS else text


@dataclass(frozen=True)
class Row:
    """One thing done or used: what, more of it, and when or which hash."""

    what: str
    words: str
    detail: str = ""


def when(text: str) -> str:
    """A moment as a file writes it, as a page writes it; anything else as it is."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return text
    pattern = pgettext("date format", "j M Y, H:i") + " \\U\\T\\C"
    return date_format(moment.astimezone(UTC), pattern)


def actions(report: Report) -> list[Row]:
    """What was done, in its order."""
    return [_action(action) for action in report.actions]


def ingredients(report: Report) -> list[Row]:
    """What it was made from."""
    return [_ingredient(one) for one in report.ingredients]


def _action(action: Action) -> Row:
    what = ACTIONS[action.name]() if action.name in ACTIONS else action.name
    words = ": ".join(filter(None, (action.agent, spoken(action.description))))
    return Row(what, words, when(action.when))


def _ingredient(one: Ingredient) -> Row:
    what = RELATIONS[one.relationship]() if one.relationship in RELATIONS else one.relationship
    return Row(what, spoken(one.description or one.title), one.sha256)


def sentences(finding: Finding) -> Iterator[str]:
    """Everything there is to say, for programs and a terminal."""
    found = verdict(finding)
    yield f"{found.head}. {found.sentence}"
    for sentence in (belongs(finding), machine(finding.report)):
        if sentence:
            yield sentence
