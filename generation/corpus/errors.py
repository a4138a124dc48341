"""What can be wrong with a corpus."""


class CorpusError(ValueError):
    """A folder, table or setting that no corpus can be made from; `str()` is one sentence for a person."""
