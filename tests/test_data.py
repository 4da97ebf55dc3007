"""MNIST and its writers: contents, error messages that name a damaged file, one-hot encoding and minibatches."""

import gzip
import http.server
import shutil
import subprocess
import sys
import threading
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers import FASHION_CLASSES, DataError, data, fashion_mnist, minibatches, mnist, one_hot, unhot, writers

COURSE_DATA = data.REPOSITORY_DATA  # saved before tests patch it
IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = (f"{name}.gz" for name in data.SHA256)


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the data that a test may damage."""
    copy = tmp_path / "mnist"
    copy.mkdir()
    for name in data.SHA256:
        shutil.copy(COURSE_DATA / f"{name}.gz", copy)
    return copy


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Remove all data, in the repository and in the user's cache; return the path of the latter."""
    monkeypatch.delenv("MLP_COURSE_DATA", raising=False)
    monkeypatch.setattr(data, "REPOSITORY_DATA", tmp_path / "no-repository")
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    return tmp_path / "cache" / "mlp-course"


@pytest.fixture
def serve():
    """Yield a function that serves a folder over HTTP on this machine and returns its address."""
    servers = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    def start(folder):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # poll for shutdown
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def changed(content, at):
    """Return bytes with another last bit at one place."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def with_another_label(content):
    return gzip.compress(changed(gzip.decompress(content), at=100))


@pytest.fixture(scope="module")
def sets():
    return mnist()


class TestMnist:
    def test_shapes_types_and_ranges(self, sets):
        (X_train, y_train), (X_valid, y_valid), (X_test, y_test) = sets
        assert X_train.shape == (50_000, 1, 28, 28)
        assert X_valid.shape == X_test.shape == (10_000, 1, 28, 28)
        assert y_train.shape == (50_000,)
        assert y_valid.shape == y_test.shape == (10_000,)
        assert {X.dtype for X in (X_train, X_valid, X_test)} == {np.dtype("float32")}
        assert {y.dtype for y in (y_train, y_valid, y_test)} == {np.dtype("int32")}
        assert X_train.min() == 0.0
        assert X_train.max() == 255 / 256

    def test_the_digits_are_those_of_the_sheet(self, sets):
        # The first labels of each set in the sheet's mnist.pkl.gz.
        (_, y_train), (_, y_valid), (X_test, y_test) = sets
        assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
        assert y_valid[:10].tolist() == [3, 8, 6, 9, 6, 4, 5, 3, 8, 4]
        assert y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
        assert np.bincount(y_train).tolist() == [4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988]
        assert X_test[0, 0].astype(bool).sum() == 116

    def test_the_parts_can_be_written_to(self):
        # Slices of a read-only buffer would fail for the first student who inverts an image in place.
        (X_train, y_train), *_ = mnist()
        X_train[0] = 1 - X_train[0]
        y_train[0] = 9

    @pytest.mark.parametrize("by_argument", [True, False])
    def test_the_folder_named_is_taken_first(self, folder, monkeypatch, by_argument):
        if by_argument:
            monkeypatch.setenv("MLP_COURSE_DATA", str(COURSE_DATA))
            assert data.data_folder(folder) == folder
        else:
            monkeypatch.setenv("MLP_COURSE_DATA", str(folder))
            assert data.data_folder() == folder

    def test_a_folder_without_files_is_passed_over(self, tmp_path, monkeypatch):
        monkeypatch.delenv("MLP_COURSE_DATA", raising=False)
        assert data.data_folder(tmp_path) == COURSE_DATA

    def test_a_folder_that_does_not_exist_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match=r"datasets_dir must be a folder that exists .*, got '.*absent'"):
            mnist(tmp_path / "absent")


class TestFashion:
    @pytest.fixture
    def clothes(self, tmp_path):
        """Return a folder with the training files alone, as in the students' edition."""
        folder = tmp_path / "data" / "fashion-mnist"
        folder.mkdir(parents=True)
        for name in (IMAGES, LABELS):
            shutil.copy(COURSE_DATA / "fashion-mnist" / name, folder)
        return folder

    def test_contents(self):
        (X_train, y_train), (X_valid, y_valid), (X_test, y_test) = fashion_mnist()
        assert [len(X) for X in (X_train, X_valid, X_test)] == [50_000, 10_000, 10_000]
        assert (X_train.shape[1:], X_train.dtype, y_train.dtype) == ((1, 28, 28), np.float32, np.int32)
        # The first labels of each file, as its authors' page shows them.
        assert y_train[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
        assert y_test[:10].tolist() == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]
        assert np.bincount(np.concatenate([y_train, y_valid])).tolist() == [6000] * 10
        assert np.bincount(y_test).tolist() == [1000] * len(FASHION_CLASSES)

    @pytest.mark.thorough
    def test_without_the_test_set(self, clothes, nowhere):
        assert len(fashion_mnist(clothes.parent, test=False)) == len(fashion_mnist(clothes, test=False)) == 2
        with pytest.raises(DataError, match=r"t10k-images.* is missing: the students' edition has no test set"):
            fashion_mnist(clothes)

    def test_where_it_is_looked_for(self, clothes, nowhere, monkeypatch, tmp_path):
        monkeypatch.setattr(data, "DEBIAN_DATA", tmp_path / "debian")
        assert data.named_folder(dataset=data.FASHION) is None
        assert data.cache_folder(data.FASHION) == nowhere / "fashion-mnist"
        debian = shutil.copytree(clothes, tmp_path / "debian" / "fashion-mnist")
        assert data.named_folder(dataset=data.FASHION) == debian
        monkeypatch.setenv("MLP_COURSE_DATA", str(clothes.parent))
        assert data.named_folder(dataset=data.FASHION) == clothes
        assert data.named_folder(debian, data.FASHION) == debian

    def test_each_reader_knows_the_others_files(self, folder, clothes, nowhere):
        with pytest.raises(DataError, match=r"holds MNIST's train-images.* instead of Fashion-MNIST's train-images"):
            fashion_mnist(folder)
        shutil.copy(clothes / IMAGES, folder)
        with pytest.raises(DataError, match=r"holds Fashion-MNIST's train-images.* instead of MNIST's train-images"):
            mnist(folder)


class TestWriters:
    @pytest.fixture
    def path(self, tmp_path, nowhere):
        """Return the path of a copy of the file, the only one."""
        name = Path("qmnist") / "writers-idx1-short.gz"
        (tmp_path / "qmnist").mkdir()
        return Path(shutil.copy(COURSE_DATA / name, tmp_path / name))

    def test_who_wrote_how_many(self):
        train, valid, test = writers()
        assert [part.shape for part in (train, valid, test)] == [(50_000,), (10_000,), (10_000,)]
        assert {part.dtype for part in (train, valid, test)} == {np.dtype("int32")}
        # The first rows of QMNIST's tables, read by hand.
        assert (train[:5].tolist(), test[:3].tolist()) == ([2154, 0, 2232, 0, 2168], [2578, 2359, 2530])
        all_training = np.union1d(train, valid)
        assert [len(set(part.tolist())) for part in (all_training, train, valid, test)] == [539, 485, 305, 297]
        assert all_training.tolist() == [*range(289), *range(2100, 2350)]
        assert len(np.intersect1d(train, valid)) == 251
        assert np.isin(valid, train).sum() == 4080  # 40.8 %
        assert not np.isin(test, all_training).any()

    def test_students_come_first_in_the_test_set(self):
        train, valid, test = writers()
        assert np.flatnonzero((test >= 2100) != (np.arange(10_000) < 5000)).tolist() == [5000]
        students = np.concatenate([train, valid]) >= 2100
        shares = [students.mean(), students[:55_000].mean(), students[55_000:].mean(), students[50_000:].mean()]
        assert np.round(shares, 3).tolist() == [0.484, 0.5, 0.31, 0.405]

    def test_a_folder_of_data_sets_or_its_own(self, path):
        for folder in (path.parent, path.parent.parent):
            assert writers(folder)[0][0] == 2154

    def test_the_digits_load_without_it(self, folder, nowhere):
        assert len(mnist(folder)) == 3
        with pytest.raises(DataError, match=r"no-repository/qmnist/writers.*gz is missing: .*git restore data"):
            writers(folder)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda content: content[:-2], "does not hold QMNIST's writers-idx1-short"),  # one writer is missing
            (lambda content: content[:100] + b"\0\0" + content[102:], "does not hold QMNIST's writers"),
            (lambda content: gzip.decompress((COURSE_DATA / LABELS).read_bytes()), "holds MNIST's train-labels"),
        ],
    )
    def test_another_content(self, path, change, message):
        path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()))))
        with pytest.raises(DataError, match=f"{path.name} {message}.*git restore data"):
            writers(path.parent)

    def test_truncated(self, path):
        path.write_bytes(path.read_bytes()[:1000])
        with pytest.raises(DataError, match=f"{path.name} is damaged: .*git restore data"):
            writers(path.parent)


class TestDamagedFiles:
    @pytest.fixture(autouse=True)
    def not_the_repository(self, nowhere):
        pass

    def check(self, folder, name, message):
        with pytest.raises(DataError, match=message) as caught:
            mnist(folder)
        assert str(folder / name) in str(caught.value)
        assert "git restore data" in str(caught.value) or "put it beside" in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "change", "message"),
        [
            (IMAGES, lambda content: content[:1000], "is damaged: "),
            (IMAGES, lambda content: b"", "does not hold MNIST's train-images"),
            (TEST_LABELS, lambda content: changed(content, at=len(content) // 2), "is damaged|does not hold"),
            (LABELS, with_another_label, "does not hold MNIST's train-labels-idx1-ubyte"),
            (LABELS, lambda content: b"<html>Not found</html>", "is damaged: Not a gzipped file"),
            (
                LABELS,
                lambda content: (COURSE_DATA / IMAGES).read_bytes(),
                f"holds {IMAGES[:-3]} instead of {LABELS[:-3]}",
            ),
        ],
        ids=["truncated", "empty", "one bit", "another label", "no archive", "images"],
    )
    def test_another_content(self, folder, name, change, message):
        (folder / name).write_bytes(change((folder / name).read_bytes()))
        self.check(folder, name, message)

    def test_much_more_than_it_must_hold_is_not_read(self, folder):
        ones = gzip.compress(bytes(1 << 26))
        (folder / LABELS).write_bytes(16 * ones)  # gzip members may be concatenated
        tracemalloc.start()
        self.check(folder, LABELS, "does not hold MNIST's train-labels")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 250e6  # it would unpack to a gigabyte

    def test_unreadable(self, folder, monkeypatch):
        # chmod would not do: in containers, tests run as root, which may read everything.
        def refuse(path):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(data.gzip, "open", refuse)
        self.check(folder, IMAGES, "cannot be read: Permission denied")

    def test_one_missing(self, folder):
        (folder / LABELS).unlink()
        self.check(folder, LABELS, "is missing: put it beside the other MNIST files")


class TestDownload:
    @pytest.mark.thorough
    def test_from_the_second_mirror_once(self, nowhere, serve, folder, monkeypatch, capfd):
        empty = folder.parent / "empty"
        empty.mkdir()
        monkeypatch.setattr(data.MNIST, "mirrors", (serve(empty), serve(folder)))
        assert mnist()[2][1][0] == 7
        assert sorted(path.name for path in nowhere.iterdir()) == sorted(f"{name}.gz" for name in data.SHA256)
        monkeypatch.setattr(data.MNIST, "mirrors", ())
        assert data.data_folder() == nowhere

    def test_a_bad_download_leaves_nothing_behind(self, nowhere, serve, folder, monkeypatch):
        (folder / IMAGES).write_bytes((folder / IMAGES).read_bytes()[:-100])
        monkeypatch.setattr(data.MNIST, "mirrors", (serve(folder),))
        with pytest.raises(DataError, match=f"{IMAGES} could not be downloaded; put it into .*\n.*is damaged"):
            mnist()
        assert list(nowhere.iterdir()) == []

    def test_no_connection(self, nowhere, monkeypatch):
        monkeypatch.setattr(data.MNIST, "mirrors", ("http://127.0.0.1:9/",))
        with pytest.raises(DataError, match="could not be downloaded"):
            mnist()
        assert list(nowhere.iterdir()) == []

    @pytest.mark.thorough
    def test_two_processes_at_once(self, serve, folder, tmp_path):
        code = f"""
import pathlib, pooch
from mlp_helpers import data
data.REPOSITORY_DATA = pathlib.Path("nowhere")
data.MNIST.mirrors = ({serve(folder)!r},)
pooch.os_cache = lambda project: pathlib.Path({str(tmp_path / "cache")!r})
print(data.mnist()[2][1][0])
"""
        processes = [
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        assert [process.communicate()[0] for process in processes] == ["7\n", "7\n"]
        assert {path.name for path in (tmp_path / "cache").iterdir()} == {IMAGES, LABELS, TEST_IMAGES, TEST_LABELS}


class TestOneHot:
    def test_by_hand(self):
        assert one_hot(np.array([1, 2, 0])).tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]

    def test_an_absent_class_keeps_its_column(self):
        assert one_hot(np.array([0, 2])).tolist() == [[1, 0, 0], [0, 0, 1]]
        assert one_hot(np.array([0, 2]), 4).shape == (2, 4)

    @given(st.lists(st.integers(0, 9), min_size=1), st.integers(10, 12))
    def test_there_and_back(self, labels, n_classes):
        rows = one_hot(np.array(labels), n_classes)
        assert rows.shape == (len(labels), n_classes)
        assert unhot(rows).tolist() == labels
        assert rows.sum(axis=1).tolist() == [1] * len(labels)

    def test_dtype(self):
        assert one_hot([0], dtype=np.float32).dtype == np.float32

    @pytest.mark.parametrize(("labels", "kind"), [([0.5], TypeError), ([-1], ValueError), ([3], ValueError)])
    def test_bad_labels(self, labels, kind):
        with pytest.raises(kind, match="labels must"):
            one_hot(labels, 3)

    def test_bad_number_of_classes(self):
        with pytest.raises(ValueError, match="n_classes must be"):
            one_hot([0], 0)


class TestMinibatches:
    def test_the_partial_batch_is_kept(self):
        X = np.arange(7)
        assert [x.tolist() for x, _ in minibatches(X, X, 3)] == [[0, 1, 2], [3, 4, 5], [6]]

    @given(st.integers(1, 40), st.integers(1, 50), st.booleans())
    def test_every_sample_once_with_its_label(self, n_samples, batch_size, shuffled):
        X = np.arange(n_samples)
        batches = list(minibatches(X, 10 * X, batch_size, np.random.default_rng(0) if shuffled else None))
        assert sorted(np.concatenate([x for x, _ in batches])) == X.tolist()
        assert all((10 * x == y).all() for x, y in batches)
        assert all(len(x) == batch_size for x, _ in batches[:-1])

    def test_the_generator_decides_the_order(self, rng):
        X = np.arange(100)
        orders = [np.concatenate([x for x, _ in minibatches(X, X, 9, rng)]).tolist() for _ in range(2)]
        again = np.concatenate([x for x, _ in minibatches(X, X, 9, np.random.default_rng(0))]).tolist()
        assert orders[0] == again
        assert orders[0] != orders[1]

    def test_without_a_generator_batches_are_views(self):
        X = np.zeros((4, 2))
        assert all(np.shares_memory(x, X) for x, _ in minibatches(X, X, 3))

    def test_complaints_come_at_the_call(self):
        with pytest.raises(ValueError, match="batch_size must be"):
            minibatches([1], [1], 0)
        with pytest.raises(ValueError, match="same length, got 1 and 2"):
            minibatches([1], [1, 2], 1)


def test_no_pickle_anywhere():
    sources = data.Path(data.__file__).parent.rglob("*.py")
    assert not [
        path.name for path in sources if "import pickle" in path.read_text() or "pickle=True" in path.read_text()
    ]


def test_importing_the_package_is_light():
    heavy = {
        "matplotlib",
        "ipywidgets",
        "scipy",
        "tqdm",
        "optuna",
        "pooch",
        "threadpoolctl",
        "typer",
        "psutil",
        "IPython",
    }
    code = f"import sys, mlp_helpers; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_training_data_leave_out_the_test_set(digits):
    (X, y), (X_valid, y_valid), _ = digits
    for part, expected in zip(data.training_data(), (X, y, X_valid, y_valid), strict=True):
        assert np.array_equal(part, expected)
    for part, expected in zip(data.training_data(7), (X, y, X_valid, y_valid), strict=True):
        assert np.array_equal(part, expected[:7])
    with pytest.raises(ValueError, match="n_samples must be"):
        data.training_data(0)
