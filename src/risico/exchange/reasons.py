"""Why a proposal is not sure, in words for the person who must decide."""

from __future__ import annotations

from risico.words import Language, pick

_REASONS = {
    "mixed": {
        "nl": "Een deel van de antwoorden staat er in woorden, een deel in getallen. Kijk of de getallen "
        "zo tellen als op het formulier.",
        "en": "Some answers are in words and some in numbers. Check that the numbers count as on the form.",
    },
    "odd": {
        "nl": "{} andere waarde(n) horen bij geen antwoord en blijven ongeldig; `check` wijst de kolommen aan. De rest "
        "is gevonden.",
        "en": "{} other value(s) belong to no answer and stay illegal; `check` points out the columns. The rest was "
        "found.",
    },
    "at_moment": {
        "nl": "Bij {}: {}",
        "en": "At {}: {}",
    },
    "labels": {
        "nl": "De labels in het bestand zeggen wat elke code betekent.",
        "en": "The labels in the file say what each code means.",
    },
    "shift": {
        "nl": "Het bestand lijkt een andere telling te hebben ({}). Dat staat nergens in het bestand: leg het "
        "formulier ernaast. Een verkeerde telling verschuift elke score.",
        "en": "The file seems to count differently ({}). Nothing in the file says so: compare with the form. A "
        "wrong count moves every score.",
    },
    "maybe_from_one": {
        "nl": "Nergens staat een 0. Zo ziet een bestand eruit waarin vanaf 1 is geteld, of waarin alleen is "
        "aangekruist wat waar is. Leg het formulier ernaast.",
        "en": "There is no 0 anywhere. A file counted from 1, or in which only what is true was ticked, looks like "
        "this. Compare with the form.",
    },
    "maybe_from_zero": {
        "nl": "De hoogste code komt nergens voor. Zo ziet een bestand eruit waarin vanaf 0 is geteld. Leg het "
        "formulier ernaast.",
        "en": "The highest code does not occur. A file counted from 0 looks like this. Compare with the form.",
    },
    "one_two": {
        "nl": "Er staan alleen 1 en 2. Wat ja is en wat nee zegt het bestand niet: vul 0 of 1 in.",
        "en": "There are only 1 and 2. The file does not say which is yes and which is no: fill in 0 or 1.",
    },
    "missing_code": {
        "nl": "De code {} hoort niet bij dit formulier en betekent vaak 'niet ingevuld' of 'onbekend', maar het "
        "bestand zegt dat niet.",
        "en": "The code {} is not on this form and often means 'no answer' or 'unknown', but the file does not say so.",
    },
    "illegal": {
        "nl": "Andere codes horen niet bij dit formulier en blijven ongeldig.",
        "en": "Other codes are not on this form and stay illegal.",
    },
    "labels_against": {
        "nl": "De labels in het bestand zeggen iets anders over de codes {}. Leg het formulier ernaast: omgekeerde "
        "codes keren elke score om.",
        "en": "The labels in the file say something else about the codes {}. Compare with the form: codes that are "
        "turned around turn every score around.",
    },
    "labels_differ": {
        "nl": "Niet elke kolom geeft de codes {} hetzelfde label. Misschien is een deel van de vragen omgekeerd "
        "gesteld of al omgepoold.",
        "en": "Not every column gives the codes {} the same label. Some of the items may be worded the other way round "
        "or reversed already.",
    },
    "labels_unread": {
        "nl": "De labels van de codes {} zijn niet herkend. Kijk of elke code hetzelfde antwoord is als op het "
        "formulier.",
        "en": "The labels of the codes {} were not recognised. Check that each code is the same answer as on the form.",
    },
    "numbers": {
        "nl": "In sommige labels staat meer dan één getal; het eerste is voor het vraagnummer gehouden. Kijk elke "
        "regel na.",
        "en": "Some labels hold more than one number; the first was taken for the number of the item. Check every "
        "line.",
    },
    "order": {
        "nl": "Alleen de nummers passen: {} kolommen op een rij. Kijk of ze bij dit formulier horen.",
        "en": "Only the numbers fit: {} columns in a row. Check that they belong to this form.",
    },
    "likeness": {
        "nl": "Gevonden doordat labels op onze korte omschrijving lijken. Kijk elke regel na.",
        "en": "Found because labels look like our short descriptions. Check every line.",
    },
    "words": {
        "nl": "Gevonden doordat namen van kolommen op een woord van onze korte omschrijving lijken. Kijk elke regel "
        "na.",
        "en": "Found because names of columns look like a word of our short descriptions. Check every line.",
    },
    "fill_in": {
        "nl": "Niets is gevonden. Vul bij elke vraag de naam van de kolom in en haal weg wat het bestand niet heeft.",
        "en": "Nothing was found. Fill in the column of each item and take out what the file does not have.",
    },
    "no_number": {
        "nl": "Kolom {} (`{}`): {} waarde(n) zijn geen getal. Schrijf de leeftijd in jaren, of laat de cel leeg.",
        "en": "Column {} (`{}`): {} value(s) are no number. Write the age in years, or leave the cell blank.",
    },
    "recoded": {
        "nl": "De namen eindigen op '_{}'. Dat betekent vaak dat een kolom al is omgepoold; dan zou het twee keer "
        "gebeuren.",
        "en": "The names end in '_{}'. That often means a column was already reversed; it would then happen twice.",
    },
    "several": {
        "nl": "Voor item {} passen meer kolommen; de eerste is genomen.",
        "en": "More than one column fits item {}; the first was taken.",
    },
    "shared": {
        "nl": "Dezelfde kolommen staan ook bij {}.",
        "en": "The same columns are also used for {}.",
    },
    "context": {
        "nl": "Niet elke waarde in de kolom is herkend. Vul aan wat ontbreekt; zonder dat is er geen niveau.",
        "en": "Not every value in the column was recognised. Fill in what is missing; without it there is no level.",
    },
    "not_found": {
        "nl": "{}: geen kolom gevonden.",
        "en": "{}: no column found.",
    },
    "items_absent": {
        "nl": "{}: geen kolom voor item {}. Die items tellen als leeg.",
        "en": "{}: no column for item {}. Those items count as blank.",
    },
    "context_absent": {
        "nl": "{}: `{}` staat niet in het bestand. Zonder is er geen niveau waar het nodig is. Geldt één waarde "
        "voor alle formulieren, zet dan in de kaart: context: {{{}: {{value: …}}}} ({}).",
        "en": "{}: `{}` is not in the file. Without it there is no level where it is needed. If one value holds for"
        " all forms, write in the map: context: {{{}: {{value: …}}}} ({}).",
    },
    "illegal_codes": {
        "nl": "{}: {} waarde(n) horen bij geen antwoord ({}). Ze blijven ongeldig: `check` wijst ze aan.",
        "en": "{}: {} value(s) belong to no answer ({}). They stay illegal: `check` points them out.",
    },
    "two_keys": {
        "nl": "Meer kolommen kunnen `{}` zijn: {}. De eerste is genomen.",
        "en": "More than one column could be `{}`: {}. The first was taken.",
    },
    "no_key": {
        "nl": "Geen kolom met een casus- of persoonsnummer gevonden. Scoren kan zonder; koppelen en herhalen niet.",
        "en": "No column with a case or person number was found. Scoring works without; linking and repeating does "
        "not.",
    },
    "no_moment": {
        "nl": "Een deel van de kolommen noemt geen moment; die zijn bij {} gezet.",
        "en": "Some of the columns name no moment; they were put at {}.",
    },
    "moments": {
        "nl": "De momenten {} staan naast elkaar; elk wordt een eigen rij.",
        "en": "The moments {} stand side by side; each becomes a row of its own.",
    },
}


def reason(name: str, language: Language, *parts: str) -> str:
    """Return a reason in the language asked for, with its parts filled in.

    >>> reason("not_found", "en", "sdq")
    'sdq: no column found.'
    """
    return pick(_REASONS[name], language).format(*parts)
