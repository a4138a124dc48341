class CredentialError(Exception):
    """A file cannot be signed or marked; `str()` is one English sentence for the operator."""
