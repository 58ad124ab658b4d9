"""The doctor: walks a published site, ours or anyone's, and says what is wrong, with a line of curl that shows it."""

from __future__ import annotations

from ipcgraph.publish.doctor.diagnosis import Diagnosis, Fault, write_diagnosis
from ipcgraph.publish.doctor.examination import doctor

__all__ = ["Diagnosis", "Fault", "doctor", "write_diagnosis"]
