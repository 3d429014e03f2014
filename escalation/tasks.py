"""The recurring jobs, as thin shells over services that may run late, twice, or at the same time."""

from celery import shared_task

from escalation.services.outbox import deliver
from escalation.services.seals import seal_partnerships
from escalation.services.sweep import sweep


@shared_task(name="escalation.tasks.sweep")
def sweep_clocks() -> None:
    """Look at every clock whose moment has come."""
    sweep()


@shared_task(name="escalation.tasks.deliver")
def deliver_messages() -> None:
    """Send what may leave."""
    deliver()


@shared_task(name="escalation.tasks.seal")
def seal_records() -> None:
    """Seal what was written since the last seals."""
    seal_partnerships()
