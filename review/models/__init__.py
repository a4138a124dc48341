"""The rows of the review: what waits for a study, studies, panels, scores and results."""

from .nominations import Nomination
from .people import Conflict, Presentation, Seat
from .results import Disclosure, Result, Unblinding
from .scores import Argument, CalibrationRound, Deduction, Discussion, Revision, Score, Sheet
from .studies import DeductionTerm, Dimension, Example, Item, Level, Study, random_code

__all__ = [
    "Argument",
    "CalibrationRound",
    "Conflict",
    "Deduction",
    "DeductionTerm",
    "Dimension",
    "Disclosure",
    "Discussion",
    "Example",
    "Item",
    "Level",
    "Nomination",
    "Presentation",
    "Result",
    "Revision",
    "Score",
    "Seat",
    "Sheet",
    "Study",
    "Unblinding",
    "random_code",
]
