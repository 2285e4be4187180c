"""What a viewer asks for: which agents, how often, in which form."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence, Union
from urllib.parse import quote, urlsplit, urlunsplit

FORMS = ("json", "plain", "delta")
FPS_MAX = 240
BATCH_MAX = 60
BOX_FACES = 6
RANGES_MAX = 1_000
SPHERES_MAX = 100
LABEL_BYTES_MAX = 255
_ID_MAX = 2**32 - 1
_RANGE = re.compile(r"([0-9]{1,10})(?:-([0-9]{1,10}))?")
_PARAMETERS = frozenset(("fps", "agents", "spheres", "box", "form"))


@dataclass(frozen=True)
class View:
    """A part of the swarm. What is left out is not restricted; an agent is shown when it meets every condition.

    `fps`: frames a second at most, 0 for as many as there are. `agents`: ids and ranges of ids, as "0-99,150", of ids from 0
    to 4294967295, at most 1,000 ranges. `spheres`: labels, of which an agent has one; 1 to 100, of 1 to 255 bytes. `box`:
    minX, minY, minZ, maxX, maxY, maxZ, faces included. `form`: delta or plain where the encoding is sbe, json where it is
    json; None for the connection's own.
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
        return View(fps, _agents(agents), _labels(spheres), _box(box), form)

    def selects_as(self, other: View) -> bool:
        """Whether both show the same agents, as far as one can tell from here."""
        mine = (self.agents, frozenset(self.spheres), self.box)
        return mine == (other.agents, frozenset(other.spheres), other.box)

    def added_to(self, url: str, batch: int = 1) -> str:
        """The URL that says the same at connect, and how many ticks are to come in one message. Raises ValueError when the URL
        says one of these itself.
        """
        said = {
            "fps": str(self.fps) if self.fps else "",
            "agents": self.agents,
            "spheres": ",".join(quote(label, safe="") for label in self.spheres),
            "box": "" if self.box is None else ",".join(map(repr, self.box)),
            "form": self.form or "",
            "batch": str(batch) if batch > 1 else "",
        }
        parts = urlsplit(url)
        present = [pair for pair in parts.query.split("&") if pair]
        for pair in present:
            name = pair.split("=", 1)[0]
            if said.get(name):
                raise ValueError(f"{name} is said by the URL and by an argument; say it once")
        pairs = present + [f"{name}={text}" for name, text in said.items() if text]
        return urlunsplit(parts._replace(query="&".join(pairs)))

    @staticmethod
    def said_by(url: str, name: str) -> Optional[str]:
        """What the URL asks for under that name; None where it does not."""
        for pair in urlsplit(url).query.split("&"):
            said, _, text = pair.partition("=")
            if said == name:
                return text
        return None

    @staticmethod
    def removed_from(url: str) -> str:
        """The URL without what it says of a view."""
        parts = urlsplit(url)
        kept = [pair for pair in parts.query.split("&") if pair and pair.split("=", 1)[0] not in _PARAMETERS]
        return urlunsplit(parts._replace(query="&".join(kept)))

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


def _labels(spheres: Union[None, str, Iterable[str]]) -> tuple[str, ...]:
    if spheres is None:
        return ()
    labels = (spheres,) if isinstance(spheres, str) else tuple(spheres)
    if not 1 <= len(labels) <= SPHERES_MAX:
        raise ValueError(f"spheres has {len(labels)} labels: 1 to {SPHERES_MAX}, or leave it out for all")
    for label in labels:
        check_label(label)
    return labels


def check_label(label: Any) -> None:
    """Raises ValueError for what cannot be the label of a sphere."""
    try:
        fits = isinstance(label, str) and 1 <= len(label.encode("utf-8")) <= LABEL_BYTES_MAX
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise ValueError(f"spheres has {label!r}: a text of 1 to {LABEL_BYTES_MAX} bytes in UTF-8")


def _agents(agents: Union[None, str, Iterable[int]]) -> str:
    """Ids and ranges as few as there can be, ascending."""
    if agents is None:
        return ""
    if isinstance(agents, str):
        ranges = sorted(_read_range(part.strip()) for part in agents.split(","))
    else:
        ranges = [(agent, agent) for agent in sorted(map(_checked_id, agents))]
    if not ranges:
        raise ValueError("agents is empty: name one at least, or leave it out for all")
    merged = ranges[:1]
    for first, last in ranges[1:]:
        before, end = merged[-1]
        if first <= end + 1:
            merged[-1] = before, max(end, last)
        else:
            merged.append((first, last))
    if len(merged) > RANGES_MAX:
        raise ValueError(f"agents has {len(merged)} ranges: at most {RANGES_MAX}; ask for a box or spheres, or for all")
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in merged)


def _read_range(part: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(part)
    if found is None:
        raise ValueError(f"agents holds {part!r}: ids and ranges of ids, as 0-99,150")
    first = _checked_id(int(found[1]))
    last = first if found[2] is None else _checked_id(int(found[2]))
    if first > last:
        raise ValueError(f"agents holds {part!r}: a range names its smaller end first")
    return first, last


def _checked_id(agent: Any) -> int:
    try:
        number = int(agent)
        fits = number == agent and 0 <= number <= _ID_MAX
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
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
