"""Words that mark a row as a total of other rows, or as a balance carried from elsewhere, in ten languages."""

from __future__ import annotations

import re

_TOTALS = "total|totals|totaux|subtotal|sum|somme|solde|summe|gesamt|suma|totale|totali|totaal|subtotaal|razem|" \
          "summa|saldo|celkem|soucet|součet|yhteensa|totalt|i alt|sammanlagt|osszesen|omslutning" \
          "|toplam|genel toplam|συνολο|γενικο συνολο" \
          "|ukupno|skupaj|spolu|kokku|итого|всего|合計|総計|小計"
"""Words for a total: English, French, German, Spanish, Italian, Dutch, Polish, Czech, Nordic, Hungarian, Turkish,
Greek, Croatian, Slovene, Slovak, Estonian, Russian, Japanese.
"""
_ALONE = r"gesamtsumme|gesamtbetrag|gesamtergebnis|zwischensumme|endsumme|eindtotaal|subtotale|sumatotal"
_MEANS = r"average|mean|moyenne|durchschnitt|mittelwert|promedio|gemiddelde|median|mediane"
WORD = rf"(?i)\b(?:sub-?)?(?:{_TOTALS}|{_ALONE}|result|résultat|ergebnis)\b|^\s*\*+\s*$" \
       r"|^\s*(?:all|tous|toutes|ensemble|alle|todos|tutti|group|groupe|gruppe|konzern|grupo|gruppo)\b" \
       r"|balance|report|übertrag|vortrag|nouveau|reprise|bilans|przeniesienia|riporto|riportare|eroffnung|eröffnung" \
       r"|anfangsbestand|y sigue|yhteens|sszesen|omslutning|σύνολο|saldo\b|bakiye|egyenleg|zustatek" \
       r"|average|moyenne|durchschnitt|mittelwert|promedio|gemiddeld|^\s*m[eé]dian|^\s*mean\b|\b[bc]/f"
"""What a cell must hold to be looked at: a coarse net for all the patterns below."""
NOTHING_ELSE = re.compile(
    rf"(((grand |sub |sous |s )?({_TOTALS})( (general|ht|ttc|generale|geral|complessivo|parcial))?|{_ALONE})( \w+)?)"
    rf"|.+ (result|resultat|ergebnis|total)|{_MEANS}")
BEGINS = re.compile(rf"(grand |sub |sous )?({_TOTALS}|gesamt\w*|{_ALONE})\b.*")
NEVER_A_NAME = re.compile(r"(grand|sub|sous) ?totals?|(total|totale) general|total geral|totale complessivo"
                          rf"|sum total|{_ALONE}|subtotaal|{_MEANS}")
EVERYTHING = re.compile(r"(all|tous|toutes( les)?|tous les|ensemble des|alle|todos los|tutti i) (the )?(sites?|"
                        r"standorte|locations|buildings|batiments|etablissements|meters|compteurs|sedi|sitios)"
                        r"|(the )?(whole )?group|groupe|gruppe|konzern|grupo|gruppo")
"""Names of all sites together."""

_AT = r"( (au|as at|as of|at|on|per|zum|al|del|du|vom) [\d ]+| [\d ]+)?"
BALANCE = re.compile(
    r"((opening|closing|starting|ending|previous|initial|final) balance|balance (as at|as of|per)"
    r"|(balance )?(brought|carried) (forward|down|over)|balance ([bc] f(wd)?|[bc] d)|[bc] f(wd)?"
    r"|solde (initial|d ouverture|de cloture|d ouverture de l exercice|anterieur|precedent|reporte|a reporter|a nouveau"
    r"|au)|reprise (de |du |des )?(solde|balance|a nouveaux?)s?|report a nouveau|a nouveaux?|a reporter"
    r"|report (du )?solde|report (de la )?page( precedente)?"
    r"|ubertrag|saldo ?(vortrag|ubertrag)|anfangs(bestand|saldo)|(eroffnungs|schluss|end)saldo|eroffnungsbilanz"
    r"|saldo (inicial|final|anterior|iniziale|finale|precedente|di apertura|di chiusura)|suma y sigue|suma anterior"
    r"|riporto|a riportare|(begin|eind|openings)saldo|saldo (poczatkowe|koncowe)|bilans otwarcia"
    r"|(do|z) przeniesienia|(inn?gaende|utgaende) (balans|saldo)|(primo|ultimo|alku|loppu)saldo"
    r"|(nyito|zaro) egyenleg|(pocatecni|konecny) (zustatek|stav)|(devreden|acilis|kapanis) bakiye(si)?)" + _AT)
"""A balance carried from another page or year. A bare "solde" is no such: it is also the rest of an invoice."""
CARRIED = re.compile(r"report|vortrag|transport")
"""Words for a sum carried on, which mean something else in a whole record: a report, a lecture, freight."""
