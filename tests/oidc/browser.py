"""A browser without pictures: it keeps cookies, follows redirects and fills in forms."""

from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from lxml import html

AUTHOR, CURATOR, OPERATOR = "beispiel-beitragen", "beispiel-redaktion", "beispiel-betrieb"


class Browser:
    """One reader's browser at the node `site`."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, path: str, *, follow: bool = True) -> requests.Response:
        return self.http.get(urljoin(self.site, path), allow_redirects=follow, timeout=30)

    def submit(self, page: requests.Response, action: str, **values: str) -> requests.Response:
        """Send the form whose address ends with `action`, with what is in it and `values`."""
        document = html.document_fromstring(page.text)
        form = next(form for form in document.forms if (form.get("action") or "").endswith(action))
        data = {**{key: value or "" for key, value in form.form_values()}, **values}
        return self.http.post(urljoin(page.url, form.get("action")), data=data, timeout=30)

    def begin(self, provider: str = "stadt", query: str = "") -> requests.Response:
        """Go to the provider and return its page that asks who one is."""
        return self.get(f"/anmelden/{provider}{query}")

    def choose(self, page: requests.Response, person: str) -> requests.Response:
        """Choose a person there and return the page of the node that one comes back to."""
        return self.http.post(urljoin(page.url, urlsplit(page.url).path), data={"person": person}, timeout=30)

    def sign_in(self, person: str = AUTHOR, provider: str = "stadt", query: str = "") -> requests.Response:
        return self.choose(self.begin(provider, query), person)

    def answer_address(self, person: str = AUTHOR, provider: str = "stadt") -> str:
        """Choose a person, but stop before the node sees the provider's answer; return that answer's address."""
        page = self.begin(provider)
        step = self.http.post(page.url, data={"person": person}, allow_redirects=False, timeout=30)
        while not step.headers["Location"].startswith(self.site):
            step = self.http.get(urljoin(step.url, step.headers["Location"]), allow_redirects=False, timeout=30)
        return str(step.headers["Location"])

    @property
    def name(self) -> str | None:
        """The name that the header shows, None when nobody is signed in."""
        found = html.document_fromstring(self.get("/anmelden").text).xpath("//details[@class='account']/summary")
        return found[0].text_content().replace("Angemeldet:", "").strip() if found else None


def problem_of(page: requests.Response) -> str:
    """The reason in the address of the sign-in page, "" when there is none."""
    return parse_qs(urlsplit(page.url).query).get("problem", [""])[0]
