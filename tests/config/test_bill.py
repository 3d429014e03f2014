"""The bill of materials names every package that the runtime lock file pins."""

import json
import re
import subprocess
from pathlib import Path


def test_the_bill_lists_each_pinned_package_with_its_version_and_digests(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "bill.json"
    subprocess.run([str(root / "bin/sbom"), str(out)], check=True)
    bill = json.loads(out.read_text(encoding="utf-8"))
    pinned = set(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (root / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE))
    assert {(part["name"], part["version"]) for part in bill["components"]} == pinned
    assert all(part["externalReferences"][0]["hashes"] for part in bill["components"])
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "concord")
