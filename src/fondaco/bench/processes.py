"""CPU and memory of groups of processes over an interval: server, PostgreSQL, driver.

A group is some root processes with all their descendants, less those that belong to another
group. CPU includes descendants that ended meanwhile, once their parent has reaped them.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

import msgspec
import psutil


class Usage(msgspec.Struct, frozen=True):
    """What one group used.

    `cpu_seconds` is user and system time, `cores` the same per second of the interval. Peaks are
    of the sum over the group, as sampled. RSS counts memory shared between processes once for
    each, PSS once in all; PSS is None where the system does not tell it.
    """

    cpu_seconds: float
    cores: float
    processes: int
    peak_rss_bytes: int
    peak_pss_bytes: int | None


class Watch:
    """Samples groups of processes between entering and leaving; then `usage` is by group.

    `groups` maps a name to one root's process id or to several. A root should outlive the watch.
    PSS is read on every fourth sample only, because the kernel walks page tables for it.
    """

    def __init__(
        self, groups: Mapping[str, int | Iterable[int]], every_s: float = 0.5, pss_every: int = 4
    ) -> None:
        self.usage: dict[str, Usage] = {}
        roots = {name: [ids] if isinstance(ids, int) else list(ids) for name, ids in groups.items()}
        all_roots = {each for ids in roots.values() for each in ids}
        self._groups = {name: _Group(ids, all_roots - set(ids)) for name, ids in roots.items()}
        self._every_s, self._pss_every = every_s, pss_every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_sampling, name="watch", daemon=True)
        self._began = 0.0

    def __enter__(self) -> Self:
        self._sample(with_pss=True)
        for group in self._groups.values():
            group.start()
        self._began = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        seconds = time.perf_counter() - self._began
        self._sample(with_pss=True)
        self.usage = {name: group.usage(seconds) for name, group in self._groups.items()}

    def _keep_sampling(self) -> None:
        count = 0
        while not self._over.wait(self._every_s):
            count += 1
            self._sample(with_pss=count % self._pss_every == 0)

    def _sample(self, *, with_pss: bool) -> None:
        for group in self._groups.values():
            group.sample(with_pss=with_pss)


class _Group:
    def __init__(self, roots: list[int], foreign: set[int]) -> None:
        self._roots, self._foreign = roots, foreign
        self._cpu_before = 0.0
        self._cpu = 0.0
        self._processes = 0
        self._rss = 0
        self._pss: int | None = None

    def start(self) -> None:
        self._cpu_before = self._cpu

    def sample(self, *, with_pss: bool) -> None:
        cpu, rss, pss = 0.0, 0, 0
        members = self._members()
        for process in members:
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    # a reaped child's time moves into its parent's children's time
                    cpu += sum((times.user, times.system))
                    cpu += sum((times.children_user, times.children_system))
                    rss += process.memory_info().rss
                if with_pss:
                    pss += getattr(process.memory_full_info(), "pss", 0)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        # a child that has ended but is not reaped yet is in neither place for a moment
        self._cpu = max(self._cpu, cpu)
        self._processes = max(self._processes, len(members))
        self._rss = max(self._rss, rss)
        if pss:
            self._pss = max(self._pss or 0, pss)

    def usage(self, seconds: float) -> Usage:
        cpu = self._cpu - self._cpu_before
        return Usage(
            cpu_seconds=round(cpu, 3),
            cores=round(cpu / seconds, 3) if seconds > 0 else 0.0,
            processes=self._processes,
            peak_rss_bytes=self._rss,
            peak_pss_bytes=self._pss,
        )

    def _members(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        excluded = set(self._foreign)
        for pid in self._roots:
            try:
                root = psutil.Process(pid)
                found.append(root)
                # one walk over all processes a root; parents come before their children
                for child in root.children(recursive=True):
                    if child.pid in excluded or child.ppid() in excluded:
                        excluded.add(child.pid)
                    else:
                        found.append(child)
            except psutil.Error:
                continue
        return found
