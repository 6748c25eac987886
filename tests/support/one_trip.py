"""One trip of a company: the activity that it becomes, or the code that refuses it."""

from __future__ import annotations

from carbon.activities import classify


def one(read, line: dict, **given):
    result = classify(read(travel=[line], **given))
    assert result.ledger.empty, result.ledger[["code", "reason"]]
    return result.activities.iloc[0]


def refusal(read, line: dict, **given) -> str:
    result = classify(read(travel=[line], **given))
    assert result.activities.empty
    assert result.ledger[["reason", "what_to_do"]].ne("").all(axis=None)
    return result.ledger["code"].item()
