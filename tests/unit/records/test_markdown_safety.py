import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from app.records.document import BODY_LIMIT
from app.records.markdown import Context, render_markdown
from app.records.markdown_guard import hostile
from app.records.record import Medium, Source

CONTEXT = Context(
    sources=[Source(key="a", title='"><script>alert(1)</script>', publisher="x", self_reported=True)],
    media=[Medium(file="a.png", alt='" onerror=alert(1) x="', license="CC0-1.0")],
    files_url="/f/",
)
SECONDS = 6.0
"""Twice what the slowest text below takes on a slow machine; without the guard several take minutes."""

ALLOWED = {
    "a": {"href", "rel", "aria-label"}, "img": {"src", "alt", "loading"}, "th": {"scope", "class"}, "td": {"class"},
    "div": {"role", "tabindex", "aria-label", "class"}, "sup": {"class"}, "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(3, 7)},
    **{tag: set() for tag in ("p", "br", "strong", "em", "ul", "li", "blockquote", "code", "pre", "table", "thead",
        "tbody", "tr", "hr")},
}  # fmt: skip

VECTORS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<img src=x onerror=alert(1)>", "<img src=`x` onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>", "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">", "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=//evil.example/x.css>", "<style>@import '//evil.example/x.css';</style>",
    "<body onload=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>", "<button formaction=javascript:alert(1)>x</button>",
    "<isindex type=image src=1 onerror=alert(1)>", "<marquee onstart=alert(1)>",
    "<template><script>alert(1)</script></template>", "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<div id=\"search\" class=\"kern-btn\" style=\"position:fixed\">x</div>",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?>", "<!DOCTYPE x [<!ENTITY y \"<script>alert(1)</script>\">]>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)", "[x](javascript&#58;alert(1))", "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61vascript:alert(1))", "[x](\x01javascript:alert(1))", "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](https://a.example/\"onmouseover=alert(1))", "[x](https://a.example 'x\"onmouseover=alert(1)')",
    "[x](https://a.example \"x' onmouseover='alert(1)\")", "[x](#\" onclick=\"alert(1))", "[x](/\"onclick=alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)", "[x][y]\n\n[y]: <javascript:alert(1)> \"t\"",
    "[x][y]\n\n[y]: https://a.example \"\"onclick=alert(1)\"", "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>", "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)", "![\" onerror=\"alert(1)](a.png)",
    "![x](a.png\"onerror=\"alert(1))", "![x](https://a.example/x.png)", "![x][y]\n\n[y]: x\" onerror=\"alert(1)",
    "[![x](javascript:alert(1))](javascript:alert(2))", "# x {#search onclick=alert(1)}",
    "# x {: onclick=alert(1) class=kern-btn }", "*x*{: onclick=alert(1)}", "``` { .x onclick=alert(1) }\ncode\n```",
    "```\"><script>alert(1)</script>\ncode\n```", "~~~ html\n<script>alert(1)</script>\n~~~",
    "    <script>alert(1)</script>", "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> | \" onclick=alert(1) |\n|---|---|\n| <img src=x onerror=alert(1)> | x |",
    "> <script>alert(1)</script>", "- <img src=x onerror=alert(1)>", "x[^a]", "[^a]: <script>alert(1)</script>",
    "\x02wzxhzdk:0\x03", "\x02klzzwxh:0000\x03<script>alert(1)</script>", "[x](\x02amp\x03#106;avascript:alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<scriptx>alert(1)</scriptx>\n</p><script>alert(1)</script>",
    "<xss onclick=alert(1)>x</xss>",
]  # fmt: skip


HARMLESS = {
    "href": re.compile(r"https?://[^/].*|mailto:.*|/(?![/\\\\]).*|#.*"),
    "src": re.compile(r"/f/.*"),
    "class": re.compile(r"source-refs|table-scroll|align-right|align-center"),
    "id": re.compile(r"text-.*"),
}


class Inspector(HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, ()) or not HARMLESS.get(name, re.compile(".*", re.DOTALL)).fullmatch(
                value or ""
            ):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")


def dangers(text: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(str(render_markdown(text, CONTEXT)))
    inspector.close()
    return inspector.found


def test_the_inspector_sees_what_it_must_see() -> None:
    inspector = Inspector()
    inspector.feed(
        '<script></script><a href="javascript:x" onclick="y">x</a><img src="//evil"><p id="search" class="x">'
    )
    assert len(inspector.found) == 6


@pytest.mark.parametrize("vector", VECTORS)
def test_no_vector_leaves_anything_a_browser_would_act_upon(vector: str) -> None:
    assert dangers(vector) == []
    assert dangers(f"Text {vector} Text") == []
    assert dangers(f"- a\n\n    {vector}\n") == []


SCRAPS = [
    "<", ">", "&", '"', "'", "`", "[", "]", "(", ")", "!", "*",
    "_", "\n", "\n\n", "    ", "- ", "> ", "|", "#", "\\", "{", "}", ":",
    "^a", "\x02", "\x03", "script", "onerror=", "javascript:", "https://a.example", "img src=x ", "svg", "/", "&#106;",
    "<!--",
    "-->", "]]>", "~~~\n", "```\n", "a.png", "x",
]  # fmt: skip
scraps = st.sampled_from(SCRAPS)


@settings(max_examples=150)
@given(st.lists(scraps, max_size=40).map("".join) | st.text(max_size=120))
def test_whatever_is_written_the_result_is_harmless(text: str) -> None:
    assert dangers(text) == []


UNITS = [
    "[", "![", "](", "[a](", "[a](b", "[a](b)", "[a][b]", "[^a]", "`", "`a", "*", "**", "*a ", "a*b*c_d_", "_",
    "<", "<a ", "<!--", "&", "\\",
    "|", "a|b\n", "> ", ">\n", "- ", "- a\n", "  - a\n", "1. a\n", "# a\n", "a\n=\n", "---\n", " ---\n", "- - -\n",
    "+ + a\n", "> - > - ", "```\n", "~~~ x\n",
    "[a]: b\n", "[a]:", "a\n\n", "| a | b |\n|---|---|\n| c | d |\n\n", "[^", "![a](b)", "***a** b*", "x",
]  # fmt: skip


def filled(unit: str, per_block: int | None) -> str:
    block = unit * per_block + "\n\n" if per_block else unit
    return (block * (BODY_LIMIT // len(block) + 1))[:BODY_LIMIT]


SLOWEST = {"a\n\n", "+ + a\n", "| a | b |\n|---|---|\n| c | d |\n\n", "- a\n", "`a"}


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_a_body_of_full_size_renders_in_bounded_time(unit: str) -> None:
    # The slowest take as long in blocks of any length.
    for per_block in (140,) if unit in SLOWEST else (None, 50):
        begun = time.process_time()
        render_markdown(filled(unit, per_block), CONTEXT)
        assert time.process_time() - begun < SECONDS, (unit, per_block)


@pytest.mark.parametrize("unit", ["[", "![", "](", "<a ", "---\n", "~~~ x\n", "> > > > > > > > > ", "# a\n"])
def test_hostile_runs_are_recognised_with_their_line_and_shown_as_text(unit: str) -> None:
    text = "Guter Anfang.\n\n" + unit * 2000
    found = hostile(text)
    assert found is not None
    assert found.line >= 3
    rendered = str(render_markdown(text, CONTEXT))
    assert rendered.startswith("<p>Guter Anfang.</p>")
    assert dangers(text) == []


@pytest.mark.parametrize("before", ["", "Text\n", "Text\n\n"])
@pytest.mark.parametrize(
    ("often", "unit", "after"),
    [
        *((100, unit, "") for unit in "[\\|"),
        *(
            (often, unit, "")
            for often, unit in ((20, "!["), (30, "[^"), (301, "# a\n"), (301, "[a]: b\n\n"), (101, "```\n"))
        ),
        *((9, unit, after) for unit, after in (("> ", "a"), ("\t", "- a"), ("    ", "1. a"), ("- ", "a"))),
    ],
)
def test_what_is_too_much_is_named_by_its_line(before: str, often: int, unit: str, after: str) -> None:
    found = hostile(before + unit * often + after)
    assert found is not None
    assert found.line == (before + unit * (often - 1)).count("\n") + 1
    assert found.what.startswith(unit.strip()[:1])
    assert hostile(before + unit * (often - 1) + after) is None


def test_the_guard_itself_is_fast_on_a_body_of_full_size() -> None:
    for unit in UNITS:
        text = filled(unit, None)
        begun = time.process_time()
        hostile(text)
        assert time.process_time() - begun < 1.0, unit


def test_a_parser_that_runs_out_of_stack_falls_back_to_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(self: Markdown, source: str) -> str:
        raise RecursionError

    monkeypatch.setattr(Markdown, "convert", exhausted)
    assert str(render_markdown("a <b>\n\nc")) == "<p>a &lt;b&gt;</p>\n<p>c</p>"
