"""Decides whether a place can obtain a solution.

**What an answer says.** *Yes*: a recorded chain leads from the place to the solution, and each link rests on a
dated source or on the asker's own word. *Possible*: the same, but for steps that are the asker's own: to join a
partnership, to buy, to have somebody run what it has no people for, to ask where code lies today that was last shown
years ago and that a fresh source says is kept up. *Unknown*: the solution is there to be had, but
a link of the chain is one that nobody has confirmed. *Undocumented*: nothing shows that it is there to be had, such
as an offer that was only spoken of, or source code last seen years ago. *No*: every recorded route is closed to this
place by the words of its own entry (withdrawn, or meant for other states or kinds), or no route is recorded at all. A
membership that is not recorded is never a no, because no list of members is complete.

**The order.** Answers are ordered by hope: yes > possible > unknown > undocumented > no, and the answer for a solution
is the best of its routes. Removing a fact (an organisation, a membership, a route, a source, the asker's statement)
never raises an answer, because

- *what opens a way needs a source; what closes it does not.* A yes needs every link, so taking one away lowers
  it. A closed route stays closed when its source is lost: doubt about the source is no reason for hope;
- *a restriction stands inside the fact that a yes needs anyway.* Whoever is left out by the record of an
  organisation (unknown) is not let in when that record is lost, since a chain over a lost organisation is
  unknown, too. Restrictions are part of the statement that they restrict and cannot be removed alone;
- *the newest source counts*, so that losing one never makes a statement look fresher;
- *a size that is not stated counts as small*, so that keeping it back never spares a place a step;
- *the best of fewer routes is not better*, and no route at all is the lowest answer there is.

That also settles that unknown never becomes yes: a yes demands that every link is known, and a missing source,
a missing date, a status or licence that is unknown each make a link not known.

A purchase on the market is never a yes, because whether and how a place may buy is decided there each time. Nothing
here says what procurement law allows.
"""

from __future__ import annotations

from datetime import date

from app.records.record import Record
from app.reuse.network import Network
from app.reuse.obtaining.answer import Answer, Chain, Verdict
from app.reuse.obtaining.asking import about_solution, about_steps, unique
from app.reuse.obtaining.question import Question
from app.reuse.obtaining.ranking import ranked
from app.reuse.obtaining.rules import steps
from app.reuse.obtaining.step import ChainLink, StepState
from app.reuse.place import Place
from app.reuse.route import IN_HOUSE, ReuseRoute, reuse_routes

_CAUTION = {
    "self_host_oss": "own_operation",
    "tender": "procedure_decided_by_procurement_office",
    "direct_award": "procedure_decided_by_procurement_office",
    **dict.fromkeys(IN_HOUSE, "in_house_relation_checked_each_time"),
}


def obtainable(place: Place, solution: Record, network: Network, today: date) -> Answer:
    """Return by which chain `place` can obtain `solution`, by which link not, or whom to ask.

    `solution` is a record of kind "solution"; any other has no routes and is answered no. See the module for
    what the verdicts mean and how they are ordered.
    """
    naming = network.naming(solution.origin)
    questions = (
        Question(place=place, solution=solution, route=route, network=network, today=today)
        for route in reuse_routes(solution, naming)
    )
    chains = ranked(map(_chain, questions), place)
    verdict = chains[0].verdict if chains else Verdict.NO
    if verdict is Verdict.YES:
        return Answer(verdict=verdict, chains=chains)
    asks = (*(ask for chain in chains for ask in chain.ask), *about_solution(solution, naming))
    return Answer(verdict=verdict, chains=chains, ask=unique(asks))


def _chain(question: Question) -> Chain:
    found = steps(question)
    return Chain(
        route=question.route,
        steps=found,
        ask=about_steps(question, found),
        caution=_caution(question.route, found),
    )


def _caution(route: ReuseRoute, found: tuple[ChainLink, ...]) -> str | None:
    if any(step.code in ("eligible", "join") and step.state is not StepState.CLOSED for step in found):
        return "accession_decided_by_provider"
    return _CAUTION.get(route.code)
