"""The third duty, spiritual dignity: sacred images are recognised, never mirrored, shown with a consultant's word."""

from .gate import check, told
from .judging import directional, findings, judge_prompt

__all__ = ["check", "directional", "findings", "judge_prompt", "told"]
