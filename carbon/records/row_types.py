"""
Rows that say in a column of their own that they are no records: cancelled, budgeted, paid, fed into the grid.

Nothing else in such a row is odd, and read with the others it would count. It is a reject until params say under
`skip_rows_where` that it is no record, or the column is taken out of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.words import fold
from carbon.records.contract import Contract
from carbon.records.faults import Problem, Warned
from carbon.records.fields import Context
from carbon.records.grids import Grid
from carbon.records.headings import Layout
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]

_STATUS = "status|statut|etat|state|document status|booking status|trip status|ticket status|segment status|" \
          "reservation status|invoice status|statut de la reservation|statut reservation|statut facture|" \
          "statut du billet|statut billet|belegstatus|buchungsstatus|approval|validation"
_TYPE = "type|document type|doc type|transaction type|invoice type|entry type|record type|ticket type|" \
        "type de document|type de transaction|type d operation|type operation|type de piece|type piece|" \
        "type d ecriture|belegart|vorgangsart|move type"
_ANY_STATUS = re.compile(r".*\b(status|statut)\b.*|(freigabe|genehmigungs|zahlungs)status|estado|stato( .*)?")
"""Headings of states whatever they are of: "Approval status", "Statut de validation"."""
_SKIP = "delete the row, or name it under `skip_rows_where` in the company's params"
MOST_TYPES = 500
"""Distinct words of a column beyond which it is no column of types."""


@dataclass(frozen=True)
class _Rule:
    kinds: frozenset[str]
    headings: frozenset[str]
    words: re.Pattern[str]
    problem: Problem
    beside: re.Pattern[str] | None = None
    """What other cells of the column must say for the words to mean this; None: nothing."""
    only: bool = False
    """No cell of the column may say anything else."""

    def heads(self, key: str) -> bool:
        """
        Whether a column of this heading says what the rule looks for.
        """
        return key in self.headings or (self.headings >= _names("status|statut") and bool(_ANY_STATUS.fullmatch(key)))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_WITHDRAWN = Problem("row_withdrawn", "the row says that it is cancelled, void or a draft, and may be no record", _SKIP)
_PAID = Problem("payment_row", "the row is the payment of an invoice by its type, and invoices stand in other rows",
                _SKIP)
_NOT_ACTUAL = Problem("row_not_actual", "the row is a budget or a forecast by its type", _SKIP)
_FED_IN = Problem("not_consumption", "the row is energy produced or fed into the grid, and no consumption", _SKIP)
_CANCELLED = r"(partially )?cancell?ed|cancellation|annule(e|es|s)?|annulation|voided|void|storniert|draft|brouillon" \
             r"|entwurf|rejected|rejetee?|refusee?|abgelehnt|deleted|supprimee?|anulad[oa]|annullat[oa]" \
             r"|declined|denied|refused|not approved|non approuvee?|withdrawn|geannuleerd|anulowan[aey]|zrusen[aoy]" \
             r"|annullerad|makulerad|rechazad[oa]|rifiutat[oa]|afgekeurd|odrzucon[aey]"
_PRIVATE = Problem("row_private", "the row is a private journey by its purpose, and no business travel", _SKIP)
_ABOVE_LINES = Problem("subtotal_suspected", "the row says that it sums up other rows", _SKIP)
SUB_METER = Problem("sub_meter", "the row is a sub-meter, whose energy its main meter reads as well", _SKIP)
_YES = r"yes|y|oui|o|ja|j|true|vrai|wahr|1|x|si"

_TAX = re.compile(r"(tva|vat|mwst|ust|umsatzsteuer|vorsteuer|iva|sales tax|input tax|input vat)"
                  r"( deductible| recuperable| recoverable)?( \d[\d ]*)?")

_RULES = (
    _Rule(frozenset(), _names(_STATUS), re.compile(_CANCELLED), _WITHDRAWN),
    _Rule(frozenset(), _names("cancelled|canceled|is cancelled|void|voided|annule|annulee|storniert|cancelled y n"),
          re.compile(_YES), _WITHDRAWN),
    _Rule(frozenset(["travel", "hotel_nights"]), _names(_TYPE), re.compile(
        _CANCELLED + "|refund(ed)?|rembourse(e|ment)?|erstattung|erstattet|exchanged?"), _WITHDRAWN),
    _Rule(frozenset(["travel", "hotel_nights"]), _names(_STATUS),
          re.compile("refund(ed)?|rembourse(e|ment)?|erstattet|no ?show|exchanged"), _WITHDRAWN),
    _Rule(frozenset(), _names("segment|segments|level|row type|line type|record type|type of line|type de ligne|niveau|"
                              "row level|ligne|line|zeilentyp|zeilenart|ebene"), re.compile(
        r"((sub|grand|sous|journey|trip|invoice) ?)?total|totaux|summary|gesamt|(zwischen)?summe|totale?"),
          _ABOVE_LINES),
    _Rule(frozenset(["purchases"]), _names("line type|row type|record type|type of line|type de ligne|zeilentyp|level"),
          re.compile(r"header|invoice|entete|kopf(zeile)?|facture|document"), _ABOVE_LINES, beside=re.compile(
              r"items?|lines?|details?|positions?|lignes?|zeilen?|position(szeile)?|split")),
    _Rule(frozenset(["travel"]), _names("purpose|trip purpose|travel purpose|journey purpose|reason|motif|objet|"
                                        "motif du deplacement|objet du deplacement|business or private|business private"
                                        "|private or business|pro perso|zweck|fahrtzweck|fahrtart|usage"), re.compile(
        r"private|personal|privee?|perso(nnel(le)?)?|privat(fahrt)?|leisure|loisirs?|prive"), _PRIVATE),
    _Rule(frozenset(["travel"]), _names("private|personal|private trip|personal trip|private use|trajet prive|privat"),
          re.compile(_YES), _PRIVATE),
    _Rule(frozenset(["energy"]), _names("meter type|type of meter|meter level|meter category|meter class|meter role|"
                                        "type de compteur|type compteur|niveau|level|zahlertyp|zahlerart|type"),
          re.compile(r"sub ?meter(s|ed|ing)?|secondary( meter)?|check meter|sous compte(ur|urs|age)|decompteur"
                     r"|(compteur )?(divisionnaire|secondaire)|unterzahler|zwischenzahler"), SUB_METER,
          beside=re.compile(r"(main|fiscal|billing|utility|primary|grid|incoming|incomer|supply)( meter)?"
                            r"|(compteur )?(principal|general|primaire|de facturation)|hauptzahler|zahler")),
    _Rule(frozenset(["purchases"]), _names(_TYPE), re.compile(
        r"(bill |vendor |supplier |invoice )?payments?( .*)?|reglements?( .*)?|paiements?( .*)?|zahlung(en)?|"
        r"zahlungsausgang"), _PAID, beside=re.compile(
        r"(vendor |supplier |purchase )?(bill|invoice)s?|factures?( .*)?|(eingangs)?rechnung(en)?")),
    _Rule(frozenset(), _names(_TYPE + "|scenario|version|type de donnees|data type|value type|werttyp|amount type|"
                              "budget version|ledger type"), re.compile(
        r"budget(e|ed|s)?|forecast|plan(ned)?|prevision(nel|nelle|s)?|prevu|prognose|reforecast"), _NOT_ACTUAL),
    _Rule(frozenset(["energy"]), _names("description|libelle|label|comment|comments|commentaire|remarks|remark|notes|"
                                        "designation|nature|poste|register|channel|kanal|bezeichnung|bemerkung"),
          re.compile(r"(.* )?(inject(ion|ee?s?|ed)|feed in|fed in(to)?|einspeisung|eingespeist|rucklieferung|exported"
                     r"|grid export|surplus (vendu|sold))( .*)?"), _FED_IN),
    _Rule(frozenset(["energy"]), _names("obis|obis code|obis kennzahl|obis kennziffer|register|channel|kanal|zahlwerk"),
          re.compile(r"(.* )?2 8 \d+( \d+)?|ae|active export|export"), _FED_IN,
          beside=re.compile(r"(.* )?1 8 \d+( \d+)?|ai|active import|import")),
    _Rule(frozenset(["energy"]), _names("sens|direction|flow direction|type de flux|energierichtung"), re.compile(
        r"injection|injecte(e|es)?|exported|export(ation)?|einspeisung|rucklieferung|feed in"), _FED_IN),
    _Rule(frozenset(["energy"]), _names("sens|direction|flow|flow direction|flux|type de flux|type|type de donnees|"
                                        "data type|nature|grandeur|register|richtung|energierichtung"), re.compile(
        r"injection|injecte(e|es)?|exported|export(ation)?|production|produced|produite?|generation|einspeisung|"
        r"erzeugung|rucklieferung|feed in|surplus"), _FED_IN, only=True, beside=re.compile(
        r"soutirage|soutiree?|consommation|consommee?|consumption|consumed|import(ed|ation)?|bezug|entnahme|"
        r"verbrauch|withdrawal|drawn|delivered|usage")),
)


def flag_row_types(table: pd.DataFrame, body: Grid, layout: Layout, contract: Contract, context: Context) -> None:
    """
    A fault for each row that counts for something and says by its type or status that it is no record; a warning of
    purchases that are a tax.
    """
    measure = contract.measure[0]
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        key = heading_key(heading)
        for rule in _RULES:
            if rule.heads(key) and (not rule.kinds or contract.kind in rule.kinds):
                found = _saying(body, position, rule) & _counting(table, measure)
                rows = np.flatnonzero(found)
                if len(rows):
                    said = body.columns[position].take(rows).text.cast("string").to_pandas()
                    context.faults.add(rows, heading, rule.problem, said)
    if contract.kind == "purchases":
        _warn_of_taxes(table, context)


def _warn_of_taxes(table: pd.DataFrame, context: Context) -> None:
    words = {w for w in table["category"].unique() if _TAX.fullmatch(fold(w))}
    if not words:
        return
    taxes = table["category"].isin(words) & (table["amount"] != 0)
    if taxes.any():
        context.warnings.append(Warned("tax_row", f"{context.name}: {int(taxes.sum()):,} rows are a tax by their "
                                       f"category, e.g. {min(words)!r}; what is recovered is no purchase"))


def _counting(table: pd.DataFrame, measure: str) -> Flags:
    """
    Rows that would add to a total: a refund of a trip, by a negative number of it, takes off as it should.
    """
    counts = np.ones(len(table), dtype=bool) if not measure else (table[measure] != 0).to_numpy(dtype=bool)
    for column in {"passengers", "trips"} & {*table.columns}:
        counts = counts & ~(table[column] < 0).to_numpy(dtype=bool)
    return counts


def _saying(body: Grid, position: int, rule: _Rule) -> Flags:
    distinct = body.columns[position].distinct()
    if len(distinct.texts) > MOST_TYPES:
        return np.zeros(len(body), dtype=bool)
    words = [fold(t) for t in distinct.texts.to_pylist()]
    said = np.array([bool(rule.words.fullmatch(w)) for w in words], dtype=bool)
    if not said.any():
        return np.zeros(len(body), dtype=bool)
    if rule.beside is not None:
        others = [w for w, hit in zip(words, said.tolist(), strict=True) if w and not hit]
        beside = [bool(rule.beside.fullmatch(w)) for w in others]
        if not any(beside) or (rule.only and not all(beside)):
            return np.zeros(len(body), dtype=bool)
    return said[distinct.codes]
