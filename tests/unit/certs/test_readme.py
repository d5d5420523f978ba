import re
from pathlib import Path

import pytest

README = Path(__file__).parents[3] / "certs" / "README.md"


def test_the_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example of certs/README.md, as it stands there."""
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    names["authority"].close()
    assert capsys.readouterr().out.startswith("active CN=CHAN\\, Tai Man 陳大文 (Demonstration)")
