"""What a person did wrong, said in one sentence."""


class UserError(Exception):
    """A mistake of the person who asked; `str()` is one translated sentence for them.

    `field`: what it is about, where that is a field of forms and requests, such as "prompt"; else "". `link`: the page
    where a step is taken that helps; else "".
    Services raise it; forms show it, the API answers it as a problem (400), commands print it.
    """

    field = ""
    link = ""
