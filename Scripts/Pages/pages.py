"""Makes plain web pages of what DocC wrote as Markdown: pages.py FOLDER-OF-ARCHIVES OUTPUT

One page for each guide and each type, with its members on it, and one that lists them all. The pages link to each other
by relative paths, so that a browser can open them from the disk.
"""

import html
import json
import re
import shutil
import sys
from pathlib import Path

import markdown

TYPES = {"Framework", "Class", "Structure", "Enumeration", "Protocol", "Type Alias"}
HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="stylesheet" href="{root}style.css">
<nav>{path}</nav><main>
"""


class Page:
    """One Markdown file of an archive, and what DocC says about it."""

    def __init__(self, file: Path):
        head, _, self.text = file.read_text().partition("-->")
        about = json.loads(head.partition("<!--")[2])
        self.link = about["identifier"]
        self.title = about["title"]
        self.role = about["role"]
        self.kind = about.get("symbol", {}).get("kind", "Guide")
        self.module = about["framework"]
        # The path has a part for each type that a symbol is nested in; `-swift.enum` tells a type from a property.
        self.names = [name.partition("-swift.")[0] for name in self.link.split("/")[3:]]
        self.has_own_page = self.kind in TYPES or self.kind == "Guide"


def address(page: Page, pages: dict) -> str:
    """Where a page lies below the output folder; a member lies on the page of its type."""
    if page.has_own_page:
        return "/".join([page.module, ".".join(page.names) or "index"]) + ".html"
    return address(owner(page, pages), pages) + "#" + anchor(page)


def owner(page: Page, pages: dict) -> Page:
    return pages[page.link.rpartition("/")[0].lower()]


def anchor(page: Page) -> str:
    return re.sub(r"[^\w]+", "-", page.names[-1]).strip("-")


def linked(text: str, pages: dict) -> str:
    """The same Markdown with links to pages, and to the places on them."""

    def target(path: str):
        page = pages.get(path.lower())
        return page and "../" + address(page, pages)

    def plain(match):
        path = target(match[1])
        name = match[1].split("/", 3)[3].replace("/", ".")
        return f"[`{name}`]({path})" if path else f"`{name}`"

    text = re.sub(r"``doc://[^/]+(/documentation/[^`]+)``", plain, text)
    # Links end at the parenthesis that the path doesn't open itself: run(_:for:).
    pattern = r"\]\((/documentation/(?:[^()\s]|\([^()\s]*\))+)\)"
    text = re.sub(pattern, lambda m: f"]({target(m[1]) or '#'})", text)
    # A parameter and what it means on one line, and a quotation below its heading.
    text = re.sub(r"^(`\w+`)\n\n(?=\S)", r"\1: ", text, flags=re.M)
    return re.sub(r"^(## \w+)> ", r"\1\n\n> ", text, flags=re.M)


def rendered(text: str) -> str:
    body = markdown.markdown(text, extensions=["tables", "fenced_code", "sane_lists"])
    # DocC names the language of examples, and none for a declaration.
    return body.replace("<pre><code>", '<pre class="declaration"><code>')


def write(output: Path, place: str, title: str, path: str, body: str):
    file = output / place
    file.parent.mkdir(parents=True, exist_ok=True)
    root = "../" * place.count("/")
    file.write_text(HEAD.format(title=html.escape(title), root=root, path=path) + body + "</main></html>\n")


def main(archives: Path, output: Path):
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    pages = {}
    for file in sorted(archives.glob("*.doccarchive/data/documentation/**/*.md")):
        page = Page(file)
        if page.role != "collectionGroup":
            pages[page.link.lower()] = page
    members = {}
    for page in pages.values():
        if not page.has_own_page:
            members.setdefault(owner(page, pages).link, []).append(page)
    for page in pages.values():
        if page.has_own_page:
            write_page(page, members.get(page.link, []), pages, output)
    write_list(pages, output)
    shutil.copy(Path(__file__).with_name("style.css"), output)
    print(f"{sum(page.has_own_page for page in pages.values())} pages", file=sys.stderr)


def write_page(page: Page, members: list, pages: dict, output: Path):
    text = page.text
    if page.kind in TYPES - {"Framework"}:
        # DocC lists the members as links; here they follow, whole.
        text = text.partition("\n## Topics")[0]
    body = rendered(linked(text, pages))
    for member in sorted(members, key=lambda member: (member.kind, member.title)):
        # In backticks: an underscore in a name is no emphasis.
        content = member.text.replace(f"# {member.title}\n", f"# `{member.title}`\n", 1)
        content = re.sub(r"^#(#*) ", r"###\1 ", linked(content, pages), flags=re.M)
        body += f'<section id="{anchor(member)}">{rendered(content)}</section>'
    nested = [
        p for p in pages.values() if p.has_own_page and p.module == page.module and p.names[:-1] == page.names and p.names
    ]
    if nested and page.names:
        links = ", ".join(f'<a href="../{address(p, pages)}">{html.escape(".".join(p.names))}</a>' for p in nested)
        body += f"<h2>Nested types</h2><p>{links}</p>"
    path = f'<a href="../index.html">Faregate</a> / <a href="index.html">{page.module}</a>'
    write(output, address(page, pages), page.title, path, body)


def write_list(pages: dict, output: Path):
    body = "<h1>Faregate: guides and API reference</h1>"
    for module in sorted({page.module for page in pages.values()}):
        own = [page for page in pages.values() if page.module == module and page.has_own_page]
        landing = next(page for page in own if page.kind == "Framework")
        summary = landing.text.strip().split("\n\n")[1]
        body += f'<h2><a href="{address(landing, pages)}">{module}</a></h2>' + rendered(summary)
        for kind, title in (("Guide", "Guides"), (None, "Types")):
            chosen = [p for p in own if p.names and (p.kind == "Guide") == (kind == "Guide")]
            items = "".join(
                f'<li><a href="{address(p, pages)}">{html.escape(p.title if p.kind == "Guide" else ".".join(p.names))}</a>'
                for p in sorted(chosen, key=lambda p: p.names)
            )
            if items:
                body += f"<h3>{title}</h3><ul>{items}</ul>"
    write(output, "index.html", "Faregate", "", body)


main(Path(sys.argv[1]), Path(sys.argv[2]))
