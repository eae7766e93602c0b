"""The languages there are, each with the few words and signs that numbers and lists need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """The few words and signs of a language that numbers and lists need."""

    name: str
    point: str
    thousands: str
    to: str
    both: str
    either: str
    more: str
    none: str
    unknown: str
    unknown_share: str
    infinity: str
    any_percentage: str
    day: str
    yes: str
    no: str
    checked: str
    untold: str
    about: str
    of_about: str
    before_sign: str


TONGUES = {
    "en": Tongue(
        name="English",
        point=".",
        thousands=",",
        to="to",
        both="and",
        either="or",
        more="{} more",
        none="none",
        unknown="unknown",
        unknown_share="an unknown share",
        infinity="infinity",
        any_percentage="any percentage",
        day="day",
        yes="yes",
        no="no",
        checked="checked",
        untold="cannot be told",
        about="about {}",
        of_about="{} of about {}",
        before_sign=" ",
    ),
    "fr": Tongue(
        name="français",
        point=",",
        thousands="\u202f",  # a narrow space that does not break a line
        to="à",
        both="et",
        either="ou",
        more="{} autres",
        none="aucun",
        unknown="inconnu",
        unknown_share="une part inconnue",
        infinity="l'infini",
        any_percentage="un pourcentage quelconque",
        day="jour",
        yes="oui",
        no="non",
        checked="vérifié",
        untold="ne peut être dit",
        about="environ {}",
        of_about="{} sur environ {}",
        before_sign="\u202f",
    ),
}
