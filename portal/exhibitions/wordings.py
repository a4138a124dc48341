"""Sentences that several exports say, in English and Chinese, and the years of a period."""

from portal.exhibitions.facts import GENERATED, ORIGINAL, RESTORATION, Facts

ENGLISH, CHINESE = "en", "zh-Hans"
WHAT = {
    RESTORATION: {
        ENGLISH: "A digital hypothesis: where paint is lost, a machine painted what may have been there. The original "
        "is not altered.",
        CHINESE: "数字推想：在颜料缺失之处，由机器补绘可能的原貌；原作未作任何改动。",
    },
    GENERATED: {
        ENGLISH: "Painted by a machine from words. No original exists.",
        CHINESE: "由机器依据文字绘制，并无原作存在。",
    },
    ORIGINAL: {
        ENGLISH: "A photograph of the work as it is.",
        CHINESE: "作品现状的照片。",
    },
}


def what(facts: Facts, language: str = ENGLISH) -> str:
    """What the picture is, in one sentence."""
    return WHAT[facts.kind][language]


def conjecture(facts: Facts) -> str:
    """How much of the picture is conjecture, in English; empty where nothing is or nobody measured it."""
    if facts.kind != RESTORATION or facts.making is None or facts.making.invented is None:
        return ""
    return f"{facts.making.invented:.1%} of the picture is conjecture; everything else is the master photograph."


def year(number: int) -> str:
    """A year as ISO 8601 writes it: four digits, and a sign before the common era."""
    return f"{'-' if number < 0 else ''}{abs(number):04d}"


def finding(facts: Facts) -> str:
    """The panel's result in English; empty where there is none."""
    study = facts.study
    if study is None:
        return ""
    parts = [f"Judged blind by {study.experts} experts"]
    if study.total is not None:
        parts.append(f"weighted mean {study.total:.2f} of 5")
    if study.alpha is not None:
        interval = ""
        if study.alpha_low is not None and study.alpha_high is not None:
            interval = f" (95 % interval {study.alpha_low:.2f} to {study.alpha_high:.2f})"
        parts.append(f"Krippendorff's alpha {study.alpha:.2f}{interval}")
    return ", ".join(parts) + "."
