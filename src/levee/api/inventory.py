from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status
from pydantic import BaseModel, ConfigDict

from levee.api.bodies import JSON, In, takes, upload
from levee.api.house import actor_of
from levee.inventory import reading, selectors, services, types
from levee.kernel.ids import parse_public_id

router = Router(tags=["inventory"])
FILES = (JSON, "application/vnd.cyclonedx+json", "text/csv")


class Plain(BaseModel):
    """Of what there may be a million in one answer: without Django's and our own resolving, at a tenth of its cost."""

    model_config = ConfigDict(from_attributes=True)


class LineOut(Plain):
    """One component of a diff."""

    asset: str
    name: str
    version: str


class ChangedOut(Plain):
    """A component whose version differs."""

    asset: str
    name: str
    before: str
    after: str


class RestatedOut(Schema):
    """A fact about an asset that an import changes."""

    asset: str
    fact: str
    before: str
    after: str


class DiffOut(Schema):
    """What an import changes: of each list the first thousand lines at most, and how many there are in all."""

    added: list[LineOut]
    removed: list[LineOut]
    changed: list[ChangedOut]
    unchanged: int
    new_assets: list[str]
    gone_assets: list[str]
    restated: list[RestatedOut]
    found: int
    no_longer_found: int
    counts: dict[str, int]


class NotUnderstoodOut(Plain):
    """A row that could not be kept, its place and why."""

    place: str
    stated: str
    reason: str


class StatedComponentOut(Plain):
    """A component as the file states it, and what was understood of it."""

    place: str
    asset: str
    stated: str
    purl: str
    ecosystem: str
    name: str
    version: str
    unmatchable: str


class StatedAssetOut(Schema):
    """An asset as the file states it."""

    name: str
    owner: types.Owner | None
    owner_name: str
    environment: str
    exposure: types.Exposure
    criticality: types.Criticality
    type: types.AssetType
    window: str
    exposure_source: str
    exposure_at: datetime | None

    @staticmethod
    def resolve_window(asset: types.StatedAsset) -> str:
        """In words."""
        return str(asset.window or "")


class StatedFindingOut(Schema):
    """A scanner's finding as its export states it."""

    place: str
    asset: str
    source: str
    rule: str
    vulnerabilities: list[str]
    title: str
    severity: str
    stated: str
    purl: str
    ecosystem: str
    name: str
    version: str
    fixed: str
    where: str
    solution: str
    seen_at: datetime | None
    settled: str


class ColumnsOut(Schema):
    """How one table of a file was read: Levee's field to heading."""

    title: str
    headings: list[str]
    fields: dict[str, str]

    @staticmethod
    def resolve_fields(columns: types.Columns) -> dict[str, str]:
        """By field."""
        return dict(columns.fields)


class ReadingOut(Schema):
    """Everything that a file states."""

    kind: str
    format: str
    rows: int
    matchable: int
    repeated: int
    asset_rows: int
    implied: int
    system: str
    tables: list[ColumnsOut]
    assets: list[StatedAssetOut]
    components: list[StatedComponentOut]
    findings: list[StatedFindingOut]
    scanners: list[str]
    partial: bool
    remarks: list[NotUnderstoodOut]
    not_understood: list[NotUnderstoodOut]


class PreviewOut(Schema):
    """What an import would understand and change."""

    name: str
    reading: ReadingOut
    diff: DiffOut


class AssetNameOut(Schema):
    """Which asset."""

    public_id: str
    name: str


class ImportOut(Schema):
    """An import as done."""

    public_id: str
    name: str
    at: datetime
    filename: str
    format: str
    rows: int
    components: int
    unmatchable: int
    findings: int
    not_understood: list[NotUnderstoodOut]
    unread: int
    diff: DiffOut


class ReasonOut(Plain):
    """Why some components cannot be matched fully, how many, and some of them."""

    reason: str
    count: int
    stated: list[str]


class SeenLineOut(Plain):
    """A component as its file states it, and what it was understood as, or why it cannot be matched."""

    place: str
    stated: str
    asset: str
    understood: str
    matchable: bool


class SeenOut(Schema):
    """What an import of a large file would understand and change: figures, and the first lines of each list."""

    kind: str
    format: str
    rows: int
    assets: int
    components: int
    matchable: int
    findings: int
    repeated: int
    unread: int
    remarked: int
    system: str
    tables: list[ColumnsOut]
    reasons: list[ReasonOut]
    not_understood: list[NotUnderstoodOut]
    remarks: list[NotUnderstoodOut]
    lines: list[SeenLineOut]
    diff: DiffOut


class FaultOut(Schema):
    """Why a file could not be taken, and what to do."""

    message: str
    code: str
    place: str
    advice: str


class IntakeOut(Schema):
    """A large file on its way in. `progress` counts rows that are read, or components that are written."""

    public_id: str
    name: str
    filename: str
    size: int
    at: datetime
    state: types.IntakeState
    look: bool
    progress: int
    expected: int | None
    seen: SeenOut | None
    fault: FaultOut | None
    import_id: str
    ended_at: datetime | None


class SubjectOut(Schema):
    """What has to be changed for a finding to go away; `product` or `advice` stands where there is no ecosystem."""

    ecosystem: str
    name: str
    version: str


class ScannerFindingOut(Schema):
    """What a scanner says about an asset now."""

    public_id: str
    asset: AssetNameOut
    source: str
    rule: str
    vulnerabilities: list[str]
    title: str
    severity: str
    stated: str
    purl: str
    version: str
    fixed: str
    where: str
    solution: str
    settled: str
    subject: SubjectOut
    since: datetime
    evidence_at: datetime
    support_ends: date | None


class InventoryOut(Schema):
    """An inventory as its newest import left it."""

    public_id: str
    name: str
    imported_at: datetime
    assets: int
    components: int
    unmatchable: int


class AssetOut(Schema):
    """An asset; its exposure has a source and a date."""

    public_id: str
    name: str
    owner: types.Owner
    owner_name: str
    environment: str
    criticality: types.Criticality
    exposure: types.Exposure
    exposure_source: str
    exposure_at: datetime
    type: types.AssetType
    window: str

    @staticmethod
    def resolve_window(asset: types.Asset) -> str:
        """In words; empty where nobody knows."""
        return str(asset.window or "")


class ToldIn(Schema):
    """What a person says about a file where the guess was wrong; absent fields are left to the guess."""

    kind: str = ""
    asset: str = ""
    system: str = ""
    column: list[str] = Field(default_factory=list)

    def corrections(self) -> types.Corrections:
        """As the services take it."""
        return reading.corrections(kind=self.kind, asset=self.asset, system=self.system, columns=self.column)


class AgainIn(ToldIn):
    """Whether it is only to be looked at, and what a person says about the file now."""

    look: bool = False

    def if_any(self) -> types.Corrections | None:
        """The corrections; None where none is said, which leaves those that were said before."""
        told = self.corrections()
        return told if told != reading.AS_GUESSED else None


class FactsIn(In):
    """What somebody states about an asset; absent fields stay as they are."""

    source: str
    exposure: types.Exposure | None = None
    owner: types.Owner | None = None
    owner_name: str | None = None
    criticality: types.Criticality | None = None
    environment: str | None = None
    type: types.AssetType | None = None
    window: str | None = None


@router.post(
    "/inventory/preview",
    response={200: PreviewOut, 202: IntakeOut},
    summary="Say what an import would do",
    openapi_extra=takes(*FILES),
)
def preview(
    request: HttpRequest, response: HttpResponse, name: str, told: Query[ToldIn], filename: str = "inventory"
) -> types.Preview | Status[types.Intake]:
    """The body is the file, of any kind that Levee reads. Nothing is changed; a large file is looked at by a job."""
    actor, data = actor_of(request), upload(request, *FILES)
    if services.is_large(data):
        sent = services.send(actor, data, filename=filename, name=name, corrections=told.corrections(), look=True)
        return _on_its_way(response, sent)
    return services.preview(actor, data, filename=filename, name=name, corrections=told.corrections())


@router.post(
    "/inventory/imports",
    response={200: ImportOut, 202: IntakeOut},
    summary="Import an inventory",
    openapi_extra=takes(*FILES),
)
def import_file(
    request: HttpRequest, response: HttpResponse, name: str, told: Query[ToldIn], filename: str = "inventory"
) -> types.Import | Status[types.Intake]:
    """The body is the file, of any kind that Levee reads. A second file under the same name is a diff.

    A file of more than 1 MiB is taken by a job: the answer is 202, and `Location` says where its progress stands.
    """
    actor, data = actor_of(request), upload(request, *FILES)
    if services.is_large(data):
        sent = services.send(actor, data, filename=filename, name=name, corrections=told.corrections())
        return _on_its_way(response, sent)
    done = services.import_file(actor, data, filename=filename, name=name, corrections=told.corrections())
    return replace(done, diff=done.diff.cut, not_understood=done.not_understood[: types.LISTED])


def _on_its_way(response: HttpResponse, sent: types.Intake) -> Status[types.Intake]:
    response["Location"] = f"/api/v1/inventory/intakes/{sent.public_id}"
    return Status(202, sent)


@router.get("/inventory/intakes", response=list[IntakeOut], summary="Large files on their way in")
def intakes(request: HttpRequest) -> list[types.Intake]:
    """The newest first, and those that failed or wait for a person's word; none that is an import by now."""
    return list(selectors.intakes(actor_of(request)))


@router.get("/inventory/intakes/{intake}", response=IntakeOut, summary="How far a large file is")
def one_intake(request: HttpRequest, intake: str) -> types.Intake:
    """Ask again every second or so while its state is `waiting`, `reading` or `storing`."""
    return selectors.intake(actor_of(request), parse_public_id("ITK", intake))


@router.post("/inventory/intakes/{intake}/again", response=IntakeOut, summary="Take a large file up again")
def again(request: HttpRequest, intake: str, told: Query[AgainIn]) -> types.Intake:
    """One that failed, or that was looked at and shall be imported; any other is left as it is."""
    return services.again(actor_of(request), parse_public_id("ITK", intake), look=told.look, corrections=told.if_any())


@router.delete("/inventory/intakes/{intake}", response={204: None}, summary="Forget a large file")
def drop(request: HttpRequest, intake: str) -> Status[None]:
    """One that failed or was looked at alone; what is kept of it is destroyed."""
    services.drop(actor_of(request), parse_public_id("ITK", intake))
    return Status(204, None)


@router.get("/inventory/imports/{done}", response=ImportOut, summary="One import")
def one_import(request: HttpRequest, done: str) -> types.Import:
    """With its diff and the rows that were not understood."""
    return selectors.import_(actor_of(request), parse_public_id("IMP", done))


@router.get(
    "/inventory/imports/{done}/changes",
    response=list[dict[str, str] | str],
    summary="A part of one of an import's long lists",
)
def changes(
    request: HttpRequest, done: str, which: types.Long, offset: int = 0, limit: int = types.LISTED
) -> Sequence[Mapping[str, str] | str]:
    """The lines from `offset` on, a thousand at most; an import itself holds the first thousand of each list."""
    return selectors.changes(
        actor_of(request),
        parse_public_id("IMP", done),
        which,
        offset=max(offset, 0),
        limit=min(max(limit, 0), types.LISTED),
    )


@router.get("/inventory/assets/{asset}", response=AssetOut, summary="One asset")
def asset(request: HttpRequest, asset: str) -> types.Asset:
    """Its facts with their source and date."""
    return selectors.asset(actor_of(request), parse_public_id("AST", asset))


@router.post("/inventory/assets/{asset}/facts", response=AssetOut, summary="State a fact about an asset")
def state_facts(request: HttpRequest, asset: str, body: FactsIn) -> types.Asset:
    """Exposure becomes a fact with this source and date; due dates follow."""
    return services.state_asset(
        actor_of(request),
        parse_public_id("AST", asset),
        source=body.source,
        exposure=body.exposure,
        owner=body.owner,
        owner_name=body.owner_name,
        criticality=body.criticality,
        environment=body.environment,
        type=body.type,
        window=body.window,
    )


@router.get("/inventory", response=list[InventoryOut], summary="Your inventories")
def listed(request: HttpRequest) -> list[types.Inventory]:
    """Newest import first."""
    return list(selectors.inventories(actor_of(request)))


@router.get("/inventory/{inventory}", response=InventoryOut, summary="One inventory")
def one(request: HttpRequest, inventory: str) -> types.Inventory:
    """As its newest import left it."""
    return selectors.inventory(actor_of(request), parse_public_id("INV", inventory))


@router.get("/inventory/{inventory}/assets", response=list[AssetOut], summary="Its assets")
def assets(request: HttpRequest, inventory: str) -> list[types.Asset]:
    """By name."""
    return list(selectors.assets(actor_of(request), parse_public_id("INV", inventory)))


@router.get("/inventory/{inventory}/findings", response=list[ScannerFindingOut], summary="What scanners say about it")
def findings(
    request: HttpRequest,
    inventory: str,
    asset: str = "",
    *,
    all: bool = False,  # noqa: A002 - the parameter's word
    limit: int = 100,
    offset: int = 0,
) -> list[types.Finding]:
    """The worst first; with `all` also what is mere information or settled."""
    return list(
        selectors.findings(
            actor_of(request),
            parse_public_id("INV", inventory),
            asset=parse_public_id("AST", asset) if asset else None,
            only_actionable=not all,
            limit=min(max(limit, 0), 1000),
            offset=max(offset, 0),
        )
    )


@router.get("/inventory/{inventory}/imports", response=list[ImportOut], summary="Its imports")
def imports(request: HttpRequest, inventory: str) -> list[types.Import]:
    """Newest first, at most fifty."""
    return list(selectors.imports(actor_of(request), parse_public_id("INV", inventory)))
