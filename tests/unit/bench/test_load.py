"""The figures are what they say: time of whole process trees, percentiles by nearest rank."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[3] / "bench" / "load.py"
BURN = "import time\nwhile time.process_time() < 0.3: pass\n"


@pytest.fixture(scope="module")
def load() -> ModuleType:
    spec = spec_from_file_location("bench_load", FILE)
    module = module_from_spec(spec)
    sys.modules["bench_load"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("waited_for", [True, False], ids=["ended", "running"])
def test_the_time_of_children_counts_whether_they_live_or_not(
    load: ModuleType, *, waited_for: bool
) -> None:
    then = ".wait()" if waited_for else ""
    stay = "" if waited_for else "; import sys; sys.stdin.read()"
    child = f"exec({BURN + stay.lstrip('; ')!r})"
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]){then}\n"
    script += "print('burnt', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        parent.stdout.readline()
        for _ in range(200):
            if load.cpu_seconds([parent.pid]) >= 0.3:
                break
            try:
                parent.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        assert load.cpu_seconds([parent.pid]) >= 0.3
        parent.kill()


def test_percentiles_are_by_nearest_rank_over_all_rounds(load: ModuleType) -> None:
    figures = load.Figures("x")
    figures.rounds.append(load.Round(2.0, 0.5, tuple(n / 1000 for n in range(1, 51))))
    figures.rounds.append(load.Round(1.0, 0.2, tuple(n / 1000 for n in range(51, 101))))
    assert figures.latency_ms(50) == pytest.approx(50)
    assert figures.latency_ms(99) == pytest.approx(99)
    assert figures.count == 100
    assert figures.per_second == pytest.approx(37.5)
    assert figures.cpu_ms == pytest.approx([4, 10])
    assert figures.row() == "| x | 7.00 [4.00–10.00] | 38 | 50.0 | 99.0 | 100 |"


async def test_a_round_counts_the_warm_up_not(load: ModuleType) -> None:
    done = []

    async def operation(worker: int) -> None:
        done.append(worker)

    counted = await load.measure(operation, [], workers=3, seconds=1, each=4)
    assert len(counted.latencies) == 12
    assert sorted(done) == sorted([0, 1, 2] * 5)
