"""What a viewer asks for: which agents, how often, in which form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence, Union
from urllib.parse import quote, urlsplit, urlunsplit

FORMS = ("json", "plain", "delta")
FPS_MAX = 240
BOX_FACES = 6
_ID_MAX = 2**32 - 1


@dataclass(frozen=True)
class View:
    """A part of the swarm. What is left out is not restricted; an agent is shown when it meets every condition.

    `fps`: frames a second at most, 0 for as many as there are. `agents`: ids and ranges of ids, as "0-99,150". `spheres`:
    labels, of which an agent has one. `box`: minX, minY, minZ, maxX, maxY, maxZ, faces included. `form`: json or plain; None
    for the connection's own.
    """

    fps: int = 0
    agents: str = ""
    spheres: tuple[str, ...] = ()
    box: Optional[tuple[float, ...]] = None
    form: Optional[str] = None

    @staticmethod
    def of(
        fps: Optional[int] = None,
        agents: Union[None, str, Iterable[int]] = None,
        spheres: Union[None, str, Iterable[str]] = None,
        box: Optional[Sequence[float]] = None,
        form: Optional[str] = None,
    ) -> View:
        """Checks what a person wrote. Raises ValueError that names the field and its limits."""
        fps = 0 if fps is None else fps
        if isinstance(fps, bool) or not isinstance(fps, int) or not 0 <= fps <= FPS_MAX:
            raise ValueError(f"fps={fps!r}: a whole number from 0 to {FPS_MAX}")
        if form is not None and form not in FORMS:
            raise ValueError(f"form={form!r}: one of {', '.join(FORMS)}")
        labels = () if spheres is None else (spheres,) if isinstance(spheres, str) else tuple(spheres)
        if not all(isinstance(label, str) and label for label in labels):
            raise ValueError(f"spheres={spheres!r}: labels, none of them empty")
        return View(fps, _ranges(agents), labels, _box(box), form)

    def added_to(self, url: str) -> str:
        """The URL that says the same at connect. Raises ValueError when the URL says one of these itself."""
        said = {
            "fps": str(self.fps) if self.fps else "",
            "agents": self.agents,
            "spheres": ",".join(quote(label, safe="") for label in self.spheres),
            "box": "" if self.box is None else ",".join(map(repr, self.box)),
            "form": self.form or "",
        }
        parts = urlsplit(url)
        present = [pair for pair in parts.query.split("&") if pair]
        for pair in present:
            name = pair.split("=", 1)[0]
            if said.get(name):
                raise ValueError(f"{name} is said by the URL and by an argument; say it once")
        pairs = present + [f"{name}={text}" for name, text in said.items() if text]
        return urlunsplit(parts._replace(query="&".join(pairs)))

    def to_json(self) -> dict[str, Any]:
        """The field `swarm` of a subscribe."""
        swarm: dict[str, Any] = {"fps": self.fps}
        if self.form is not None:
            swarm["form"] = self.form
        if self.agents:
            swarm["agents"] = self.agents
        if self.spheres:
            swarm["spheres"] = list(self.spheres)
        if self.box is not None:
            swarm["box"] = list(self.box)
        return swarm


def _ranges(agents: Union[None, str, Iterable[int]]) -> str:
    if agents is None or isinstance(agents, str):
        return agents or ""
    ids = sorted({_checked_id(agent) for agent in agents})
    if not ids:
        raise ValueError("agents is empty: name one at least, or leave it out for all")
    ranges = []
    first = last = ids[0]
    for agent in ids[1:]:
        if agent != last + 1:
            ranges.append((first, last))
            first = agent
        last = agent
    ranges.append((first, last))
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def _checked_id(agent: Any) -> int:
    number = int(agent)
    if number != agent or not 0 <= number <= _ID_MAX:
        raise ValueError(f"agents names {agent!r}: an id is a whole number from 0 to {_ID_MAX}")
    return number


def _box(box: Optional[Sequence[float]]) -> Optional[tuple[float, ...]]:
    if box is None:
        return None
    faces = tuple(map(float, box))
    if len(faces) != BOX_FACES or not all(map(math.isfinite, faces)):
        raise ValueError(f"box={box!r}: six finite numbers, minX, minY, minZ, maxX, maxY, maxZ")
    for axis in range(BOX_FACES // 2):
        if faces[axis] > faces[axis + 3]:
            raise ValueError(f"box={box!r}: {'xyz'[axis]} goes from {faces[axis]} to {faces[axis + 3]}; the smaller first")
    return faces
