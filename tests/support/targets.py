"""Small packages and source trees made in the test itself, as targets, and the proofs of calls that go with them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile

from levee.validation.engine.build import source_target
from levee.validation.engine.manifest import FILE
from levee.validation.engine.targets import Archive, Ecosystem, FetchedTarget, Role


def tar(files, *, compression=""):
    """A tar archive of name -> text or bytes."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=f"w:{compression}") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def npm_package(name, version, index, **files):
    """A package of one JavaScript file, as the npm registry would give it."""
    package = json.dumps({"name": name, "version": version, "main": "index.js"})
    content = {"package/package.json": package, "package/index.js": index}
    content |= {f"package/{path}": text for path, text in files.items()}
    archive = Archive(
        name=name,
        version=version,
        filename=f"{version}.tgz",
        role=Role.TARGET,
        place=f"node_modules/{name}",
        data=tar(content, compression="gz"),
    )
    return _fetched(Ecosystem.NPM, name, version, archive)


def python_wheel(name, version, source):
    """A package of one Python module, as a wheel."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as wheel:
        wheel.writestr(f"{name}.py", source)
        wheel.writestr(
            f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
    return _python(name, version, f"{name}-{version}-py3-none-any.whl", made.getvalue())


def python_source(name, version, files, *tools):
    """A package as a source distribution, built in the sandbox with these wheels."""
    content = {f"{name}-{version}/{path}": text for path, text in files.items()}
    fetched = _python(name, version, f"{name}-{version}.tar.gz", tar(content, compression="gz"))
    return FetchedTarget(
        spec=fetched.spec,
        ecosystem=fetched.ecosystem,
        name=name,
        version=version,
        archives=(*fetched.archives, *tools),
    )


def _python(name, version, filename, data):
    archive = Archive(name=name, version=version, filename=filename, role=Role.TARGET, data=data)
    return _fetched(Ecosystem.PYPI, name, version, archive)


def _fetched(ecosystem, name, version, archive):
    return FetchedTarget(
        spec=f"{ecosystem}:{name}@{version}", ecosystem=ecosystem, name=name, version=version, archives=(archive,)
    )


def source(files, **manifest):
    """A source target with a manifest."""
    document = {"levee": "target/1", "name": "sample", "version": "1.0", **manifest}
    return source_target("folder:sample", tar({**files, FILE: json.dumps(document)}))


def calls(kind, steps, benign, language="javascript", **further):
    """A proof of calls as bytes."""
    document = {"levee": "proof/1", "form": "calls", "kind": kind, "language": language, "steps": steps}
    return json.dumps(document | {"benign": benign, **further}).encode()
