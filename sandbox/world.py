"""What every room of the sandbox shares, made once at the start."""

from dataclasses import dataclass

from starlette.requests import Request

from sandbox.acquirer.notifications import Notifications
from sandbox.clock import Clock
from sandbox.control.faults import Faults
from sandbox.esia.keys import Client, own_key, read_client
from sandbox.settings import Settings
from sandbox.storage import Database


@dataclass(frozen=True)
class World:
    """Settings, storage, clock, the faults in force, the outgoing notifications, whom the identity service knows."""

    settings: Settings
    db: Database
    clock: Clock
    faults: Faults
    notifications: Notifications
    esia_key: str
    esia_client: Client | None


def build_world(settings: Settings) -> World:
    """Opens the storage and brings back everything a former process left there."""
    db = Database(settings.folder)
    client = read_client(settings.esia_client_id, settings.esia_client_certificate)
    return World(settings, db, Clock(db), Faults(db), Notifications(db, settings), own_key(settings.folder), client)


def world_of(request: Request) -> World:
    """The world a request arrived in."""
    world: World = request.app.state.world
    return world
