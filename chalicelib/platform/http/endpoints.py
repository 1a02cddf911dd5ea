"""The wrapper around every route: size, token, role, then the view, and every error as a problem.

Errors are mapped here since Chalice turns an exception of a view into a 500 before any middleware. A resource's module
declares its routes on an `Endpoints` and holds no other plumbing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar
from urllib.parse import unquote

from chalice.app import Blueprint, CaseInsensitiveMapping, Request, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Compressed, Malformed, NotFound, QuebaoError, TooLarge, UnknownCharset
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.system import System
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import RequestId
from chalicelib.kernel.words.uploads import LineAnswer
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.platform.forms.page import printed_page
from chalicelib.platform.forms.xlsx import workbook_of
from chalicelib.platform.http.answers import upload_document, upload_list
from chalicelib.platform.http.fields import parse
from chalicelib.platform.http.findings import Cite, finding, json_text
from chalicelib.platform.http.operation import CSV, HTML, XLSX, Operation
from chalicelib.platform.http.problems import problem_of, request_id_of, unexpected
from chalicelib.platform.http.query import (
    CURSOR,
    LIMIT,
    LIST_FORMAT,
    REPORT_FORMAT,
    UPLOAD_FORMAT,
    Parameter,
    Query,
    page_document,
    whole_list,
)
from chalicelib.platform.http.reading import WireModel
from chalicelib.platform.http.tokens import TokenVerifier, principal_of, require_role

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=WireModel)

BODY_BYTES_MAX = 4_500_000
"""The maximum body that the gateway can carry: the body is passed on in base64, and a function's event ends at 6 MB."""

PATH_BYTES_MAX = 512
"""The maximum length of a path value. No id is longer; the store's keys, which contain the id, end at 2,048 bytes."""

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9_-]+)', re.IGNORECASE)
_CHINESE_CHARSETS = frozenset({"gb18030", "gbk", "gb2312"})
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A change that a principal asks for: the route with its operation, and the ids in its path."""

    principal: Principal
    call: str
    operation: Operation
    named: Mapping[str, str]
    request_id: RequestId


def _unfollowed(_: ChangeAsked, answering: Callable[[], Response]) -> Response:
    return answering()


@dataclass(frozen=True, slots=True)
class Edge:
    """The dependencies of the routes. All are called per request, so that importing the app needs no environment.

    `cite` returns a provision by its citation. `public_url` is the configured address of the API for callers; empty
    where only the gateway knows the address. `webhooks` are the event bus's messages, for the description of the API.
    `follow` carries out the changes that are asked for, and may keep a trail of them.
    """

    system: Callable[[], System]
    verify: TokenVerifier
    cite: Cite
    public_url: Callable[[], str] = str
    webhooks: Callable[[], Mapping[str, Any]] = dict
    follow: Callable[[ChangeAsked, Callable[[], Response]], Response] = _unfollowed

    def cited(self, citation: str) -> CitedProvision:
        """Return a provision ; where the policies cannot be read now, its name alone."""
        try:
            return self.cite(citation)
        except QuebaoError:
            return CitedProvision.named(citation)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the checks before its view."""

    request: Request
    edge: Edge
    query: Query

    def use(self, part: type[T]) -> T:
        """Return a use case, built on first use by a view: the pages of documentation need none."""
        return self.edge.system()[part]

    def cite(self, citation: str) -> CitedProvision:
        """Return a provision as `Edge.cited` does."""
        return self.edge.cited(citation)

    @property
    def body(self) -> bytes:
        """The body, in UTF-8.

        Raises `UnknownCharset` for an encoding that is not supported, `Compressed`, and `Malformed` where the body is
        not in its declared encoding.
        """
        if (self.header("content-encoding") or "identity").strip().lower() != "identity":
            raise Compressed
        raw, declared = _body_of(self.request), _CHARSET.search(self.header("content-type") or "")
        charset = "utf-8" if declared is None else declared[1].lower()
        if charset not in _UTF_8 | _CHINESE_CHARSETS:
            raise UnknownCharset
        try:
            if charset in _CHINESE_CHARSETS:
                return raw.decode("gb18030").encode()
            raw.decode()
        except UnicodeDecodeError:
            code = "charset-invalid" if charset in _CHINESE_CHARSETS else "charset-undeclared"
            raise Malformed([finding(code, "")]) from None
        return raw

    def asked(self, parameter: Parameter[T]) -> T:
        """Return the value of a parameter of the query, which was read before the view."""
        return self.query.of(parameter)

    @property
    def page(self) -> PageRequest:
        """The page that is asked for."""
        return PageRequest(self.asked(LIMIT), self.asked(CURSOR))

    def sent(self, model: type[ModelT]) -> ModelT:
        """Return the body as its model. Raises as `parse` does."""
        return parse(model, self.body).value

    @property
    def path(self) -> str:
        """The path as written by the caller, with the stage in front where the gateway has a stage."""
        return str(self.request.context.get("path") or self.request.path)

    def header(self, name: str) -> str | None:
        """Return a header's value, by its name in any case."""
        value = self.request.headers.get(name)
        return value if isinstance(value, str) else None

    def listed(
        self,
        find: Callable[[PageRequest], Page[T]],
        document_of: Callable[[T], dict[str, Any]],
        file_of: Callable[[Sequence[T]], ListFile] | None = None,
    ) -> Response:
        """Return the requested page of a list, or with `file_of` the whole list as the requested file.

        Raises `Invalid` for a list that is too long for a file.
        """
        if file_of is None or (wanted := self.asked(LIST_FORMAT)) == "json":
            return answer(page_document(find(self.page), document_of))
        return answer_list(file_of(whole_list(find)), wanted)

    def uploaded(self, name: str, answers: Sequence[LineAnswer]) -> Response:
        """Return the outcome of every line of an upload, as a document or as the requested file."""
        wanted = self.asked(UPLOAD_FORMAT)
        if wanted == "json":
            return answer(upload_document(answers, self.cite))
        return answer_list(upload_list(name, answers), wanted)

    def reported(
        self, document: Callable[[], dict[str, Any]], rows: Callable[[], ListFile], form: Callable[[], PrintedForm]
    ) -> Response:
        """Return a report as requested: a document, the rows of its table (`csv`), or the form for signature."""
        wanted = self.asked(REPORT_FORMAT)
        if wanted == "json":
            return answer(document())
        file = rows()
        return answer_list(file, "csv") if wanted == "csv" else answer_form(form(), wanted, file.name)


View: TypeAlias = Callable[..., Response]
"""A view: takes the call, the principal (unless the route is public) and the path's parameters by name, decoded."""


class Endpoints:
    """The routes of a resource."""

    def __init__(self, module: str, edge: Edge) -> None:
        self.blueprint = Blueprint(module)
        self._edge = edge

    def route(self, method: str, path: str, operation: Operation) -> Callable[[View], View]:
        """Register a view. A view with an `action` is called with the principal; a view without an action is public."""

        def register(view: View) -> View:
            def endpoint(**path_parameters: str) -> Response:
                request = self.blueprint.current_request
                try:
                    answered = self._answer(view, (f"{method} {path}", operation), request, path_parameters)
                except QuebaoError as error:
                    answered = problem_of(error, request, self._edge.cited)
                except Exception as error:  # noqa: BLE001 - the last line: whatever it is, it becomes a problem
                    answered = unexpected(error, request)
                return _sent_as_asked(request, answered)

            endpoint.__name__ = f"{view.__name__}_endpoint"
            setattr(endpoint, OPERATION_ATTRIBUTE, operation)
            self.blueprint.route(path, methods=[method, "HEAD"] if method == "GET" else [method])(endpoint)
            return view

        return register

    def _answer(self, view: View, route: tuple[str, Operation], request: Request, path: dict[str, str]) -> Response:
        named, (call, operation) = {name: unquote(value) for name, value in path.items()}, route
        if operation.action is None:
            return view(Call(request, self._edge, _query_of(request, operation)), **named)
        principal = principal_of(request.headers.get("authorization"), self._edge.verify)
        require_role(principal, operation.action)
        if len(_body_of(request)) > BODY_BYTES_MAX:
            raise TooLarge
        if any(len(value.encode(errors="replace")) > PATH_BYTES_MAX for value in named.values()):
            raise NotFound
        asked_of = Call(request, self._edge, _query_of(request, operation))
        answering: Callable[[], Response] = partial(view, asked_of, principal, **named)
        if call.startswith("GET "):
            return answering()
        return self._edge.follow(
            ChangeAsked(principal, call, operation, named, RequestId(request_id_of(request))), answering
        )


def _query_of(request: Request, operation: Operation) -> Query:
    """Read the query. Raises `Malformed` unless every parameter is known and readable."""
    query = Query(request.query_params, operation.parameters)
    for rule in operation.rules:
        rule(query)
    if not operation.ignores_unknown:
        query.check()
    return query


OPERATION_ATTRIBUTE = "operation"
"""The attribute in which a registered endpoint keeps its operation, for the OpenAPI document."""


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON answer with personal content: never kept by a cache on the way."""
    all_headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        **(headers or {}),
    }
    return Response(json_text(body), headers=all_headers, status_code=status)


def answer_file(content: str | bytes, media: str, name: str | None = None) -> Response:
    """Return a file with personal content, unchanged; with `name` a browser saves the file rather than showing the
    content.
    """
    headers: dict[str, str | list[str]] = {"Content-Type": media, "Cache-Control": "no-store"}
    if name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, headers=headers)


def answer_list(file: ListFile, wanted: str) -> Response:
    """Return a list as the requested file."""
    if wanted == "xlsx":
        return answer_file(file.as_workbook(), XLSX, f"{file.name}.xlsx")
    return answer_file(file.as_csv().decode(), CSV, f"{file.name}.csv")


def answer_form(form: PrintedForm, wanted: str, name: str) -> Response:
    """Return a form as the requested workbook or page (`xlsx`, `html`)."""
    if wanted == "xlsx":
        return answer_file(workbook_of(form), XLSX, f"{name}.xlsx")
    return answer_file(printed_page(form).decode(), HTML)


def _sent_as_asked(request: Request, response: Response) -> Response:
    """Send a file unchanged. The address names the file's form, so an Accept header without the form is no mistake;
    Chalice would answer 400. HEAD gets the length of the answer to GET (RFC 9110, 8.6).
    """
    if request.method == "HEAD":
        whole = response.body if isinstance(response.body, bytes) else str(response.body).encode()
        response.headers["Content-Length"] = str(len(whole))
        response.body = b"" if isinstance(response.body, bytes) else ""
    if isinstance(response.body, bytes):
        media = str(response.headers["Content-Type"])
        request.headers = CaseInsensitiveMapping({**request.headers, "accept": media})
    return response


def _body_of(request: Request) -> bytes:
    raw = request.raw_body
    return raw.encode() if isinstance(raw, str) else raw
