"""The trace of ownership: the whole way from the photograph to the picture, verified step by step."""

from .gate import check
from .tracing import Step, trace

__all__ = ["Step", "check", "trace"]
