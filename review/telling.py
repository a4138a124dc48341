"""A result in plain sentences, in the language of the page; for people who read no p."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.desk.naming import engine_name
from portal.phrases import said
from portal.templatetags.lacuna import figure, p_value

SIGNIFICANT = 0.05
# by where the whole 95 % interval lies: above chance (1), below it (-1), or around it (0)
APART = {
    1: _lazy("The experts told authentic works from generated or restored ones better than chance"),
    0: _lazy("Nothing shows that the experts told authentic works from generated or restored ones"),
    -1: _lazy("The experts took generated or restored works for authentic more often than authentic ones"),
}
AUTHENTIC = {
    1: _lazy("Authentic works were taken for authentic more often than for a program’s"),
    0: _lazy("What was said of authentic works looks like guessing"),
    -1: _lazy("Authentic works were taken for a program’s more often than for authentic"),
}
GENERATED = {
    1: _lazy("Generated or restored works were seen through more often than they were taken for authentic"),
    0: _lazy("What was said of generated or restored works looks like guessing"),
    -1: _lazy("Generated or restored works were taken for authentic more often than they were seen through"),
}


def of_blinding(blinding: Mapping[str, Any]) -> list[str]:
    """Did blindness hold?"""
    panel = blinding["panel"]
    if panel["d_prime"] is None:
        reason = said(panel["reason"])
        told = _("Whether the experts told authentic works from the others cannot be computed: %(reason)s")
        return [told % {"reason": reason}, _recognised(blinding["recognised"])]
    figures = _("d′ %(value)s, 95 %% interval %(low)s to %(high)s") % _figures(panel["d_prime"], panel["d_prime_ci"])
    found = [_with(APART[_side(panel["d_prime_ci"])], figures), _pairs(panel["area"])]
    for kind, sentences in (("authentic", AUTHENTIC), ("generated", GENERATED)):
        index = panel[kind]
        figures = _("Bang’s index %(value)s, %(low)s to %(high)s") % _figures(index["index"], index["ci"])
        found.append(_with(sentences[_side(index["ci"])], figures))
    return [*found, _recognised(blinding["recognised"])]


def of_engines(engines: Mapping[str, Any]) -> list[str]:
    """Is any engine better than another on the same works?"""
    if not engines["means"]:
        return [_("No picture that was scored is by an engine.")]
    if not engines["groups"]:
        return [_("No two engines did the same work, so there is nothing to compare.")]
    return [sentence for group in engines["groups"] for sentence in _of_group(group)]


def _of_group(group: Mapping[str, Any]) -> list[str]:
    apart = [it for it in group["pairs"] if it["corrected"] is not None and it["corrected"] < SIGNIFICANT]
    found = [_friedman(group), *map(_pair, apart)]
    if not apart and any(it["p"] is not None for it in group["pairs"]):
        found.append(_("No two of them differ by more than chance explains, all pairs taken together."))
    return found


def _side(interval: list[float]) -> int:
    return 1 if interval[0] > 0 else -1 if interval[1] < 0 else 0


def _with(sentence: object, figures: str) -> str:
    return _("%(sentence)s (%(figures)s).") % {"sentence": sentence, "figures": figures}


def _figures(value: float, interval: list[float]) -> dict[str, str]:
    return {"value": figure(value), "low": figure(interval[0]), "high": figure(interval[1])}


def _pairs(area: float) -> str:
    told = _("Of an authentic and another picture, the authentic one looked the more authentic %(n)s times in 100.")
    return told % {"n": figure(100 * area, 0)}


def _recognised(count: int) -> str:
    if not count:
        return _("No expert recognised a work.")
    return ngettext(
        "Once an expert recognised a work; that sheet counts neither as blind scores nor here.",
        "%(n)d times an expert recognised a work; those sheets count neither as blind scores nor here.",
        count,
    ) % {"n": count}


def _friedman(group: Mapping[str, Any]) -> str:
    test = group["friedman"]
    words: dict[str, Any] = {"engines": listed(engine_name(name) for name in group["engines"]), "n": test["works"]}
    if test["p"] is None:
        words["reason"] = said(test["reason"])
        return _("Whether %(engines)s differ as a whole cannot be computed: %(reason)s") % words
    figures = _("Friedman’s test, p %(p)s") % {"p": _p(test["p"])}
    if test["p"] < SIGNIFICANT:
        return _with(_("%(engines)s differ on the %(n)d works that all of them have") % words, figures)
    return _with(_("On the %(n)d works that %(engines)s all have, no difference shows") % words, figures)


def _pair(it: Mapping[str, Any]) -> str:
    better, worse = (it["first"], it["second"]) if it["difference"] >= 0 else (it["second"], it["first"])
    words = {"better": engine_name(better), "worse": engine_name(worse), "n": it["works"]}
    sentence = _("%(better)s scored higher than %(worse)s on the %(n)d works of both") % words
    figures = {"points": figure(abs(it["difference"])), "p": _p(it["corrected"])}
    return _with(sentence, _("median difference %(points)s points, p %(p)s after Holm") % figures)


def _p(p: float) -> str:
    shown = p_value(p)
    return shown if shown.startswith("<") else f"= {shown}"


def listed(names: Iterable[str]) -> str:
    """Names in a row, as the language joins them."""
    *first, last = names
    between = "、" if (get_language() or "").startswith("zh") else ", "
    return _("%(names)s and %(last)s") % {"names": between.join(first), "last": last} if first else last
