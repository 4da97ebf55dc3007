"""Kernels: simultaneous starts do not interfere, and a failed start leaves nothing behind."""

import os
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec, NoSuchKernel

from mlp_helpers.nbcheck.kernels import Kernel, NoKernel, ThisPython


@pytest.fixture
def kernels(tmp_path):
    found = [Kernel(tmp_path, ThisPython()) for _ in range(2)]  # both start concurrently
    yield found
    for kernel in found:
        kernel.stop()


@pytest.mark.skipif(os.name != "posix", reason="kernels talk through ports")
def test_each_talks_through_sockets_of_its_own_and_leaves_none(kernels):
    addresses = [Path(kernel.wait().km.ip) for kernel in kernels]
    folders = {address.parent for address in addresses}
    assert len(folders) == 2
    assert all(len(list(folder.iterdir())) == 5 for folder in folders)
    for kernel in kernels:
        assert [output.text for output in kernel.run("print(1)", 20)] == ["1\n"]
        kernel.stop()
    assert not any(folder.exists() for folder in folders)


class NoProgram(ThisPython):
    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=["/no/such/program"], display_name="None", language="python")


class Unknown(ThisPython):
    def get_kernel_spec(self, kernel_name):
        raise NoSuchKernel(kernel_name)


@pytest.mark.parametrize(("specs", "error"), [(NoProgram, NoKernel), (Unknown, NoSuchKernel)])
def test_one_that_cannot_be_started_leaves_no_folder(specs, error, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(error):
        Kernel(tmp_path, specs())
    assert list(tmp_path.iterdir()) == []
