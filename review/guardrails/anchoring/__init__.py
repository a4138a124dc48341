"""The first duty, cultural authenticity: whatever goes into a work is held to its period, school and technique."""

from .gate import check
from .judging import Anchor, anchor_in, anchor_of, judge_prompt, judge_reference

__all__ = ["Anchor", "anchor_in", "anchor_of", "check", "judge_prompt", "judge_reference"]
