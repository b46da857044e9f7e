"""How far solutions have become products, in words: eight criteria, what is recorded, what comes next."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from app.reuse.facets import product_page
from app.reuse.productisation import CRITERION_NAMES, Criterion, CriterionState, Evidence
from app.shared.wording import N_
from app.web.kickoff.bar import Tick
from app.web.kickoff.selection import is_kickoff, kickoff_address, kickoff_parameters
from app.web.records.fields import FieldWriter
from app.web.reuse.panel import WORDS
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.paging import page_number, pager
from app.web.shell.searched import answered, entries_of
from app.web.shell.shown import Line
from app.web.shell.wording import _

MARKS = {
    CriterionState.MET: N_("met"),
    CriterionState.PARTLY: N_("met in part"),
    CriterionState.MISSING: N_("not met"),
    CriterionState.UNKNOWN: N_("not known yet"),
}
SIGNS = {CriterionState.MET: "✓", CriterionState.PARTLY: "◐", CriterionState.MISSING: "–", CriterionState.UNKNOWN: "?"}
_NEXT = {
    "add_source": N_("Name a source for it."),
    "name_product_owner": N_("Name who answers for the product."),
    "name_legal_role": N_("Name who may grant rights and sign contracts."),
    "clarify_rights": N_("Settle who holds the rights to the software."),
    "name_sales_role": N_("Name who offers it and sends the invoice."),
    "name_operator": N_("Name who runs it."),
    "ask_operator": N_("Ask the operator whether it runs it for others as well."),
    "find_operator_for_others": N_("Find somebody who runs it for others as well."),
    "assign_upkeep": N_("Hand the upkeep to somebody."),
    "clarify_upkeep": N_("Settle who maintains it."),
    "secure_funding": N_("Settle until when the upkeep is paid for."),
    "renew_upkeep": N_("Renew the upkeep: the date that was named has passed."),
    "name_licence": N_("Name the licence of the source code."),
    "clarify_licence": N_("Settle under which licence the source code stands."),
    "open_the_whole_code": N_("Open the whole source code, not a part of it."),
    "publish_under_open_licence": N_("Publish the source code under an open licence."),
    "name_standards": N_("Name the standards that it keeps to."),
    "find_in_house_provider": N_("Find a public IT provider who offers it."),
    "ask_in_house_provider": N_("Ask the public IT provider whether it offers it today."),
    "ask_when_open_to_all": N_("Ask from when on it is open to all."),
    "record_provider": N_("Write an entry on the provider."),
    "ask_about_listing": N_("Ask whether it is to be listed in the German Administration Cloud."),
    "list_in_dvc": N_("Have it listed in the German Administration Cloud."),
}


def next_step(criterion: Criterion) -> str:
    """Return what comes next; empty where nothing does."""
    return _(_NEXT[criterion.next_step]) if criterion.next_step else ""


def criterion_evidence(criterion: Criterion, writer: FieldWriter) -> tuple[Line, ...]:
    """Return the evidence in the record; a shared note, or a label like the heading, is not repeated."""
    heading, told, lines = _(CRITERION_NAMES[criterion.code]), set[str](), []
    for part in criterion.evidence:
        has_day = part.as_of and part.as_of != formats.UNKNOWN
        dated = [_("as of %(date)s", date=formats.day(part.as_of or ""))] if has_day else []
        label, text = _worded(part, writer)
        notes = [*([writer.own(part.note)] if part.note and part.note != text else []), *dated]
        line = Line(
            label="" if label == heading else label,
            text=text,
            notes=tuple(note for note in notes if note not in told),
            sources=writer.marks(source.key for source in part.sources),
        )
        lines.append(line)
        told.update(notes)
    return tuple(lines)


def _worded(part: Evidence, writer: FieldWriter) -> tuple[str, str]:
    """Return the name of the field and its value in words; a route is named by its kind."""
    lang, kind = writer.lang, writer.kind
    name, _dot, rest = part.field.partition(".")
    field = kind.field(name)
    inner = field.part(rest) if field and rest else None
    if name == "reuse_routes" and field is not None:
        route = field.part("route")
        return (route.value_label(rest, lang) if route else rest), part.value
    last = inner or field
    if last is None:
        return part.field, part.value
    if rest == "note":
        return last.label(lang), writer.own(part.value)
    value = formats.day(part.value) if rest == "until" else last.value_label(part.value, lang)
    return last.label(lang), value


blueprint = Blueprint("products", __name__)
for words in (criterion_evidence, next_step, *WORDS):
    blueprint.add_app_template_filter(words)
blueprint.add_app_template_filter(lambda code: _(CRITERION_NAMES[code]), "criterion_name")
blueprint.add_app_template_filter(lambda state: _(MARKS[state]), "criterion_mark")
blueprint.add_app_template_filter(SIGNS.get, "criterion_sign")

WANTED = "erfuellt"
"""Parameter that names a criterion which must be met."""
PAGE = "seite"
"""Parameter with the page number; that of a search, which has the same name, is dropped."""
SIZE = 50


@blueprint.get("/produktreife")
def overview() -> str:
    """Compare solutions by the eight criteria; those that do not meet a wanted one are left out."""
    wanted = [code for code in CRITERION_NAMES if code in request.args.getlist(WANTED)]
    number = page_number(request.args.get(PAGE))
    carried = [one for one in kickoff_parameters() if one[0] != PAGE] if is_kickoff() else []
    node = services()
    hits, matching, total = answered(lambda: product_page(node.search, wanted, number, SIZE))
    read = ((entry, node.catalogue.readable(entry)) for entry in node.catalogue.in_turn(entries_of(hits)))

    def address(page: int) -> str:
        asked = urlencode([*((WANTED, code) for code in wanted), (PAGE, page)])
        return kickoff_address(f"{url_for('products.overview')}?{asked}", carried)

    return render_template(
        "reuse/products.html",
        products=[(record, node.reuse.productisation(entry)) for entry, record in read if record],
        matching=matching,
        total=total,
        codes=CRITERION_NAMES,
        wanted=[Tick(value=code, label=_(CRITERION_NAMES[code]), ticked=code in wanted) for code in CRITERION_NAMES],
        carried=carried,
        pager=pager(number, matching, SIZE, address),
    )
