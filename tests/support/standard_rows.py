"""A row of each kind below standard headings."""

STANDARD = {
    "purchases": {"date": "2024-03-13", "company": "Acme", "supplier": "Paper Mill", "category": "paper",
                  "amount": "10.25", "currency": "EUR", "description": "reams"},
    "energy": {"period_start": "2024-01-01", "period_end": "2024-01-31", "company": "Acme", "site": "Lyon",
               "country": "FR", "carrier": "electricity", "quantity": "1000", "unit": "kWh"},
    "travel": {"date": "2024-03-13", "company": "Acme", "mode": "rail", "origin": "Paris", "destination": "Lyon",
               "distance": "430", "distance_unit": "km", "cabin_class": "economy", "passengers": "1", "trips": "1"},
}
