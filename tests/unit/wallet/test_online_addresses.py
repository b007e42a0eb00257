"""Where a wallet connects: to the checked address of the one host that its holder agreed to, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from counterproof.handover.openid4vci.offers import OnlineOffer as Offer
from counterproof.handover.openid4vci.offers import link_by_reference, link_by_value, read_link
from counterproof.mdoc.errors import CounterproofError, CryptoError, MalformedError, UsageError
from wallet.online.addresses import Guide, Origin, Reach, reach
from wallet.online.network import Network, PinnedTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(CounterproofError) as caught:
        act()
    return caught.value.code


def answering(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    return lambda _host, _port: addresses


def recording(sent: list[httpx.Request]) -> httpx.MockTransport:
    """Return where requests end that the guide let through."""

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    return httpx.MockTransport(handle)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", Reach.PUBLIC),
        ("2606:2800:220:1:248:1893:25c8:1946", Reach.PUBLIC),
        ("10.0.0.1", Reach.PRIVATE),
        ("172.16.5.4", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("127.0.0.1", Reach.PRIVATE),
        ("::1", Reach.PRIVATE),
        ("fd00::1", Reach.PRIVATE),
        ("::ffff:10.0.0.1", Reach.PRIVATE),
        ("::ffff:127.0.0.1", Reach.PRIVATE),
        ("2002:7f00:1::", Reach.PRIVATE),
        ("64:ff9b::7f00:1", Reach.PRIVATE),
        ("169.254.169.254", Reach.NEVER),
        ("::ffff:169.254.169.254", Reach.NEVER),
        ("64:ff9b::a9fe:a9fe", Reach.NEVER),
        ("fe80::1", Reach.NEVER),
        ("0.0.0.0", Reach.NEVER),  # noqa: S104 - where nobody is
        ("::", Reach.NEVER),
        ("224.0.0.1", Reach.NEVER),
        ("100.64.0.1", Reach.NEVER),
    ],
)
def test_who_may_be_at_an_address(address: str, expected: Reach) -> None:
    assert reach(address) is expected


@pytest.mark.scenario("issuer", "ssrf")
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://agency.example/x",
        "gopher://agency.example/",
        "https://user@agency.example/",
        "https://user:secret@agency.example/",
        "https://agency.example/#x",
        "https:///x",
        "https://agency.example:0/",
        "https://agency.example:99999/",
        "https://agency.example\\@127.0.0.1/",
        "//agency.example/",
        "javascript:alert(1)",
        "https://",
    ],
)
def test_addresses_that_are_none_are_refused_when_they_are_read(address: str) -> None:
    assert code_of(lambda: read_link(link_by_reference(address))) == "online.form"
    offer = Offer(issuer=address, configurations=("a",), code="x")
    assert code_of(lambda: read_link(link_by_value(offer))) == "online.form"


@pytest.mark.scenario("issuer", "ssrf")
@pytest.mark.parametrize(
    ("address", "resolved", "code"),
    [
        ("http://agency.example/", "93.184.216.34", "online.not-https"),
        ("http://127.0.0.1/", "127.0.0.1", "online.not-https"),
        ("https://localhost/", "127.0.0.1", "online.private-address"),
        ("https://[::1]/", "::1", "online.private-address"),
        ("https://intranet.example/", "10.1.2.3", "online.private-address"),
        ("https://agency.example/", "::ffff:192.168.0.1", "online.private-address"),
        ("https://agency.example/", "169.254.169.254", "online.address-forbidden"),
        ("https://agency.example/", "0.0.0.0", "online.address-forbidden"),  # noqa: S104
    ],
)
def test_where_no_agency_is_nothing_is_sent(address: str, resolved: str, code: str) -> None:
    sent: list[httpx.Request] = []
    inner = recording(sent)
    transport = PinnedTransport(Guide(resolve=answering(resolved)), inner)
    assert code_of(lambda: transport.handle_request(httpx.Request("GET", address))) == code
    assert sent == []


def test_one_bad_address_among_good_ones_is_enough() -> None:
    guide = Guide(resolve=answering("93.184.216.34", "169.254.169.254"))
    assert code_of(lambda: guide.destination(Origin.of("https://a.example"))) == "online.address-forbidden"
    guide = Guide(resolve=answering("93.184.216.34", "10.0.0.1"))
    assert code_of(lambda: guide.destination(Origin.of("https://a.example"))) == "online.private-address"


@pytest.mark.scenario("issuer", "ssrf")
def test_a_name_that_changes_its_address_is_looked_up_once() -> None:
    """DNS rebinding: the connection goes to the address that was checked, under the name that was asked."""
    turns = iter([["93.184.216.34"], ["127.0.0.1"]])
    sent: list[httpx.Request] = []
    inner = recording(sent)
    transport = PinnedTransport(Guide(resolve=lambda _h, _p: next(turns)), inner)
    transport.handle_request(httpx.Request("GET", "https://agency.example/offers/1"))
    (request,) = sent
    assert (request.url.host, request.headers["host"]) == ("93.184.216.34", "agency.example")
    assert request.extensions["sni_hostname"] == "agency.example"
    again = httpx.Request("GET", "https://agency.example/token")
    assert code_of(lambda: transport.handle_request(again)) == "online.private-address"


def test_a_private_host_is_for_whom_said_yes_to_it() -> None:
    guide = Guide(resolve=answering("10.0.0.1"))
    guide.private.add("intranet.example")
    assert guide.destination(Origin.of("https://intranet.example")) == "10.0.0.1"
    assert code_of(lambda: guide.destination(Origin.of("https://other.example"))) == "online.private-address"


def test_development_is_this_machine_alone() -> None:
    guide = Guide(development=True, resolve=answering("127.0.0.1"))
    assert guide.destination(Origin.of("http://localhost:8080")) == "127.0.0.1"
    for elsewhere in ("10.0.0.1", "93.184.216.34"):
        away = Guide(development=True, resolve=answering(elsewhere))
        assert code_of(lambda: away.destination(Origin.of("http://x.example"))) == "online.not-https"  # noqa: B023


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://agency.example",
        "openid-credential-offer://",
        "openid-credential-offer://?",
        "openid-credential-offer://?x=1",
        "openid-credential-offer://?credential_offer_uri=https://a.example&credential_offer_uri=https://b.example",
        "openid-credential-offer://?credential_offer=%7B%7D&credential_offer_uri=https://a.example",
        "openid-credential-offer://?credential_offer_uri=https://a.example\u202e",
        "openid-credential-offer://?credential_offer=%ff",
    ],
)
def test_links_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        read_link(text)


def test_a_network_has_no_way_around_its_checks() -> None:
    assert {name for name in vars(Network) if not name.startswith("_")} == {
        "close",
        "get",
        "post",
        "post_form",
    }
    assert not any("verify" in name or "insecure" in name for name in Network.__init__.__annotations__)
    assert {CryptoError, UsageError} <= {*CounterproofError.__subclasses__()}
