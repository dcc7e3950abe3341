from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Case(models.Model):
    """The coordination of one cause, from the first party told to the last fix."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    cluster = models.UUIDField(null=True)
    title = models.TextField()
    summary = models.TextField()
    opened_at = models.DateTimeField()
    embargo = models.TextField()
    embargo_end = models.DateTimeField()
    embargo_ended_at = models.DateTimeField(null=True)
    embargo_end_reason = models.TextField(default="")
    world = models.TextField(default="")
    successor = models.UUIDField(null=True)
    everyone = models.UUIDField()
    internal = models.UUIDField()
    project = models.TextField(default="")
    ai_found = models.BooleanField(default=False)
    policy = models.UUIDField(null=True)
    policy_because = models.TextField(default="")

    unscoped = models.Manager["Case"]()

    class Meta:
        db_table = "cases_case"
        indexes = [models.Index(fields=["-opened_at", "id"], name="cases_newest_of_all")]


class Succession(models.Model):
    """One case went on in another one, or was divided: which, how and why."""

    id = models.UUIDField(primary_key=True)
    before = models.UUIDField()
    after = models.UUIDField()
    kind = models.TextField()
    because = models.TextField(default="")
    by = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["Succession"]()

    class Meta:
        db_table = "cases_succession"
        indexes = [
            models.Index(fields=["before"], name="cases_succession_of"),
            models.Index(fields=["after"], name="cases_succession_to"),
        ]


class Transfer(models.Model):
    """A case is offered to another owner: to whom and why, and whether it was taken, declined or taken back."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    because = models.TextField()
    by = models.UUIDField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settlement = models.TextField(default="")

    unscoped = models.Manager["Transfer"]()

    class Meta:
        db_table = "cases_transfer"
        indexes = [
            models.Index(fields=["case", "at"], name="cases_transfer_in_order"),
            models.Index(fields=["party"], name="cases_transfer_open", condition=models.Q(settled_at__isnull=True)),
        ]


class Report(models.Model):
    """A finding that this case is about; its own audience stays what it was."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    finding = models.UUIDField()

    unscoped = models.Manager["Report"]()

    class Meta:
        db_table = "cases_report"
        constraints = [models.UniqueConstraint(fields=["case", "finding"], name="cases_report_once")]
        indexes = [models.Index(fields=["finding"], name="cases_report_of")]


class Participant(models.Model):
    """A party to a case: in what capacity, and how it stands to the embargo."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    name = models.TextField()
    capacity = models.TextField()
    consent = models.TextField()
    consented_by = models.TextField(default="")
    consented_at = models.DateTimeField(null=True)
    since = models.DateTimeField()

    unscoped = models.Manager["Participant"]()

    class Meta:
        db_table = "cases_participant"
        constraints = [models.UniqueConstraint(fields=["case", "party"], name="cases_participant_once")]


class Answer(models.Model):
    """What a vendor said of its products, or of one version of one; a later answer is another row."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    participant = models.UUIDField()
    product = models.TextField(default="")
    version = models.TextField(default="")
    answer = models.TextField()
    justification = models.TextField(default="")
    by = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["Answer"]()

    class Meta:
        db_table = "cases_answer"
        indexes = [models.Index(fields=["case", "at", "id"], name="cases_answer_in_order")]


class Claim(models.Model):
    """Somebody's word that something happened in the world, and what the case's owner decided about it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    event = models.TextField()
    evidence = models.TextField()
    at = models.DateTimeField()
    state = models.TextField()
    decided_at = models.DateTimeField(null=True)
    because = models.TextField(default="")
    doubted_by = models.UUIDField(null=True)
    doubted_at = models.DateTimeField(null=True)
    doubt = models.TextField(default="")
    settled_at = models.DateTimeField(null=True)
    settlement = models.TextField(default="")

    unscoped = models.Manager["Claim"]()

    class Meta:
        db_table = "cases_claim"
        indexes = [models.Index(fields=["case", "at"], name="cases_claim_in_order")]


class Entry(models.Model):
    """One step of one machine of a case, as it was taken; nothing is ever changed or removed."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    number = models.IntegerField()
    at = models.DateTimeField()
    moves = models.TextField()
    verb = models.TextField()
    participant = models.UUIDField(null=True)
    by = models.UUIDField()
    proposal = models.UUIDField(null=True)
    end = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    because = models.TextField(default="")

    unscoped = models.Manager["Entry"]()

    class Meta:
        db_table = "cases_entry"
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="cases_entry_in_order")]


class Adoption(models.Model):
    """A policy with time limits that a party keeps in a case, until it drops it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    policy = models.TextField()
    version = models.IntegerField()
    at = models.DateTimeField()
    because = models.TextField()
    dropped_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Adoption"]()

    class Meta:
        db_table = "cases_adoption"
        indexes = [models.Index(fields=["case", "at"], name="cases_adoption_in_order")]


class ClockMark(models.Model):
    """A party's word that something happened that starts or stops clocks; a later one takes its place."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    moment = models.TextField()
    at = models.DateTimeField()
    evidence = models.TextField()
    stated_at = models.DateTimeField()

    unscoped = models.Manager["ClockMark"]()

    class Meta:
        db_table = "cases_clock_mark"
        indexes = [models.Index(fields=["case", "stated_at"], name="cases_clock_mark_in_order")]


class Reminder(models.Model):
    """An organisation was reminded of a clock, so many hours before it ran out: once."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    case = models.UUIDField()
    clock = models.TextField()
    due = models.DateTimeField()
    hours_before = models.IntegerField()
    at = models.DateTimeField()

    unscoped = models.Manager["Reminder"]()

    class Meta:
        db_table = "cases_reminder"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "case", "clock", "due", "hours_before"], name="cases_reminder_once"
            )
        ]


class Thread(models.Model):
    """A thread of a case; who was let in to it reads it. The two that a case is opened with have no subject."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    audience = models.TextField()
    subject = models.TextField(default="")
    product = models.TextField(default="")
    party = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["Thread"]()

    class Meta:
        db_table = "cases_thread"
        indexes = [models.Index(fields=["case", "at"], name="cases_thread_in_order")]


class Upkeep(models.Model):
    """An organisation makes a component, or ships it: by its own word, or as the clearinghouse knows."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    component = models.TextField()
    keeps = models.TextField()
    said_by = models.UUIDField()
    because = models.TextField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Upkeep"]()

    class Meta:
        db_table = "cases_upkeep"
        indexes = [
            models.Index(fields=["component"], name="cases_upkeep_of"),
            models.Index(fields=["organisation"], name="cases_upkeep_by"),
        ]


class ProjectPolicy(models.Model):
    """One version of how a project takes reports, as its maker says or as the clearinghouse read it."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    project = models.TextField()
    version = models.IntegerField()
    ai_found = models.TextField()
    embargo = models.TextField()
    longest_days = models.IntegerField(null=True)
    ai_patch = models.TextField()
    per_week = models.IntegerField(null=True)
    takes = models.TextField()
    source = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["ProjectPolicy"]()

    class Meta:
        db_table = "cases_project_policy"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "project", "version"], name="cases_project_policy_once")
        ]
        indexes = [models.Index(fields=["project"], name="cases_project_policy_of")]


class Turn(models.Model):
    """An invitation of a project's people: it waits until the project has room, or went out at once."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    project = models.TextField()
    organisation = models.UUIDField()
    principal = models.UUIDField(null=True)
    name = models.TextField()
    address = models.TextField(default="")
    because = models.TextField()
    asked_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    urgent = models.TextField(default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn = models.TextField(default="")

    unscoped = models.Manager["Turn"]()

    class Meta:
        db_table = "cases_turn"
        indexes = [
            models.Index(fields=["project", "released_at"], name="cases_turn_of"),
            models.Index(fields=["case"], name="cases_turn_in"),
        ]


class HandOver(models.Model):
    """A party took the case as a document, to hand it to another clearinghouse."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    version = models.TextField()
    tlp = models.TextField()
    digest = models.BinaryField()
    at = models.DateTimeField()

    unscoped = models.Manager["HandOver"]()

    class Meta:
        db_table = "cases_hand_over"
        indexes = [models.Index(fields=["case", "at"], name="cases_hand_over_in_order")]


class Conflict(models.Model):
    """What was said of somebody's interest in a case; `of` is a person of the owner who decides nothing meanwhile."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    party = models.UUIDField()
    of = models.UUIDField(null=True)
    because = models.TextField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settlement = models.TextField(default="")

    unscoped = models.Manager["Conflict"]()

    class Meta:
        db_table = "cases_conflict"
        indexes = [models.Index(fields=["case", "at"], name="cases_conflict_in_order")]


class Message(models.Model):
    """A message in a thread, numbered within it from 1 without gaps, and never removed; who sees the thread sees it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    thread = models.UUIDField()
    number = models.IntegerField()
    party = models.UUIDField()
    author = models.TextField()
    text = models.TextField()
    by_mail = models.TextField(default="")
    at = models.DateTimeField()
    mentions = ArrayField(models.UUIDField(), default=list)

    unscoped = models.Manager["Message"]()

    class Meta:
        db_table = "cases_message"
        constraints = [models.UniqueConstraint(fields=["thread", "number"], name="cases_message_in_order")]
        indexes = [models.Index(fields=["case", "at"], name="cases_message_of_case")]


class Attachment(models.Model):
    """A file beside a message: where its bytes lie, and their address among those of its sender's organisation."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    thread = models.UUIDField()
    message = models.UUIDField()
    party = models.UUIDField()
    name = models.TextField()
    size = models.IntegerField()
    blob = models.UUIDField()
    address = models.BinaryField()
    at = models.DateTimeField()

    unscoped = models.Manager["Attachment"]()

    class Meta:
        db_table = "cases_attachment"
        indexes = [models.Index(fields=["message"], name="cases_attachment_of_message")]


class Position(models.Model):
    """The number of the last message of a thread that somebody has read."""

    id = models.UUIDField(primary_key=True)
    principal = models.UUIDField()
    case = models.UUIDField()
    thread = models.UUIDField()
    number = models.IntegerField()

    unscoped = models.Manager["Position"]()

    class Meta:
        db_table = "cases_position"
        constraints = [models.UniqueConstraint(fields=["principal", "thread"], name="cases_position_once")]


class Arrival(models.Model):
    """A letter that came in answer to one of ours, and what became of it; its text where the owner alone reads it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    participant = models.UUIDField()
    at = models.DateTimeField()
    outcome = models.TextField()
    why = models.TextField(default="")
    label = models.TextField(default="")
    digest = models.TextField(default="")
    message = models.UUIDField(null=True)
    text = models.TextField(default="")

    unscoped = models.Manager["Arrival"]()

    class Meta:
        db_table = "cases_arrival"
        indexes = [models.Index(fields=["case", "at"], name="cases_arrival_in_order")]


class Outcome(models.Model):
    """What one of the owner's people proposes about a silent vendor, and what another one says to it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    participant = models.UUIDField()
    way = models.TextField()
    because = models.TextField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settlement = models.TextField(default="")

    unscoped = models.Manager["Outcome"]()

    class Meta:
        db_table = "cases_outcome"
        indexes = [models.Index(fields=["case", "proposed_at"], name="cases_outcome_in_order")]


class Contact(models.Model):
    """The way in for a maintainer without an account: a locator that is no secret, and codes that are."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    participant = models.UUIDField()
    principal = models.UUIDField()
    address = models.TextField()
    code_digest = models.BinaryField()
    code_until = models.DateTimeField()
    tries_left = models.IntegerField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    since = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True)
    renewals = models.IntegerField(default=0)
    renewals_since = models.DateTimeField(null=True)

    unscoped = models.Manager["Contact"]()

    class Meta:
        db_table = "cases_contact"
        indexes = [models.Index(fields=["case"], name="cases_contact_of")]


class Opening(models.Model):
    """Somebody typed a code at a contact's page: shown to the case, whatever came of it."""

    id = models.UUIDField(primary_key=True)
    contact = models.UUIDField()
    case = models.UUIDField()
    at = models.DateTimeField()
    opened = models.BooleanField()

    unscoped = models.Manager["Opening"]()

    class Meta:
        db_table = "cases_opening"
        indexes = [models.Index(fields=["case"], name="cases_opening_of")]


class Change(models.Model):
    """Something changed in a case, for those who see its subject: written by triggers, put in order once it stands.

    The table has two further columns that PostgreSQL fills: ``xid``, the writing transaction, and ``written``, the
    order within it.
    """

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    subject = models.UUIDField()
    what = models.TextField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Change"]()

    class Meta:
        db_table = "cases_change"
        indexes = [models.Index(fields=["subject", "told_at"], name="cases_change_of")]


class Hook(models.Model):
    """An address that an organisation has called when a case changes that it takes part in.

    `generation`: its secret follows from it and the machine's key. `after`: the place of the last change that it was
    called for. `look_at`: not looked at before, since a run works on it.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    url = models.TextField()
    generation = models.UUIDField()
    after = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)

    unscoped = models.Manager["Hook"]()

    class Meta:
        db_table = "cases_hook"
        indexes = [models.Index(fields=["organisation"], name="cases_hook_of")]


class Call(models.Model):
    """The outbox of webhooks: what is called for or was, and how it ended. Without a change it is a test."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    hook = models.UUIDField()
    url = models.TextField()
    change = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    what = models.TextField(default="")
    state = models.TextField()
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    answer = models.TextField(default="")

    unscoped = models.Manager["Call"]()

    class Meta:
        db_table = "cases_call"
        constraints = [models.UniqueConstraint(fields=["hook", "change"], name="cases_call_once")]
        indexes = [
            models.Index(fields=["hook", "not_before"], name="cases_call_due", condition=models.Q(state="waiting")),
            models.Index(fields=["organisation", "-queued_at"], name="cases_call_newest"),
        ]


class Channel(models.Model):
    """The clearinghouse's access to private channels of projects; its token lies with the stored objects."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    kind = models.TextField()
    name = models.TextField()
    base = models.TextField()
    token = models.UUIDField()
    token_size = models.IntegerField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Channel"]()

    class Meta:
        db_table = "cases_channel"


class Bridge(models.Model):
    """A case's report at a project's private channel: where it stands there, and up to where both sides were told.

    `principal`: the project's member, as which messages come in. `etags`, `since`: what was seen there. `sent`: the
    number of the last message of its thread that was sent there.
    """

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    channel = models.UUIDField()
    project = models.TextField()
    organisation = models.UUIDField()
    principal = models.UUIDField()
    name = models.TextField()
    thread = models.UUIDField(null=True)
    state = models.TextField()
    remote = models.TextField(default="")
    url = models.TextField(default="")
    remote_state = models.TextField(default="")
    remote_at = models.DateTimeField(null=True)
    etags = models.JSONField(default=dict)
    since = models.DateTimeField(null=True)
    sent = models.IntegerField(default=0)
    problem = models.TextField(default="")
    detail = models.TextField(default="")
    attempts = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Bridge"]()

    class Meta:
        db_table = "cases_bridge"
        indexes = [
            models.Index(fields=["case"], name="cases_bridge_in"),
            models.Index(fields=["look_at"], name="cases_bridge_due"),
        ]


class Filter(models.Model):
    """What narrows and orders the list of cases, kept by somebody by a name."""

    id = models.UUIDField(primary_key=True)
    principal = models.UUIDField()
    name = models.TextField()
    show = models.TextField()
    part = models.TextField(default="")
    project = models.TextField(default="")
    party = models.TextField(default="")
    text = models.TextField(default="")
    sort = models.TextField()
    since = models.DateTimeField()

    unscoped = models.Manager["Filter"]()

    class Meta:
        db_table = "cases_filter"
        constraints = [models.UniqueConstraint(fields=["principal", "name"], name="cases_filter_once")]
