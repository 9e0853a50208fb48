"""The papers of a hand-over: instructions in plain words in both languages, and the notice to both parties."""

import base64
import hashlib
import html

from pipeline.dossier.layout import Dossier
from pipeline.dossier.receipts import local_time
from pipeline.recording.agreement import Agreement
from pipeline.release.decision import COMMITTEE, Decision, What
from pipeline.release.protection import Protection
from pipeline.texts import Language, Texts, texts

_STYLE = (
    "body{font:18px/1.55 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fff}"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}li{margin:.5rem 0}"
    "section+section{border-top:2px solid #1d2430;margin-top:3rem}"
)


def instructions(what: What, protection: Protection, file: str, language: Language) -> str:
    """One page to read or print: what this is, how to open it, how to check it, what you may do with it. Own language first."""
    policy = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
    title = html.escape(texts(language)("release.readme.title"))
    sections = "".join(_section(what, protection, file, texts(one)) for one in (language, *(set(Language) - {language})))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{sections}</body></html>\n"
    )


def notice(dossier: Dossier, decision: Decision, what: What, receiver: str, at: str, say: Texts) -> str:
    """What both parties are told when something goes to somebody else; the same for both."""
    return say(
        "release.notice.text",
        dossier=dossier.path.name,
        at=local_time(at, say),
        what=say(f"release.what.{what}"),
        to=receiver,
        ground=say(f"release.notice.{decision.ground}"),
    )


def receiver_name(agreement: Agreement | None, decision: Decision) -> str:
    """Who receives, as printed on the papers; these are for people and may hold a name."""
    if agreement is not None:
        named = next((party.name for party in agreement.parties if party.id == decision.to and party.name), None)
        named = named or next((recipient.name for recipient in agreement.recipients if recipient.id == decision.to), None)
        named = named or (agreement.procedure.committee if decision.to == COMMITTEE else None)
        if named:
            return named
    return decision.to


def _section(what: What, protection: Protection, file: str, say: Texts) -> str:
    steps = [say(f"release.readme.open.{_way(what, protection)}", file=file)]
    if what is What.PAGE:
        steps += [say("release.readme.parts", file=file), say("release.readme.fallback")]
    steps.append(say("release.readme.check"))
    rights = [say("release.readme.rights"), say(f"release.readme.limits.{'edited' if what is What.PSEUDONYMISED_WITH_SOUND else 'exact'}")]
    listed = "".join(f"<li>{html.escape(step)}</li>" for step in steps)
    told = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in rights)
    return (
        f'<section lang="{say.language}"><h1>{html.escape(say("release.readme.title"))}</h1>'
        f"<p>{html.escape(say('release.readme.what', what=say(f'release.what.{what}')))}</p>"
        f"<h2>{html.escape(say('release.readme.how'))}</h2><ol>{listed}</ol>"
        f"<h2>{html.escape(say('release.readme.may'))}</h2>{told}</section>"
    )


def _way(what: What, protection: Protection) -> str:
    if what is What.PAGE and protection.name == "passphrase":
        return "locked_page"
    return protection.name
