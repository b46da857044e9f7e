"""Official keys of German places: AGS and ARS (regional key) in their various lengths."""

_STATES = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
_LENGTHS = frozenset({5, 8, 9, 12})
_CITY_STATES = frozenset({"02", "04011", "11"})


def state_of(key: str) -> str:
    """Return the code of the state that a key belongs to; raises KeyError if there is no such state."""
    return _STATES[key[:2]]


def is_official(key: str) -> bool:
    """Return whether `key` has the form of a municipality, district or association in an existing state."""
    return key.isascii() and key.isdigit() and len(key) in _LENGTHS and key[:2] in _STATES


def city_kind(key: str) -> str:
    """Return the kind of a city outside any district: Berlin, Bremen and Hamburg are states, Bremerhaven is not."""
    return "city_state" if {key[:2], key[:5]} & _CITY_STATES else "independent_city"


def shortest(key: str) -> str:
    """Return the comparable form: 5 digits for districts and their cities, 9 for associations, 8 for the rest."""
    digits = "".join(key.split())
    if len(digits) == 12:
        digits = digits[:9] if digits[9:] == "000" and digits[5:9] != "0000" else digits[:5] + digits[9:]
    return digits[:5] if len(digits) == 8 and digits.endswith("000") else digits
