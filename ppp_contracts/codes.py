"""The finding codes and how loud each is. The words stand in `law/messages.yaml`, in three languages."""

from __future__ import annotations

from .model import Finding, Place, Severity

E, W, A = Severity.ERROR, Severity.WARNING, Severity.ADVICE

# code -> severity. Severities that depend on the obligation (3xx) are given where the finding is made.
CODES: dict[str, Severity] = {
    "PPP114": E,
    "PPP301": E,
    "PPP302": E,
    "PPP303": W,
    "PPP305": E,
    "PPP402": E,
    "PPP403": E,
    "PPP404": E,
    "PPP405": E,
    "PPP406": E,
    "PPP407": W,
    "PPP408": E,
    "PPP409": E,
    "PPP410": E,
    "PPP411": E,
    "PPP412": E,
    "PPP413": E,
    "PPP414": W,
    "PPP415": W,
    "PPP416": E,
    "PPP417": W,
    "PPP418": E,
    "PPP419": E,
    "PPP420": W,
    "PPP421": E,
    "PPP422": E,
    "PPP423": E,
    "PPP424": E,
    "PPP425": W,
    "PPP426": E,
    "PPP427": E,
    "PPP428": E,
    "PPP429": W,
    "PPP430": E,
    "PPP431": E,
    "PPP432": E,
    "PPP433": E,
    "PPP434": E,
    "PPP435": A,
    "PPP436": E,
    "PPP437": E,
    "PPP438": E,
    "PPP508": E,
    "PPP509": E,
    "PPP601": E,
    "PPP602": E,
    "PPP603": E,
    "PPP604": E,
    "PPP605": E,
    "PPP606": E,
    "PPP607": W,
    "PPP608": W,
    "PPP609": W,
    "PPP610": E,
    "PPP611": A,
    "PPP612": E,
    "PPP613": E,
    "PPP614": E,
    "PPP615": E,
    "PPP616": E,
    "PPP617": E,
    "PPP618": W,
    "PPP619": A,
    "PPP620": E,
    "PPP621": E,
    "PPP622": E,
}

NOWHERE = Place("")


def find(
    code: str, place: Place = NOWHERE, severity: Severity | None = None, obligation: str = "", **params: object
) -> Finding:
    """A finding with this code. `params` are the names that its message uses; an unknown code is our bug (KeyError)."""
    level = CODES[code] if severity is None else severity
    return Finding(code, level, place, tuple((k, str(v)) for k, v in params.items()), obligation)
