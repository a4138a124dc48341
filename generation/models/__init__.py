"""Rows of the app: captions that people validate, and paintings made from words over rounds."""

from generation.models.captions import HIGHEST, LOWEST, Arbitration, CaptionSample, CaptionScore, ScoreField
from generation.models.rounds import Painting, Round

__all__ = [
    "HIGHEST",
    "LOWEST",
    "Arbitration",
    "CaptionSample",
    "CaptionScore",
    "Painting",
    "Round",
    "ScoreField",
]
