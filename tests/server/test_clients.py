"""Who a client is, and how much it may ask for."""

import pytest

from ipcgraph.server.clients import KEPT, Allowance, Proxies


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.1.2.3", "192.0.2.7", "192.0.2.7"),
        ("10.1.2.3", "198.51.100.1, 192.0.2.7, 10.9.9.9", "192.0.2.7"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "nonsense", "10.1.2.3"),
        ("10.1.2.3", "192.0.2.7, <script>", "10.1.2.3"),
        ("192.0.2.9", "192.0.2.7", "192.0.2.9"),
        ("", "192.0.2.7", ""),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::"),
    ],
)
def test_a_client_is_who_the_last_trusted_proxy_says(peer, forwarded, client):
    assert Proxies(["10.0.0.0/8", "::1"]).client(peer, forwarded) == client


def test_an_allowance_fills_up_again():
    allowance = Allowance(60)
    assert [allowance.take("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert allowance.take("a", 0.0) == pytest.approx(1.0)
    assert allowance.take("b", 0.0) == 0.0
    assert allowance.take("a", 0.5) == pytest.approx(0.5)
    assert allowance.take("a", 1.01) == 0.0
    assert [allowance.take("a", 10_000.0) for _ in range(61)][-1] > 0
    assert Allowance(0).take("a", 0.0) == 0.0


def test_the_table_of_clients_does_not_grow_without_end():
    allowance = Allowance(10)
    for number in range(KEPT + 500):
        allowance.take(f"client {number}", float(number))
    assert len(allowance) <= KEPT
