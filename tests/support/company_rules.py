"""Rules of a company, and the rule that each of its purchases falls under."""

from __future__ import annotations

from carbon.activities import classify


def rule(name: str, when: dict, **given) -> dict:
    return {"id": name, "when": when, **given}


def rules_of(read, lines: list[dict], rules: list[dict], **given) -> list[str]:
    return classify(read(purchases=lines, rules=rules, **given)).activities["rule"].tolist()
