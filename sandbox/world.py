"""What every room of the sandbox shares, made once at the start."""

from dataclasses import dataclass

from starlette.requests import Request

from sandbox.acquirer.notifications import Notifications
from sandbox.clock import Clock
from sandbox.control.faults import Faults
from sandbox.settings import Settings
from sandbox.storage import Database


@dataclass(frozen=True)
class World:
    """Settings, storage, clock, the faults in force and the outgoing notifications."""

    settings: Settings
    db: Database
    clock: Clock
    faults: Faults
    notifications: Notifications


def build_world(settings: Settings) -> World:
    """Opens the storage and brings back everything a former process left there."""
    db = Database(settings.folder)
    return World(settings, db, Clock(db), Faults(db), Notifications(db, settings))


def world_of(request: Request) -> World:
    """The world a request arrived in."""
    world: World = request.app.state.world
    return world
