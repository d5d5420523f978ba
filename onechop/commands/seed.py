"""`onechop seed`: prepare the data folder without starting anything."""

from onechop.commands.up import Data, PortDepartments, PortIdp
from onechop.console import Json, emit
from onechop.layout import DEFAULT_DATA, Layout
from onechop.prepare import prepare
from onechop.state import decide_ports, sole_use


def seed(
    data: Data = DEFAULT_DATA,
    port_idp: PortIdp = None,
    port_departments: PortDepartments = None,
    *,
    as_json: Json = False,
) -> None:
    """Make keys, certificates, the database and the demonstration residents, if not yet there."""
    with sole_use(data):
        ports = decide_ports(data, port_idp, port_departments)
        layout = Layout(data=data.resolve(), port_idp=ports[0], port_departments=ports[1])
        prepare(layout)
    result = {"seeded": True, "data": str(layout.data), "issuer": layout.issuer}
    emit(result, as_json=as_json, text=f"Ready in {layout.data}. Start with: onechop up")
