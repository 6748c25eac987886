"""Rows that state in a column of their own that they are no records: cancelled, budgeted, paid, fed into the grid.

Nothing else in such a row is odd, and read with the others it would count. It is a reject until params name it under
`skip_rows_where`, or the column is taken out of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carbon.core.text import fold
from carbon.records.kinds.faults import Problem
from carbon.records.rules.sheet import SKIP, Sheet

Flags = npt.NDArray[np.bool_]

_STATUS = "status|statut|etat|state|document status|booking status|trip status|ticket status|segment status|" \
          "reservation status|invoice status|statut de la reservation|statut reservation|statut facture|" \
          "statut du billet|statut billet|belegstatus|buchungsstatus|approval|validation"
_TYPE = "type|document type|doc type|transaction type|invoice type|entry type|record type|ticket type|" \
        "type de document|type de transaction|type d operation|type operation|type de piece|type piece|" \
        "type d ecriture|belegart|vorgangsart|move type"
_ANY_STATUS = re.compile(r".*\b(status|statut)\b.*|(freigabe|genehmigungs|zahlungs)status|estado|stato( .*)?")
"""Headings of states whatever they are of: "Approval status", "Statut de validation"."""


@dataclass(frozen=True)
class Mark:
    """Words of a column of types or states by which a row is no record."""

    kinds: frozenset[str]
    headings: frozenset[str]
    words: re.Pattern[str]
    problem: Problem
    beside: re.Pattern[str] | None = None
    """Words that other cells of the column must have for the mark to apply; None: no condition."""
    only: bool = False
    """No cell of the column may hold other words."""

    def heads(self, key: str) -> bool:
        """Return whether a column of this heading may hold the words."""
        return key in self.headings or (self.headings >= _names("status|statut") and bool(_ANY_STATUS.fullmatch(key)))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_WITHDRAWN = Problem("row_withdrawn", "the row states that it is cancelled, void or a draft, and may be no record",
                     SKIP)
_PAID = Problem("payment_row", "the row is the payment of an invoice by its type, and invoices are in other rows",
                SKIP)
_NOT_ACTUAL = Problem("row_not_actual", "the row is a budget or a forecast by its type", SKIP)
_FED_IN = Problem("not_consumption", "the row is energy produced or fed into the grid, and no consumption", SKIP)
_CANCELLED = r"(partially )?cancell?ed|cancellation|annule(e|es|s)?|annulation|voided|void|storniert|draft|brouillon" \
             r"|entwurf|rejected|rejetee?|refusee?|abgelehnt|deleted|supprimee?|anulad[oa]|annullat[oa]" \
             r"|superseded|replaced|obsolete|remplacee?|ersetzt" \
             r"|declined|denied|refused|not approved|non approuvee?|withdrawn|geannuleerd|anulowan[aey]|zrusen[aoy]" \
             r"|annullerad|makulerad|rechazad[oa]|rifiutat[oa]|afgekeurd|odrzucon[aey]"
_PRIVATE = Problem("row_private", "the row is a private journey or a commute by its purpose, and no business travel",
                   SKIP)
_ORDERED = Problem("order_row", "the row is an order or an offer by its type, and invoices are in other rows", SKIP)
_PART = Problem("part_row", "the row states that it is a part of another row", SKIP)
_STATE = Problem("meter_reading", "the row is the state of a meter by its type, and no consumption", SKIP)
_ROOMS = Problem("rooms_unread", "the row is of several rooms, and its nights may be those of one",
                 "write nights x rooms in `nights`, and take the column of rooms out of the file")
_TAXED = Problem("amount_with_tax", "the row states that its amount holds the tax, other amounts are without",
                 "write the amount without tax")
_INVOICES = re.compile(r"(vendor |supplier |purchase )?(bill|invoice)s?|factures?( .*)?|(eingangs)?rechnung(en)?"
                       r"|inv|fac")
_ABOVE_LINES = Problem("subtotal_suspected", "the row states that it sums up other rows", SKIP)
SUB_METER = Problem("sub_meter", "the row is a sub-meter, whose energy its main meter reads as well", SKIP)
_YES = r"yes|y|oui|o|ja|j|true|vrai|wahr|1|x|si"

MARKS = (
    Mark(frozenset(), _names("description|libelle|label|designation|intitule|category|categorie|bezeichnung|poste|item|"
                             "beschreibung|kategorie|buchungstext|descrizione|omschrijving"), re.compile(
        r"(dont|davon|darunter|of[ ]which|thereof|di cui|waarvan|de los cuales) .+"), _PART),
    Mark(frozenset(), _names(_STATUS), re.compile(_CANCELLED), _WITHDRAWN),
    Mark(frozenset(), _names("cancelled|canceled|is cancelled|void|voided|annule|annulee|storniert|cancelled y n"),
          re.compile(_YES), _WITHDRAWN),
    Mark(frozenset(), _names("replaced by|superseded by|corrected by|remplacee par|remplace par|annulee par|"
                             "ersetzt durch|storniert durch"), re.compile(r"(?!(no|non|nein|n|0|false|faux)$).+"),
         _WITHDRAWN),
    Mark(frozenset(["travel", "hotel_nights"]), _names(_TYPE), re.compile(
        _CANCELLED + "|refund(ed)?|rembourse(e|ment)?|erstattung|erstattet|exchanged?"), _WITHDRAWN),
    Mark(frozenset(["travel", "hotel_nights"]), _names(_STATUS),
          re.compile("refund(ed)?|rembourse(e|ment)?|erstattet|no ?show|exchanged"), _WITHDRAWN),
    Mark(frozenset(), _names("segment|segments|level|row type|line type|record type|type of line|type de ligne|niveau|"
                              "row level|ligne|line|zeilentyp|zeilenart|ebene"), re.compile(
        r"((sub|grand|sous|journey|trip|invoice) ?)?total|totaux|summary|gesamt|(zwischen)?summe|totale?"),
          _ABOVE_LINES),
    Mark(frozenset(["purchases"]), _names("line type|row type|record type|type of line|type de ligne|zeilentyp|level"),
          re.compile(r"header|invoice|entete|kopf(zeile)?|facture|document"), _ABOVE_LINES, beside=re.compile(
              r"items?|lines?|details?|positions?|lignes?|zeilen?|position(szeile)?|split")),
    Mark(frozenset(["travel"]), _names("purpose|trip purpose|travel purpose|journey purpose|reason|motif|objet|"
                                        "motif du deplacement|objet du deplacement|business or private|business private"
                                        "|private or business|pro perso|zweck|fahrtzweck|fahrtart|usage"), re.compile(
        r"private|personal|privee?|perso(nnel(le)?)?|privat(fahrt)?|leisure|loisirs?|prive|commut(e|ing)|home work"
        r"|(trajet )?domicile travail|arbeitsweg|wohnung arbeit(sstatte)?|woon werk(verkeer)?"), _PRIVATE),
    Mark(frozenset(["travel"]), _names("private|personal|private trip|personal trip|private use|trajet prive|privat"),
          re.compile(_YES), _PRIVATE),
    Mark(frozenset(["energy"]), _names("meter type|type of meter|meter level|meter category|meter class|meter role|"
                                        "type de compteur|type compteur|niveau|level|zahlertyp|zahlerart|type"),
          re.compile(r"sub ?meter(s|ed|ing)?|secondary( meter)?|check meter|sous compte(ur|urs|age)|decompteur"
                     r"|(compteur )?(divisionnaire|secondaire)|unterzahler|zwischenzahler"), SUB_METER,
          beside=re.compile(r"(main|fiscal|billing|utility|primary|grid|incoming|incomer|supply)( meter)?"
                            r"|(compteur )?(principal|general|primaire|de facturation)|hauptzahler|zahler")),
    Mark(frozenset(["purchases"]), _names(_TYPE), re.compile(
        r"(bill |vendor |supplier |invoice )?payments?( .*)?|reglements?( .*)?|paiements?( .*)?|zahlung(en)?|"
        r"zahlungsausgang"), _PAID, beside=_INVOICES),
    Mark(frozenset(["purchases"]), _names(_TYPE), re.compile(
        r"(purchase )?orders?|po|bons? de commande|commandes?|bestellung(en)?|quotes?|quotations?|devis|angebote?"
        r"|offers?|(purchase )?requisitions?|(invoice |facture )?pro ?forma( invoice)?|delivery notes?"
        r"|bons? de livraison|lieferscheine?"), _ORDERED, beside=_INVOICES),
    Mark(frozenset(["purchases"]), _names("ht ttc|ttc ht|net gross|gross net|net or gross|net brut|tax basis|"
                                          "amount type|type de montant|brutto netto|netto brutto|base"),
         re.compile(r"ttc|tvac|gross|brutto|brut|(incl(uding|usive|uded)?|with|avec)( of)?( vat| tva| tax| taxes)?"),
         _TAXED),
    Mark(frozenset(["purchases"]), _names("vat included|vat incl|tva incluse|tva comprise|tax included|tax inclusive|"
                                          "includes vat|inkl mwst|mwst enthalten|iva inclusa|iva incluido|incl btw"),
         re.compile(_YES), _TAXED),
    Mark(frozenset(["travel"]), _names("refunded|refund|rembourse|exchanged|echange|no show|noshow|erstattet"),
         re.compile(_YES), _WITHDRAWN),
    Mark(frozenset(["travel", "hotel_nights"]), _names(
        "cancellation date|cancelled on|canceled on|date of cancellation|date d annulation|annule le|stornodatum|"
        "refund date|refunded on|date de remboursement|rembourse le|void date"), re.compile(r".+"), _WITHDRAWN),
    Mark(frozenset(["travel"]), _names("rooms|number of rooms|nb rooms|no of rooms|chambres|nombre de chambres|"
                                       "nb chambres|zimmer|anzahl zimmer"), re.compile(r"[2-9]|[1-9]\d+"), _ROOMS),
    Mark(frozenset(["energy"]), _names(_TYPE + "|nature|grandeur|measure|value type|type de donnees|type de valeur|"
                                       "data type|reading type|werttyp"),
         re.compile(r"index|(meter )?readings?|releve d index|(zahler)?[s]tand|cumulative|cumule?"), _STATE,
         beside=re.compile(r"consommation|consumption|usage|verbrauch|consumo|verbruik|delta|difference|net|energy")),
    Mark(frozenset(), _names(_TYPE + "|scenario|version|year type|series|serie|data series|value type|data type|kpi|"
                             "indicator|indicateur|donnee|type de donnees|werttyp"), re.compile(
        r"targets?|objectifs?|cible|ziel(wert)?|soll|baseline|base year|n ?1|(previous|prior|last) year"
        r"|annee precedente|vorjahr|py|ly|reference|simulation"), _NOT_ACTUAL, beside=re.compile(
            r"actuals?|realisee?s?|real|reel(le)?s?|ist|n|(current|this) year|annee (en cours|courante)|cy|consumption"
            r"|consommation|measured|mesuree?s?")),
    Mark(frozenset(), _names(_TYPE + "|scenario|version|type de donnees|data type|value type|werttyp|amount type|"
                              "budget version|ledger type"), re.compile(
        r"budget(e|ed|s)?|forecast|plan(ned)?|prevision(nel|nelle|s)?|prevu|prognose|reforecast"), _NOT_ACTUAL),
    Mark(frozenset(["energy"]), _names("description|libelle|label|comment|comments|commentaire|remarks|remark|notes|"
                                        "designation|nature|poste|register|channel|kanal|bezeichnung|bemerkung"),
          re.compile(r"(.* )?(inject(ion|ee?s?|ed)|feed in|fed in(to)?|einspeisung|eingespeist|rucklieferung|exported"
                     r"|grid export|surplus (vendu|sold))( .*)?"), _FED_IN),
    Mark(frozenset(["energy"]), _names("obis|obis code|obis kennzahl|obis kennziffer|register|channel|kanal|zahlwerk"),
          re.compile(r"(.* )?2 8 \d+( \d+)?|ae|active export|export"), _FED_IN,
          beside=re.compile(r"(.* )?1 8 \d+( \d+)?|ai|active import|import")),
    Mark(frozenset(["energy"]), _names("sens|direction|flow direction|type de flux|energierichtung"), re.compile(
        r"injection|injecte(e|es)?|exported|export(ation)?|einspeisung|rucklieferung|feed in"), _FED_IN),
    Mark(frozenset(["energy"]), _names("sens|direction|flow|flow direction|flux|type de flux|type|type de donnees|"
                                        "data type|nature|grandeur|register|richtung|energierichtung"), re.compile(
        r"injection|injecte(e|es)?|exported|export(ation)?|production|produced|produite?|generation|einspeisung|"
        r"erzeugung|rucklieferung|feed in|surplus"), _FED_IN, only=True, beside=re.compile(
        r"soutirage|soutiree?|consommation|consommee?|consumption|consumed|import(ed|ation)?|bezug|entnahme|"
        r"verbrauch|withdrawal|drawn|delivered|usage")),
)


def flag_row_types(sheet: Sheet) -> None:
    """Add a fault for each row that counts for something and states by its type or status that it is no record."""
    for position, _, key in sheet.headed_columns:
        for mark in MARKS:
            if mark.heads(key) and (not mark.kinds or sheet.contract.kind in mark.kinds):
                sheet.fault_at(_marked(sheet, position, mark) & _counted(sheet), position, mark.problem)


def _counted(sheet: Sheet) -> Flags:
    """Return the rows that would add to a total: a refund, a negative number of trips, subtracts as it should."""
    column = sheet.counted_column
    counts = (sheet.table[column] != 0).to_numpy(dtype=bool) if column else np.ones(len(sheet), dtype=bool)
    for column in {"passengers", "trips"} & {*sheet.table.columns}:
        counts = counts & ~(sheet.table[column] < 0).to_numpy(dtype=bool)
    return counts


def _marked(sheet: Sheet, position: int, mark: Mark) -> Flags:
    hits = sheet.rows_stating(position, mark.words)
    if mark.beside is not None and hits.any():
        words = [fold(text) for text in sheet.body.columns[position].distinct().texts.to_pylist()]
        other_matches = [bool(mark.beside.fullmatch(w)) for w in words if w and not mark.words.fullmatch(w)]
        if not any(other_matches) or (mark.only and not all(other_matches)):
            return np.zeros(len(sheet), dtype=bool)
    return hits
