"""Persons as keyed hashes; their salt is a secret of the environment that reaches the reader and nothing shown."""

from __future__ import annotations

import hashlib
import hmac
import os

from carbon.core.errors import UsageError

SALT = "CARBON_SALT"
LEAST = 16
"""Characters: a short salt is tried out in minutes, and every name of a staff list with it."""
_kept: list[str] = []


def keep_salt() -> None:
    """Take the salt out of the environment of this process: a notebook that shows its environment shows no salt."""
    _kept[:] = [os.environ.pop(SALT, "")]


def pseudonym(person: str) -> str:
    """Return a person's name or number as a keyed hash [16 hex digits]; nobody without the salt can try names on it.

    Raises UsageError: There is no salt, or it is shorter than 16 characters.
    """
    salt = (_kept or [os.environ.get(SALT, "")])[0]
    if len(salt) < LEAST:
        lack = f"its salt has {len(salt)} characters, fewer than {LEAST}" if salt else "there is no salt"
        raise UsageError(f"The traveller column is asked for, and {lack}",
                         hint=f"set the environment variable {SALT} to a random text of {LEAST} characters or more (it "
                              "does not reach --isolated runs), or take `traveller` out of `columns` in params")
    return hmac.new(salt.encode(), person.casefold().encode(), hashlib.sha256).hexdigest()[:16]
