import json
import logging

import pytest

from levee.app.logs import configure


@pytest.fixture
def root():
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    before, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = before
    logger.setLevel(level)


@pytest.mark.parametrize(
    "secret",
    [
        "lvt_" + "A" * 43,
        "http://localhost:8750/link/" + "b" * 32 + "/",
        "7K2M9QXW4T",
        "ada@example.org",
    ],
)
def test_a_line_never_holds_what_opens_something_or_names_somebody(root, capsys, secret):
    configure(logging.INFO)
    logging.getLogger("anything").warning("refused %s today", secret)
    line = json.loads(capsys.readouterr().err)
    assert secret.strip("/").rpartition("/")[2] not in line["event"]
    assert line["event"].startswith("refused")


def test_an_error_is_one_line_of_json_with_where_it_was_raised(root, capsys):
    configure()
    try:
        raise ValueError("it broke")
    except ValueError:
        logging.getLogger("anything").exception("job failed")
    line = json.loads(capsys.readouterr().err)
    assert line["level"] == "error"
    assert "ValueError: it broke" in line["exception"]
