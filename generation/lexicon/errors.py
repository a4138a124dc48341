"""What can be wrong with a word list, and with a prompt; `str()` is one sentence for a person."""


class LexiconError(ValueError):
    """A data file of the lexicon, or a choice of terms, that cannot be used."""


class PromptError(ValueError):
    """A prompt that no picture can be made from."""
