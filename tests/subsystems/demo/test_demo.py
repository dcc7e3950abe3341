"""The demo without its long run: what it works on, what a visitor brings, what it tells, and when it gives up."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from levee.app.house import House
from levee.cli.demo import handing, operating, outcome
from levee.cli.demo.casework import Casework
from levee.cli.demo.cast import VISITOR, assemble
from levee.cli.demo.command import last_line
from levee.cli.demo.samples import Samples
from levee.cli.demo.story import Story
from levee.cli.demo.telling import Teller
from levee.cli.demo.visitor import Visitor
from levee.cli.main import app
from levee.findings.submission import read
from levee.identity import services as identity
from levee.kernel.errors import LeveeError, NotSignedIn, Unavailable
from levee.platform.models import Run
from levee.settings import Settings
from levee.validation.engine.fetching import fetch_target
from levee.validation.engine.registries import clients
from samples import flood
from support.browsing import serving
from support.database import as_role
from support.running import hand_in, work
from support.sites import OPERATORS

CHECKOUT = Path(__file__).parents[3]
PROOF = CHECKOUT / "samples" / "proofs" / "minimist.json"
TRUE = {"true", "duplicate"}
FIGURES = [
    "findings",
    "confirmed",
    "effect_shown",
    "beyond",
    "refused",
    "groups",
    "clusters",
    "fixed",
    "published",
    "operators_told",
    "confirmed_fixed",
    "claimed",
    "seconds",
]


# What it works on


def test_a_seed_gives_one_flood_and_another_seed_another():
    assert Samples.load(seed=3, swap=0) == Samples.load(seed=3, swap=0)
    assert Samples.load(seed=3, swap=0).submissions != Samples.load(seed=4, swap=0).submissions


def expected(samples):
    """The findings that are true as handed in, by the secret of the flood: those whose target still has the flaw."""
    vulnerable = {target for target, *_ in flood_targets()}
    secret = flood.truth(samples.seed)
    return {
        finding["key"]
        for _, finding in samples.submissions
        if secret[finding["key"]]["label"] in TRUE and finding["target"] in vulnerable
    }


def flood_targets():
    from samples.flood.calls import FLAWS

    yield from FLAWS.values()
    yield ("source:tidepack@1.0.0",)


@pytest.mark.parametrize("count", [0, 1, 3, 9])
def test_swapping_turns_so_many_targets_into_their_fixed_versions_and_their_findings_are_no_longer_true(count):
    plain, swapped = Samples.load(seed=2, swap=0), Samples.load(seed=2, swap=count)
    assert len(set(swapped.swapped)) == count
    assert set(swapped.swapped) <= {target for target, *_ in flood_targets()}
    for (_, before), (_, after) in zip(plain.submissions, swapped.submissions, strict=True):
        if before["target"] in swapped.swapped:
            assert after["target"] == f"{before['target'].rpartition('@')[0]}@{before['contrast']}"
            assert after["target"] not in {target for target, *_ in flood_targets()}
        else:
            assert after == before
    true = {key for key, told in flood.truth(2).items() if told["label"] in TRUE}
    fallen = {finding["key"] for _, finding in plain.submissions if finding["target"] in swapped.swapped} & true
    assert expected(plain) - expected(swapped) == fallen
    assert len({finding["target"] for _, finding in plain.submissions if finding["key"] in fallen}) == count


def test_no_expected_figure_is_written_in_the_checkout():
    written = re.compile(rf"""\b({"|".join(FIGURES[:-1])})["'`]?\s*[:=]+\s*[1-9]""")
    for place in ("samples", "script", "docs", "src/levee/cli/demo", "README.md", "CONTRIBUTING.md", "changelog.d"):
        for path in [CHECKOUT / place, *(CHECKOUT / place).rglob("*")]:
            if path.suffix in {".py", ".md", ".json", ".sh", ""} and path.is_file():
                assert not written.search(path.read_text()), path


# What a visitor brings


def run(*options):
    return CliRunner().invoke(app, ["demo", "--once", *map(str, options)])


def proof(**changes):
    return json.dumps(json.loads(PROOF.read_text()) | changes)


@pytest.mark.parametrize(
    ("option", "name", "content", "said"),
    [
        ("--proof", "p.json", None, "p.json: cannot be read: No such file"),
        ("--proof", "p.json", "{", "p.json: line 1"),
        ("--proof", "p.json", '{"target": "npm:a@1"}', "p.json: /proof: no proof"),
        ("--proof", "p.json", proof(target="npm:minimist"), "p.json: /target: 'npm:minimist' names no target"),
        ("--proof", "p.json", proof(target=7), "p.json: /target"),
        ("--proof", "p.json", proof(contrast="../etc"), "p.json: /contrast"),
        ("--proof", "p.json", proof(proof={"levee": "proof/1", "form": "dance"}), "p.json: /proof/form"),
        (
            "--sbom",
            "s.json",
            '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": 7}',
            "s.json: /components",
        ),
        ("--sbom", "s.csv", "", "s.csv"),
        ("--sbom", "s.csv", "colour,taste\nred,sweet\n", "s.csv"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_place_before_anything_starts(
    option, name, content, said, tmp_path, monkeypatch
):
    monkeypatch.setenv("LEVEE_DEMO_FOLDER", str(tmp_path / "never"))
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    done = run(option, path)
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert not (tmp_path / "never").exists()


def test_more_swaps_than_targets_are_a_wrong_use():
    done = run("--swap", 1000)
    assert done.exit_code == 2
    assert "--swap: at most" in done.output


def test_a_shipped_proof_becomes_a_finding_that_intake_reads():
    finding = Visitor.read(proof=PROOF, sbom=None).finding
    submission = read(finding)
    assert (submission.target, submission.contrast) == ("npm:minimist@0.0.8", "0.2.1")


def test_an_inventory_is_taken_as_it_is(tmp_path):
    path = tmp_path / "office.csv"
    path.write_text("asset,name,version,ecosystem\npc,minimist,0.0.8,npm\n")
    visitor = Visitor.read(proof=None, sbom=path)
    assert (visitor.inventory, visitor.filename) == (path.read_bytes(), "office.csv")


# What it tells


class Told(Teller):
    """The demo's voice, kept."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def line(self, text):
        self.lines.append(text)


@pytest.fixture(autouse=True)
def operators_site(request, monkeypatch):
    """The site that the story's operators work at."""
    if "real_world" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("real_db")
    with serving(OPERATORS) as address:
        monkeypatch.setattr(operating, "settings", lambda: Settings(operators_url=address))
        yield


@pytest.fixture
def story(real_world, real_db, server):
    """The story at its beginning, in a house without processes."""
    visitor = Visitor(inventory=b"asset,name,version,ecosystem\npc,minimist,0.0.8,npm\n", filename="office.csv")
    samples, teller, first = Samples.load(seed=1, swap=0), Told(), real_world.coordinator()
    operators = samples.operators | {VISITOR: ("A visitor's organisation", "")}
    cast = assemble(f"http://h/link/{identity.make_link(first, first.id)}/", samples.finders, operators)
    return Story(
        house=House(""),
        database=replace(server, run_time=replace(server.run_time, database=real_db)),
        samples=samples,
        visitor=visitor,
        teller=teller,
        cast=cast,
        clock=real_world.clock,
        casework=Casework(samples=samples, teller=teller, cast=cast, clock=real_world.clock),
    )


def test_the_last_line_is_json_with_the_agreed_figures(story):
    figures = json.loads(last_line(story.figures(), seconds=3.4))
    assert list(figures) == FIGURES
    assert set(figures.values()) == {0, 3}


def test_every_role_gets_a_link_that_signs_it_in_once(story):
    links = story.links()
    titles = [world.title for world in map(story.samples.world, ("bank", "hospital", "water"))]
    assert list(links) == ["coordinator", "auditor", *flood.FINDERS, *titles, "A visitor's organisation"]
    actors = [story.cast.coordinator, story.cast.auditor, *story.cast.finders.values(), *story.cast.operators.values()]
    for link, actor in zip(links.values(), actors, strict=True):
        secret = link.rstrip("/").rpartition("/")[2]
        assert identity.use_link(secret) == actor.id
        with pytest.raises(NotSignedIn):
            identity.use_link(secret)


def test_what_is_refused_at_the_door_is_told_by_its_title(story, monkeypatch):
    token = next(iter(story.cast.tokens.values()))
    good = {name: value for name, value in story.samples.submissions[0][1].items() if name != "proof"}
    bad = good | {"title": "A bad one", "key": "k-2", "cwe": "many"}
    with serving() as address:
        monkeypatch.setattr(handing, "settings", lambda: Settings(base_url=address))
        taken, refused = handing.hand_in(token, [good, bad])
    assert len(taken) == 1
    assert len(refused) == 1
    assert refused[0].startswith("A bad one /cwe: must look like")


def test_a_visitors_verdict_and_list_are_told_at_the_end(story, equipped):
    finder = next(iter(story.cast.finders.values()))
    story._visitors = hand_in(finder, None, key="v")
    work()
    story.visitors()
    verdict, to_do = story.teller.lines
    assert re.match(r"the visitor's proof, FND-\w+: beyond sandbox: it needs the vendor's own board", verdict)
    assert to_do == "A visitor's organisation: 0 to do"


def test_targets_that_no_registry_hands_out_are_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    clients.pip_registry.cache_clear()
    with pytest.raises(Unavailable) as error:
        fetch_target("pypi:PyYAML@5.3.1", folder=tmp_path)
    clients.pip_registry.cache_clear()

    @dataclass
    class Verdict:
        target: str
        detail: str

    gave_up = Verdict("pypi:PyYAML@5.3.1", f"it could not be run here: {error.value.code}: {error.value.message}")
    other = Verdict("npm:ini@1.3.5", "the contrast is not silent")
    assert outcome.left_out([gave_up, other]) == ["pypi:PyYAML@5.3.1"]


# When it gives up


def test_waiting_ends_when_a_run_failed_for_good_and_says_which(story, real_world):
    def fail(kind):
        with as_role(real_world.owner_role):
            now = real_world.clock.now()
            Run.unscoped.create(
                id=uuid4(),
                kind=kind,
                subject=uuid4(),
                party=real_world.house,
                enqueued_at=now,
                ended_at=now,
                failure="outside.unavailable: the disk is full",
            )

    fail("validation.validate")  # writes down that it gave up, and so is not waited for in vain
    story.wait("proofs", 1, iter([0, 1]).__next__)
    fail("clustering.place")
    with pytest.raises(LeveeError, match=r"failed for good, the last one in clustering\.place: .*the disk is full"):
        story.wait("findings grouped", 1, lambda: 0)
