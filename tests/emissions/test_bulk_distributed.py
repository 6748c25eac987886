"""Row groups on the workers of a Dask scheduler: the same bits as in process, also when a worker dies."""

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from benchmarks import kernel
from carbon.core.errors import FileRefused, MissingFactorError
from carbon.emissions.bulk import KEY, bulk_totals
from carbon.records.grids.ledgers import parquet_ledger

distributed = pytest.importorskip("distributed")
cloudpickle = pytest.importorskip("cloudpickle")
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers cannot import this module
COLUMNS = [*KEY, "company", "quantity"]
BY = ["company", "year"]


@pytest.fixture(scope="module")
def client():
    """Two worker processes, each under a nanny that starts it again."""
    with (distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
          distributed.Client(cluster) as client):
        yield client


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """40,000 rows in twelve row groups."""
    monkeypatch.setattr(kernel, "ROW_GROUP", 3_500)
    kernel.write_ledger(tmp_path / "ledger.parquet", 40_000)
    found = parquet_ledger([tmp_path / "ledger.parquet"], COLUMNS)
    assert len(found) == 12
    return found


def per_unit(keys):
    return kernel.lines_per_unit(keys, 2)


def no_factor_for_flights(keys):
    lines = kernel.lines_per_unit(keys, 1)
    return lines[~lines["factor_id"].str.startswith("flight")]


def die_once(folder, number, lines):
    """Each row group leaves a file; at number 5 the worker dies, the first time."""
    Path(folder, f"{number}.{os.getpid()}").write_text(str(lines.num_rows))
    if number == 5 and not Path(folder, "died").exists():
        Path(folder, "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)


def test_workers_give_the_bits_of_one_process(client, ledger):
    """Two workers, one thread here, two threads here: equal to the last bit."""
    here = bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY)

    assert bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY, client=client).equals(here)
    assert bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY, threads=2).equals(here)
    assert here["co2e_kg"].sum() > 0


def test_a_killed_worker_changes_nothing(client, ledger, tmp_path):
    """SIGKILL in the middle of a row group: its tasks run again elsewhere, no row is lost or counted twice."""
    here = bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY)
    folder = tmp_path / "seen"
    folder.mkdir()
    found = bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY, client=client,
                        audit=partial(die_once, str(folder)))

    assert found.equals(here)
    assert (folder / "died").exists()
    runs = [path.name.split(".") for path in folder.glob("*.*")]
    assert {int(number) for number, _ in runs} == set(range(len(ledger)))
    assert len({process for number, process in runs if number == "5"}) == 2  # the one killed, and another


@pytest.mark.torture
def test_twenty_million_rows_with_a_killed_worker(client, tmp_path):
    """Twenty row groups of a million: the bits of one process, though a worker is killed in the sixth."""
    kernel.write_ledger(tmp_path / "ledger.parquet", 20_000_000)
    ledger = parquet_ledger([tmp_path / "ledger.parquet"], COLUMNS)
    folder = tmp_path / "seen"
    folder.mkdir()
    found = bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY, client=client,
                        audit=partial(die_once, str(folder)))

    assert (folder / "died").exists()
    lines = {path.name.split(".")[0]: int(path.read_text()) for path in folder.glob("*.*")}
    assert len(lines) == len(ledger) == 20 and sum(lines.values()) == 2 * 20_000_000  # two parts of each row
    assert found.equals(bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY))


def test_refusals_of_a_worker_arrive_whole(client, ledger, tmp_path):
    """A missing factor and a changed file are told as they are in process, with rows and remedy."""
    with pytest.raises(MissingFactorError, match="no emission factor") as refused:
        bulk_totals(ledger, len(ledger), per_unit=no_factor_for_flights, by=BY, client=client)
    assert refused.value.rows["activity"].str.startswith("flight").all()
    os.utime(tmp_path / "ledger.parquet", (1, 1))
    with pytest.raises(FileRefused, match="changed while it was read") as changed:
        bulk_totals(ledger, len(ledger), per_unit=per_unit, by=BY, client=client)
    assert changed.value.code == "file_changed"
