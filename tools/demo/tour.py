"""What to look at, in words."""

from __future__ import annotations

from tools.demo import obtaining
from tools.demo.network import DemoNetwork
from tools.demo.travelling import Traveller

CHANGE = frozenset({"c", "change"})
WITHDRAW = frozenset({"w", "withdraw"})
ERASE = frozenset({"e", "erase"})
CORRECT = frozenset({"k", "correct"})
LEAVE = frozenset({"l", "leave"})
QUIT = frozenset({"q", "quit"})
ORDERS = (
    "Type  c  to change a record at its home,  k  to correct one from elsewhere,  w  to withdraw it,  e  to erase it,  "
    "l  to let a member leave,  q  or Ctrl-C to end all three."
)


def opening(network: DemoNetwork, traveller: Traveller) -> str:
    """Return the tour."""
    first, second, third = network.nodes
    nodes = "\n".join(f"  {node.part.address}  {node.part.name}: {len(node.part.folders)} records of its own"
                      for node in network.nodes)  # fmt: skip
    asked = obtaining.page_at(second, first, obtaining.ASKED, obtaining.FULDA, third)
    shared = obtaining.page_at(first, second, obtaining.SHARED, obtaining.REMSCHEID, third)
    return f"""
An association and its two members run on this machine and have exchanged what they publish:
{nodes}

What to look at:
  1. {second.part.address}/suche?q=Datenplattform
     Hits of all three in one list, each once. Those of others name their origin; "Herkunft" filters by it.
  2. {traveller.page_at(second)}
     A record whose home is {first.part.name}. Its page says where it comes from and how old the copy is; "Herkunft
     prüfen" below. It is shown as long as the signed list of its home names it.
  3. {traveller.page_at(first)}
     The same record at its home, with all its versions.
  4. {third.part.address}/netz
     Who takes part, and when each has last confirmed what it publishes.
  5. {second.part.address}/
     Ask, put hits of several origins aside and write the memo: it names the version, its home and the copy here.
  6. {asked}
     Whether a district can obtain a solution of {first.part.name}: its provider and the one who offers it are members
     of the same cooperative, as {third.part.name} says. Each link names its node; what no source says stays open.
  7. {shared}
     A solution of {second.part.name} that a city can obtain: {third.part.name} has the list of members.

{ORDERS}
"""


def left(network: DemoNetwork) -> str:
    """Say what became of copies when the second node has left."""
    first, second, third = network.nodes
    return (
        f"{second.part.name} has left {third.part.name}: its records are gone at both others, and theirs there.\n"
        f"  {first.part.address}/netz\n  {second.part.address}/netz\n{ORDERS}"
    )


def changed(title: str) -> str:
    """Say what happened at home."""
    return f"Changed at home: {title}\nThe others fetch …"


def withdrawn(traveller: Traveller) -> str:
    """Say what happened at home."""
    what = "Withdrawn" if traveller.withdrawn == "error" else "Erased"
    return f"{what} at home: {traveller.title}\nThe others fetch …"


def arrived(network: DemoNetwork, traveller: Traveller) -> str:
    """Say where to see it."""
    what = {"": "The new version", "error": "The withdrawal"}.get(traveller.withdrawn, "The erasure")
    places = "\n".join(f"  {traveller.page_at(node)}" for node in network.nodes[1:])
    return f"{what} has arrived:\n{places}\n{ORDERS}"


def corrected(pages: tuple[str, str]) -> str:
    """Say where to see it."""
    places = "\n".join(f"  {page}" for page in pages)
    return f"The second node proposed a correction, the first accepted it, and the answer is back:\n{places}\n{ORDERS}"
