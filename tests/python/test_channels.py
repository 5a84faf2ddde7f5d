"""What becomes of a message, asked of real servers on this machine; and that no secret is told."""

from __future__ import annotations

import base64
import email
import email.policy
import http.client
import json
import logging
import os
import re
import resource
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from delivery import channels, wire
from delivery import mail as mail_channel
from delivery import web as web_channel
from delivery.channels import hand_over, outcome_of
from delivery.destinations import Destination
from delivery.keys import FORMATS
from delivery.mail import letter
from delivery.web import seconds_until
from delivery.wire import Outcome, Parcel
from hypothesis import example, given, settings
from hypothesis import strategies as st

USER, PASSWORD, TOKEN = "S3CRET.user", "S3CRET/p@ss", "S3CRET-token"
LOGIN = f"{USER}:S3CRET%2Fp%40ss@"
SECRETS = ("S3CRET", base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode())
SCRIPTS = Path(channels.__file__).parents[1]
ID = "0123456789abcdef" * 2
DATE = ["Wed", "21", "Oct", "2015", "07", "28", "00", "GMT", "+0100", "-9999", ""]
LETTER = {"subject": "Win rate fell", "text": "It fell to 29 %.", "html": "<p>It fell to 29 %.</p>"}


@pytest.fixture(autouse=True)
def no_secret_is_told(monkeypatch, caplog, capfd) -> Iterator[None]:
    """However talkative the libraries are asked to be, no test may see a secret anywhere."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    monkeypatch.setattr(smtplib.SMTP, "debuglevel", 1)
    monkeypatch.setattr(wire, "PATIENCE", 5.0)
    yield
    told = "".join(capfd.readouterr())
    for record in caplog.get_records("call"):
        if record.name != "mail.log":  # that is what the mail server of the tests was told
            told += logging.Formatter().format(record)
    assert not [secret for secret in SECRETS if secret in told]


Send = Callable[..., Outcome]


@pytest.fixture
def send(monkeypatch) -> Send:
    """Hands a message to a destination of some kind and address."""

    def to(kind: str, address: str, payload: Any = LETTER, **settings: Any) -> Outcome:
        monkeypatch.setenv("THERE", address)
        if kind == "email":
            settings = {"sender": "insights@example.com", **settings}
        recipient = settings.pop("recipient", "leader@example.com")
        destination = Destination("there", kind, FORMATS[kind][0], address_env="THERE", **settings)
        text = payload if isinstance(payload, str) else json.dumps(payload)
        outcome = hand_over(destination, Parcel(ID, text, recipient))
        assert not [secret for secret in SECRETS if secret in repr(outcome)]
        return outcome

    return to


# --- HTTP ------------------------------------------------------------------------------------


class Asked(BaseHTTPRequestHandler):
    """Answers as the first part of the path asks; the server keeps what it was sent."""

    server: Web

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers, body))
        how = self.path.split("/")[1]
        if how.isdigit():
            self.send_response(int(how))
            for name, value in self.server.answer.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif how == "dribble":
            self.drip(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"." * 400)
        elif how == "dribble-body":
            self.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", at_once=True)
            self.drip(b"." * 400)
        elif how == "silent":
            self.server.is_over.wait(10)
        elif how == "garbage":
            self.drip(b"\x00\xff S3CRET\r\n\r\n", at_once=True)
        elif how == "cut-short":
            self.drip(b"HTTP/1.1 2", at_once=True)
        self.close_connection = True

    def drip(self, answer: bytes, at_once: bool = False) -> None:
        """The answer as it is, or for as long as the test lasts, a letter at a time."""
        with suppress(OSError):
            for letter in [answer] if at_once else [bytes([code]) for code in answer]:
                self.wfile.write(letter)
                if not at_once and self.server.is_over.wait(0.05):
                    return

    def log_message(self, *_: Any) -> None:
        """Nothing: what the server prints is not ours."""


class Web(ThreadingHTTPServer):
    """A web server on a free port, for as long as it is a context."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[tuple[str, Any, bytes]] = []
        self.answer: dict[str, str] = {}
        self.is_over = threading.Event()
        self.here = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def __enter__(self) -> Web:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """Nothing: clients that leave are what is tested."""


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((200, 201, 202, 204), "sent"),
        ((408, 425, 429, 500, 502, 503, 504, 599), "pending"),
        ((400, 401, 403, 404, 405, 409, 410, 413, 422, 499), "dead"),
    ],
)
@pytest.mark.parametrize("kind", ["webhook", "slack", "teams"])
def test_the_status_decides(send, web, kind, statuses, outcome):
    for status in statuses:
        assert send(kind, f"{web.here}/{status}/{TOKEN}") == Outcome(outcome, f"HTTP {status}")


def test_a_message_is_posted_as_json_with_its_id(send, web):
    send("webhook", f"{web.here}/200/{TOKEN}?a=b#c", {"text": "Zoë — 29 %"})
    [(path, headers, body)] = web.asked
    assert path == f"/200/{TOKEN}?a=b"
    assert json.loads(body) == {"text": "Zoë — 29 %"}
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Notification-Id"] == headers["Idempotency-Key"] == ID


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308])
def test_a_redirect_is_not_followed(send, web, status):
    with Web() as other:
        for target in (f"{other.here}/200/", "//[", "ftp://[S3CRET", f"/{TOKEN}"):
            web.answer = {"Location": target}
            outcome = send("slack", f"{web.here}/{status}/{TOKEN}")
            assert outcome == Outcome("dead", f"HTTP {status}: redirects are not followed")
        assert (len(web.asked), other.asked) == (4, [])


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_passed_on(send, web, status):
    def wait(header: str) -> float | None:
        web.answer = {"Retry-After": header}
        outcome = send("webhook", f"{web.here}/{status}/")
        assert (outcome.status, outcome.result) == ("pending", f"HTTP {status}")
        return outcome.retry_after

    in_a_minute = datetime.now(timezone.utc) + timedelta(seconds=60)
    assert wait("7") == 7
    assert wait("0") == 0
    assert wait(format_datetime(in_a_minute, usegmt=True)) == pytest.approx(60, abs=5)
    assert wait("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    for nonsense in ("", "soon", "-5", "1.5", "1e9", "Wed, 21 Oct 99999999999 07:28:00 GMT"):
        assert wait(nonsense) is None


def test_retry_after_is_for_what_stays_pending(send, web):
    web.answer = {"Retry-After": "7"}
    assert send("webhook", f"{web.here}/404/") == Outcome("dead", "HTTP 404")


@given(
    st.text()
    | st.builds("{}, {} {} {} {}:{}:{} {}".format, *[st.integers() | st.sampled_from(DATE)] * 8)
)
@example("Wed, 21 Oct 2015 07:28:00 -0000")
@example("Wed, 21 Oct 2015 07:28:00 +99999999999999")
@example("0\x1f")
@settings(deadline=None, max_examples=50)
def test_no_retry_after_is_too_odd(header):
    assert (seconds_until(header) or 0) >= 0


@pytest.mark.parametrize("how", ["dribble", "silent"])
def test_an_answer_that_takes_too_long_is_none(send, web, monkeypatch, how):
    monkeypatch.setattr(wire, "PATIENCE", 0.2)
    started = time.monotonic()
    outcome = send("slack", f"{web.here}/{how}/{TOKEN}")
    assert outcome == Outcome("pending", "no answer in time")
    assert time.monotonic() - started < 4


def test_a_status_is_an_answer_however_slow_its_text_is(send, web):
    assert send("slack", f"{web.here}/dribble-body/{TOKEN}") == Outcome("sent", "HTTP 200")


@pytest.mark.parametrize("how", ["cut", "cut-short", "garbage"])
def test_a_cut_connection_may_come_back(send, web, how):
    assert send("slack", f"{web.here}/{how}/{TOKEN}").status == "pending"


def nobody() -> int:
    """A port at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize(
    ("kind", "address"),
    [("webhook", "http://127.0.0.1:{}/S3CRET"), ("email", "smtp://127.0.0.1:{}")],
)
def test_nothing_listening_may_come_back(send, kind, address):
    outcome = send(kind, address.format(nobody()))
    assert outcome == Outcome("pending", "connection refused")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("slack", "https://hooks.example/S3CRET"),
        ("pagerduty", "S3CRET"),
        ("email", f"smtps://{LOGIN}mail.example"),
    ],
)
def test_an_unknown_host_may_come_back(send, monkeypatch, kind, address):
    def unknown(host: str, *_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert send(kind, address) == Outcome("pending", "the name of the server is not known")


@pytest.mark.parametrize(
    ("kind", "addresses"),
    [
        (
            "webhook",
            [
                *("S3CRET", "//host/S3CRET", "ftp://host/S3CRET", "file:///S3CRET", "https:///"),
                *("https://S3CRET:S3CRET@host/", "https://S3CRET@host/", "https://S3CRET..host/"),
                *("https://host:S3CRET/", "https://host:99999/", "https://host:0/", "https://[::1"),
                *("https://hö/S3CRET", "https://host/S3 CRET", "https://host/\nS3CRET"),
                *("https://host/\udcffS3CRET", f"https://{'S3CRET' * 20}/", "https://ho\\st/"),
            ],
        ),
        ("slack", ["http://host/S3CRET", "http://localhost.host/", "http://localhost@host/"]),
        ("teams", ["http://host/S3CRET"]),
        (
            "pagerduty",
            ["https://host/S3CRET", "S3CRET S3CRET", "http://host/#S3CRET", "ftp://host/#S3CRET"],
        ),
        (
            "email",
            [
                *("S3CRET", "smtp://", "https://S3CRET@host", f"smtps://{LOGIN}host:0"),
                *("smtps://S3CRET:S3CRET#@host", "smtps://S3CRET:12/S3CRET@host", "smtps://:25"),
                *("smtps://S3CRET:S3?S3CRET@host", f"smtps://{LOGIN}host/S3CRET"),
            ],
        ),
    ],
)
def test_a_bad_address_is_dead_at_once(send, kind, addresses):
    for address in addresses:
        outcome = send(kind, address)
        assert outcome.status == "dead", address
        assert outcome.result.startswith("the address must be "), address


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("kind", sorted(set(FORMATS) - {"stdout", "file"}))
def test_a_missing_variable_is_dead_at_once(monkeypatch, kind, value):
    monkeypatch.delenv("THERE", raising=False)
    if value is not None:
        monkeypatch.setenv("THERE", value)
    outcome = hand_over(Destination("there", kind, "json", address_env="THERE"), Parcel(ID, "{}"))
    assert outcome == Outcome("dead", "environment variable THERE is not set")


@pytest.mark.parametrize("payload", ["", "S3CRET", "[]", '"S3CRET"', '{"subject": 1}'])
def test_a_message_of_the_wrong_form_is_dead(send, web, mail, payload):
    """The destination may be of another kind now than when the message was queued."""
    assert send("email", f"smtp://{mail.here}", payload).status == "dead"
    if not payload.startswith("{"):
        assert send("pagerduty", f"{web.here}/200/#S3CRET", payload).status == "dead"


def test_what_is_for_this_machine_goes_through_no_proxy(send, web, monkeypatch):
    with Web() as proxy:
        monkeypatch.setenv("http_proxy", proxy.here)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert send("slack", f"{web.here}/200/{TOKEN}").status == "sent"
        assert proxy.asked == []


def test_pagerduty_gets_its_key_in_the_event_alone(send, web, monkeypatch):
    event = {"event_action": "trigger", "dedup_key": "k", "payload": {"summary": "It fell"}}
    monkeypatch.setattr(web_channel, "PAGERDUTY", f"{web.here}/202/default")
    assert send("pagerduty", "S3CRETkey", event) == Outcome("sent", "HTTP 202")
    assert send("pagerduty", f"{web.here}/202/eu#S3CRETkey", event).status == "sent"
    assert [path for path, *_ in web.asked] == ["/202/default", "/202/eu"]
    for _, _, body in web.asked:
        assert json.loads(body) == {**event, "routing_key": "S3CRETkey"}


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for this machine that nobody has signed but itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command, which makes the certificate, is not at hand")
    made = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", made, "-out", made.with_suffix(".crt")),
        ],
        check=True,
        capture_output=True,
    )
    with made.open("a") as both:
        both.write(made.with_suffix(".crt").read_text())
    return made


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


UNTRUSTED = Outcome("dead", "the certificate of the server is not trusted")


def test_a_certificate_must_be_trusted(send, tls, certificate, monkeypatch):
    with Web(tls) as web:
        assert send("slack", f"{web.here}/200/{TOKEN}") == UNTRUSTED
        assert web.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send("slack", f"{web.here}/200/{TOKEN}") == Outcome("sent", "HTTP 200")


def test_a_server_without_tls_gets_no_secret(send, web):
    assert send("slack", f"{web.here.replace('http', 'https')}/200/{TOKEN}").status == "pending"
    assert web.asked == []


# --- e-mail ----------------------------------------------------------------------------------


class Post:
    """What a mail server got, and what it answers to whom."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if code := {"refused": 550, "later": 451, "away": 421}.get(address.split("@")[0]):
            return f"{code} not {PASSWORD} {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append((envelope.rcpt_tos, message))
        return "552 too S3CRET" if "too big" in message["Subject"] else "250 OK"

    async def handle_QUIT(self, server, session, envelope) -> str:
        return "554 I do not let you go"


def logs_in(server, session, envelope, mechanism, data) -> AuthResult:
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


class Mail(Controller):
    """A mail server on a free port, for as long as it is a context."""

    def __init__(self, **settings: Any) -> None:
        self.post = Post()
        super().__init__(self.post, "127.0.0.1", 0, **settings)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def __enter__(self) -> Mail:
        self.start()
        self.here = f"127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()


@pytest.fixture(scope="module")
def mail() -> Iterator[Mail]:
    with Mail() as server:
        yield server


def test_a_letter_arrives_in_text_and_html(send, mail):
    mail.post.got.clear()
    content = {
        "subject": "Win rate in FinTech / Europe fell to 29 % — Zoë",
        "text": "It fell: 29 %\n.\nFrom here on …\n" + "long " * 400,
        "html": "<p>It fell: 29&nbsp;%</p>",
    }
    assert send("email", f"smtp://{mail.here}", content) == Outcome("sent", "SMTP 250")
    [(recipients, message)] = mail.post.got
    assert recipients == ["leader@example.com"]
    assert message["Subject"] == content["subject"]
    assert message["From"] == "insights@example.com"
    assert message["To"] == "leader@example.com"
    assert message["Message-ID"] == f"<{ID}@example.com>"
    assert message["X-Notification-Id"] == ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs(message["Date"].datetime - datetime.now(timezone.utc)) < timedelta(minutes=1)
    assert message.get_content_type() == "multipart/alternative"
    for kind, part in zip(("text", "html"), message.iter_parts(), strict=True):
        assert part.get_content_subtype() == kind.replace("text", "plain")
        assert part.get_content().splitlines() == content[kind].splitlines()


@pytest.mark.parametrize(
    ("recipient", "outcome"),
    [
        ("refused@example.com", Outcome("dead", "SMTP 550")),
        ("later@example.com", Outcome("pending", "SMTP 451")),
        ("away@example.com", Outcome("pending", "SMTP 421")),
        ("leader@example.com", Outcome("sent", "SMTP 250")),
    ],
)
def test_each_recipient_has_an_outcome(send, mail, recipient, outcome):
    assert send("email", f"smtp://{mail.here}", recipient=recipient) == outcome


def test_a_letter_that_is_refused_as_a_whole_is_dead(send, mail):
    outcome = send("email", f"smtp://{mail.here}", LETTER | {"subject": "too big"})
    assert outcome == Outcome("dead", "SMTP 552")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_that_is_needed(send):
    with Mail(authenticator=logs_in, auth_require_tls=False, auth_required=True) as mail:
        assert send("email", f"smtp://{mail.here}") == Outcome("dead", "SMTP 530")
        wrong = send("email", f"smtp://S3CRET:S3CRET@{mail.here}")
        assert wrong == Outcome("dead", "SMTP 535")
        assert mail.post.got == []
        assert send("email", f"smtp://{LOGIN}{mail.here}") == Outcome("sent", "SMTP 250")
        assert len(mail.post.got) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_mail_over_tls(send, tls, certificate, monkeypatch):
    # This server does not see that it is inside TLS already.
    settings = {"auth_require_tls": False, "auth_required": True}
    with Mail(ssl_context=tls, authenticator=logs_in, **settings) as mail:
        assert send("email", f"smtps://{LOGIN}{mail.here}") == UNTRUSTED
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send("email", f"smtps://{LOGIN}{mail.here}") == Outcome("sent", "SMTP 250")


def test_mail_over_starttls(send, tls, certificate, monkeypatch):
    """To another machine nothing is sent before the connection is safe."""
    monkeypatch.setattr(wire, "LOOPBACK", set())
    with Mail(tls_context=tls, authenticator=logs_in, auth_required=True) as mail:
        assert send("email", f"smtp://{LOGIN}{mail.here}") == UNTRUSTED
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send("email", f"smtp://{LOGIN}{mail.here}") == Outcome("sent", "SMTP 250")


def test_no_password_is_sent_where_no_tls_is_offered(send, mail, monkeypatch):
    monkeypatch.setattr(wire, "LOOPBACK", set())
    outcome = send("email", f"smtp://{LOGIN}{mail.here}")
    assert outcome == Outcome("dead", "the server offers no STARTTLS, or no login that is known")


@contextmanager
def greeting(words: bytes | None) -> Iterator[str]:
    """The address of a server that says so much and closes, or nothing and waits."""
    is_over = threading.Event()

    def serve() -> None:
        with suppress(OSError), server.accept()[0] as connection:
            if words is None:
                is_over.wait(10)
            else:
                connection.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"
        is_over.set()


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (b"554 no S3CRET here\r\n", Outcome("dead", "SMTP 554")),
        (b"421 S3CRET is busy\r\n", Outcome("pending", "SMTP 421")),
        (b"HTTP/1.1 400 S3CRET\r\n", Outcome("pending", "the answer was not one of SMTP")),
        (b"", Outcome("pending", "the connection was cut")),
        (b"220 hello", Outcome("pending", "the connection was cut")),
        (None, Outcome("pending", "no answer in time")),
    ],
)
def test_mail_servers_that_do_not_serve(send, monkeypatch, words, outcome):
    if words is None:
        monkeypatch.setattr(wire, "PATIENCE", 0.2)
    with greeting(words) as address:
        assert send("email", address) == outcome


def test_a_silent_mail_server_is_the_same_by_the_clock_of_smtplib(monkeypatch):
    monkeypatch.setattr(wire, "PATIENCE", 0.2)
    destination = Destination("there", "email", "email", sender="insights@example.com")
    with greeting(None) as address, pytest.raises(OSError) as error:
        mail_channel.send_email(destination, address, Parcel(ID, "{}", "leader@example.com"))
    assert outcome_of(error.value) == Outcome("pending", "no answer in time")


def sent(subject: str) -> EmailMessage:
    """A letter of that subject, as it is read from what is sent."""
    destination = Destination("there", "email", "email", sender="insights@example.com")
    content = json.dumps(LETTER | {"subject": subject})
    message = letter(destination, Parcel(ID * 4, content, "leader@example.com"))
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("Fell\r\nBcc: thief@example.com\r\n\r\n<script>")
@example("Fell\u2028Bcc: thief@example.com\x85X: y\x0bX: y\x1c")
@example("=?utf-8?q?Fell=0ABcc:_thief?= \t =?utf-8?q?x?=")
@example("00000000 ¡¡¡¡¡¡¡¡¡𐀀𐀀𐀀𐀀 ¡")
@example("Win rate fell " * 50)
@settings(deadline=None, max_examples=30)
def test_a_subject_is_one_header(subject):
    message, plain = sent(subject), sent("Fell")
    assert message.keys() == plain.keys()
    for name in ("From", "To", "Message-ID"):
        assert message[name] == plain[name]
    assert message["Message-ID"] == f"<{ID * 4}@example.com>"
    assert message.get_body(("plain",)).get_content().strip() == LETTER["text"]
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", subject)
    assert str(message["Subject"]) == " ".join(shown.split())


# --- here ------------------------------------------------------------------------------------


def test_a_message_is_printed(capfd):
    outcome = hand_over(Destination("here", "stdout", "text"), Parcel(ID, "29 % … Zoë"))
    assert outcome == Outcome("sent", "printed")
    assert capfd.readouterr() == ("29 % … Zoë\n", "")


def run_python(code: str, *arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    """A Python of its own that has the channels."""
    beginning = "from delivery.channels import *; from delivery import wire; import sys\n"
    return subprocess.run(
        [sys.executable, "-c", beginning + code, *arguments],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings},
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SCRIPTS)},
        text=True,
        timeout=8,
    )


def test_a_reader_who_left_gets_it_later():
    """`notify | head` must not end in Python's own complaint and exit code."""
    reader, writer = os.pipe()
    os.close(reader)
    code = (
        "for _ in range(2):\n"
        "    outcome = hand_over(Destination('here', 'stdout', 'text'), Parcel('1', 'told'))\n"
        "    print(outcome.status, outcome.result, file=sys.stderr)"
    )
    ended = run_python(code, stdout=writer)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, "pending the connection was cut\n" * 2)


def to_file(path: Path, text: str = "told") -> Outcome:
    payload = json.dumps({"text": text}, indent=2)
    return hand_over(Destination("here", "file", "json", path=str(path)), Parcel(ID, payload))


def test_a_file_gets_one_line_for_each_message(tmp_path):
    path = tmp_path / "told.jsonl"
    for text in ("one\ntwo", "Zoë\u2028"):
        assert to_file(path, text) == Outcome("sent", "written")
    lines = path.read_text(encoding="ascii").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["one\ntwo", "Zoë\u2028"]


def test_a_half_written_line_spoils_no_other(tmp_path):
    path = tmp_path / "told.jsonl"
    path.write_text('{"text": "one"}\n{"text": "tw')
    to_file(path, "three")
    assert path.read_text().splitlines() == [
        '{"text": "one"}',
        '{"text": "tw',
        '{"text": "three"}',
    ]


def test_lines_of_several_writers_do_not_mix(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    path = tmp_path / "told.jsonl"
    path.write_text('{"text": "first"}\n')
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: to_file(path, str(number) * 5000), range(100)))
    # Blank lines may come between: the line of another, seen half, looks unfinished.
    lines = [line for line in path.read_text().split("\n") if line]
    assert len(lines) == 101
    assert all(json.loads(line) for line in lines)


def test_a_line_that_did_not_fit_is_not_sent(tmp_path):
    path = tmp_path / "told.jsonl"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        outcomes = [to_file(path), to_file(path)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert outcomes == [Outcome("pending", "could not be sent (OSError)")] * 2
    assert to_file(path).status == "sent"
    assert path.read_text().splitlines()[-1] == '{"text": "told"}'


def test_a_path_that_can_be_no_file_is_dead_at_once(tmp_path):
    missing = Outcome("dead", "the file cannot be written (FileNotFoundError)")
    assert to_file(tmp_path / "S3CRET" / "told.jsonl") == missing
    assert to_file(tmp_path) == Outcome("dead", "the path is not that of a file")
    assert to_file(Path("/dev/null")) == Outcome("dead", "the path is not that of a file")
    (tmp_path / "file").touch()
    assert to_file(tmp_path / "file" / "told.jsonl").status == "dead"


def test_an_answer_that_never_ends_does_not_keep_the_process_alive(web):
    code = (
        "wire.PATIENCE = 0.2\n"
        "os.environ['THERE'] = sys.argv[1]\n"
        "there = Destination('there', 'webhook', 'json', address_env='THERE')\n"
        "print(hand_over(there, Parcel('1', '{}')).result)"
    )
    ended = run_python(code, f"{web.here}/dribble/")
    assert (ended.stdout, ended.stderr) == ("no answer in time\n", "")
    assert not web.is_over.is_set()


# --- apprise ---------------------------------------------------------------------------------


@pytest.fixture
def fake_apprise(tmp_path, monkeypatch) -> Callable[[str], None]:
    """Puts a module of that name and content before the real one."""

    def put(content: str) -> None:
        (tmp_path / "apprise.py").write_text(content)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return put


def test_apprise_that_is_not_installed_is_dead_at_once(send, fake_apprise):
    fake_apprise("raise ImportError('S3CRET')")
    outcome = send("apprise", f"json://host/{TOKEN}", "told")
    assert outcome == Outcome(
        "dead", "apprise is not installed; pip install -r requirements-apprise.txt"
    )


UNKNOWN_TO_APPRISE = Outcome("dead", "the address must be that of one service that apprise knows")


@pytest.mark.parametrize(
    ("does", "outcome"),
    [
        ("time.sleep(5)", Outcome("pending", "no answer in time")),
        ("raise Exception(url)", Outcome("pending", "not accepted")),
        ("self.append(url); return False", UNKNOWN_TO_APPRISE),
        ("self.extend(url.split()); return True", UNKNOWN_TO_APPRISE),
    ],
)
def test_what_apprise_says_and_how_long_it_takes_stays_inside(
    send, fake_apprise, monkeypatch, does, outcome
):
    monkeypatch.setattr(wire, "PATIENCE", 0.3 if "sleep" in does else 5.0)
    fake_apprise(
        "import logging, time, sys\n"
        "logging.basicConfig(level=0)\n"
        "def AppriseAsset(**settings): pass\n"
        "class Apprise(list):\n"
        "    def __init__(self, asset): pass\n"
        "    def add(self, url):\n"
        "        print(url, flush=True); logging.debug(url); print(url, file=sys.stderr)\n"
        f"        {does}\n"
    )
    assert send("apprise", f"json://host/{TOKEN} json://host/{TOKEN}", "told") == outcome


@pytest.mark.skipif(find_spec("apprise") is None, reason="apprise, which is optional, is not here")
def test_the_real_apprise(send, web):
    place = web.here.replace("http", "json")
    with Web() as other:
        web.answer = {"Location": f"{other.here}/200/"}
        assert send("apprise", f"{place}/200/{TOKEN}", "It fell") == Outcome("sent", "accepted")
        not_accepted = Outcome("pending", "not accepted")
        assert send("apprise", f"{place}/307/{TOKEN}", "It fell") == not_accepted
        assert other.asked == []
    assert json.loads(web.asked[0][2])["message"] == "It fell"
