"""Purchases that no rule knows: two of hosting, a refund of various things."""

HOSTING = {"supplier": "Nuage SARL", "account": "613500", "category": "IT", "description": "Hébergement mars"}
LINES = [
    {**HOSTING, "amount": 70.0},
    {**HOSTING, "amount": 20.0},
    {"supplier": "Zut", "account": "658000", "category": "", "description": "divers", "amount": -10.0},
]
