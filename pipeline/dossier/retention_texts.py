"""Retention in words: the list, the notice both parties get beforehand, and the proof they get afterwards."""

from datetime import date

from pipeline.dossier.checking.outside import control_digits
from pipeline.dossier.receipts import in_groups, local_time
from pipeline.dossier.retention import DeletionProof, DossierStanding, PartStanding
from pipeline.settings import Organisation
from pipeline.texts import Texts


def standing_lines(standing: DossierStanding, say: Texts) -> list[str]:
    """A dossier in the list of what is due and what comes."""
    lines = [standing.dossier]
    for part in standing.parts:
        name, day = say(f"retention.part.{part.part}"), day_in_words(part.delete_on, say)
        lines.append("  " + say(f"retention.standing.{part.standing}", part=name, day=day))
        if part.complaint_before:
            lines.append("  " + say("retention.before_term", part=name, term=day_in_words(part.complaint_before, say)))
    lines += ["  " + say("retention.held_by", by=hold.by, day=day_in_words(hold.since, say)) for hold in standing.holds]
    return lines


def notice_text(standing: DossierStanding, part: PartStanding, earliest: date, organisation: Organisation, say: Texts) -> str:
    """What both parties are told before something is deleted; the same for both."""
    return say(
        "retention.notice",
        dossier=standing.dossier,
        part=say(f"retention.part.{part.part}"),
        day=day_in_words(earliest.isoformat(), say),
        organisation=organisation.name,
        contact=organisation.contact or organisation.name,
    )


def proof_text(proof: DeletionProof, say: Texts) -> str:
    """The proof of a deletion for people: no names, the same for both parties."""
    lines = [
        say("retention.proof.title"),
        "",
        say("retention.proof.what", dossier=proof.dossier, at=local_time(proof.made_at, say)),
        *("- " + say(f"retention.part.{part}") for part in proof.parts),
        "",
        say("retention.proof.files"),
        *(f"- {item.path}  {' '.join(in_groups(item.sha256, 8))}" for item in proof.deleted),
        "",
        say("retention.proof.elsewhere", count=proof.copies_elsewhere),
        "",
    ]
    if proof.out_of_reach:
        lines.append(say("retention.proof.released"))
        for copy in proof.out_of_reach:
            what = f"release.what.{copy.what}"
            named = say(what if what in say.all_keys() else "release.what.other")
            lines.append("- " + say("retention.proof.copy", to=copy.to, what=named, day=copy.at[:10], number=copy.number))
    else:
        lines.append(say("retention.proof.none_released"))
    lines.append(say("retention.proof.backups") if proof.backups else say("retention.proof.no_backups_named"))
    lines += [f"- {backup}" for backup in proof.backups]
    lines += ["", say("receipt.fingerprint"), "  " + " ".join(in_groups(proof.recording_sha256, 8)), ""]
    lines += [say("receipt.control", number=proof.entry), "  " + " ".join(in_groups(control_digits(proof.head), 5))]
    return "\n".join([*lines, "", say("retention.proof.both"), ""])


def day_in_words(day: str | None, say: Texts) -> str:
    """YYYY-MM-DD as people write it; a dash for none."""
    if day is None:
        return "-"
    on = date.fromisoformat(day)
    return say("retention.day", day=on.day, month=say(f"receipt.months.{on.month}"), year=on.year)
