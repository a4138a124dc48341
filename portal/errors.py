"""What a person did wrong, said in one sentence."""


class UserError(Exception):
    """A mistake of the person who asked; `str()` is one translated sentence for them.

    Services raise it; forms show it, the API answers it as a problem (400), commands print it.
    """
