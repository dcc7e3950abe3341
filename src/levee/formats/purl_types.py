"""What the package URL standard says of single types: letter case, names, and parts that must or must not be there."""

from __future__ import annotations

import re

_LOWER_ALL = frozenset({"alpm", "apk", "bitbucket", "composer", "deb", "github", "gitlab", "hex", "npm", "bitnami"})
_LOWER_NAME = frozenset({"pypi", "bitnami", "qpkg", "oci", "luarocks", "vscode-extension", "pub", "brew", "otp"})
_LOWER_NAMESPACE = frozenset({"brew", "rpm", "qpkg", "luarocks", "vscode-extension", "golang"})
_NEEDS_NAMESPACE = frozenset(
    {"alpm", "apk", "bitbucket", "composer", "deb", "github", "gitlab", "maven", "swift", "vscode-extension"}
)
_NO_NAMESPACE = frozenset(
    {
        "bitnami",
        "cargo",
        "chrome-extension",
        "cocoapods",
        "conda",
        "cran",
        "gem",
        "hackage",
        "julia",
        "mlflow",
        "nuget",
        "oci",
        "opam",
        "otp",
        "pub",
        "pypi",
        "bazel",
        "vcpkg",
    }
)
COMMON = (
    "npm", "cargo", "gem", "nuget", "golang", "maven", "pypi", "composer", "hex", "bitnami", "deb", "rpm", "apk",
    "alpm", "github", "generic",
)  # fmt: skip
"""The types of nearly all package URLs, which have no rules beyond letter case, namespace and PyPI's underscores."""
_CHROME_ID = re.compile(r"[a-p]{32}")
_CHROME_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){0,3}")


def normalise(
    kind: str, namespace: str, name: str, version: str, qualifiers: tuple[tuple[str, str], ...]
) -> tuple[str, str, str]:
    """Namespace, name and version in the normal spelling of their type."""
    if kind in _LOWER_ALL:
        namespace, name = namespace.lower(), name.lower()
    if kind in _LOWER_NAME:
        name = name.lower()
    if kind in _LOWER_NAMESPACE:
        namespace = namespace.lower()
    if kind == "pypi":
        name, version = name.replace("_", "-"), version.lower()
    elif kind == "pub":
        name = re.sub(r"[^a-z0-9]", "_", name)
    elif kind == "mlflow" and any(key == "repository_url" and "databricks" in value for key, value in qualifiers):
        name = name.lower()
    elif kind in {"huggingface", "oci"}:
        version = version.lower()
    return namespace, name, version


def normal_form(kind: str) -> re.Pattern[str]:
    """What follows the type, for one of the common types, where `normalise` and `fault` would find nothing to do.

    The groups are the namespace with its last slash, name, version, and qualifiers.
    """
    marks = ".~+-" if kind == "pypi" else "._~+-"
    small, any_case = rf"[a-z0-9{marks}]++", rf"[A-Za-z0-9{marks}]++"
    part = small if kind in _LOWER_ALL | _LOWER_NAMESPACE else any_case
    often = "?" if may_have_namespace(kind, stated=False) else ""
    namespace = rf"((?:%40)?(?:{part}/)++){often}" if may_have_namespace(kind, stated=True) else "()"
    name = small if kind in _LOWER_ALL | _LOWER_NAME else any_case
    version = r"[a-z0-9._~:+-]++" if kind == "pypi" else r"[A-Za-z0-9._~:+-]++"
    pair = r"[a-z][a-z0-9._-]*+=[A-Za-z0-9._~:/+-]++"
    return re.compile(rf"{namespace}({name})(?:@({version}))?(?:\?({pair}(?:&{pair})*+))?")


def may_have_namespace(kind: str, stated: bool) -> bool:  # noqa: FBT001 - the fact asked about
    """Whether a type allows a namespace to be there, or to be absent."""
    return kind not in (_NO_NAMESPACE if stated else _NEEDS_NAMESPACE)


def fault(kind: str, namespace: str, name: str, version: str, qualifiers: dict[str, str]) -> tuple[str, str] | None:
    """The part that its type forbids or asks for, and why; None where all is well."""
    if not may_have_namespace(kind, bool(namespace)):
        return "namespace", f"a {kind} package {'has no' if namespace else 'needs a'} namespace"
    check = _CHECKS.get(kind)
    return check(name, version, qualifiers) if check else None


def _chrome_extension(name: str, version: str, _qualifiers: dict[str, str]) -> tuple[str, str] | None:
    if not _CHROME_ID.fullmatch(name):
        return "name", "a chrome-extension is named by 32 letters from a to p"
    if version and not _CHROME_VERSION.fullmatch(version):
        return "version", "a chrome-extension has one to four numbers as its version"
    return None


def _julia(_name: str, _version: str, qualifiers: dict[str, str]) -> tuple[str, str] | None:
    return None if qualifiers.get("uuid") else ("qualifiers", "a julia package is named by its uuid")


def _cpan(name: str, _version: str, _qualifiers: dict[str, str]) -> tuple[str, str] | None:
    return ("name", "a cpan package is named by its distribution, not by a module") if "::" in name else None


_CHECKS = {"chrome-extension": _chrome_extension, "julia": _julia, "cpan": _cpan}
