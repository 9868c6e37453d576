"""Gives every good write an Idempotency-Key of its own, so that it reaches what it is about."""

from itertools import count

import schemathesis

KEY = "Idempotency-Key"
numbers = count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    # A case that is meant to be refused stays as it is.
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    if case.headers and KEY in case.headers:
        case.headers[KEY] = f"key-{next(numbers)}"
