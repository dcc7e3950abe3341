"""A small export of every scanner that Levee reads, written for these tests by the formats' descriptions."""

# ruff: noqa: E501 - lines as scanners write them

from __future__ import annotations

import io
import json
import zipfile

from support.inventory_file import File


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _archive(**members: object) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name.replace("__", "/") + ".json", _json(value))
    return packed.getvalue()


NESSUS = b"""<?xml version="1.0"?>
<NessusClientData_v2><Report name="office"><ReportHost name="10.0.0.5">
<HostProperties><tag name="host-fqdn">web-1.example.org</tag><tag name="HOST_END">Tue Nov  3 10:00:00 2026</tag></HostProperties>
<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="900001" pluginName="Widget Server &lt; 2.4.60">
<cve>CVE-2026-1001</cve><cve>CVE-2026-1002</cve><solution>Upgrade to Widget Server version 2.4.60 or later.</solution>
<plugin_output>
  Installed version : 2.4.49
  Fixed version     : 2.4.60
</plugin_output></ReportItem>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="900002" pluginName="Scan Information">
<solution>n/a</solution></ReportItem>
</ReportHost></Report></NessusClientData_v2>
"""
TENABLE = b"""Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Synopsis,Description,Solution,See Also,Plugin Output
900001,CVE-2026-1001,9.8,Critical,10.0.0.5,tcp,443,Widget Server < 2.4.60,,,Upgrade to 2.4.60.,,
900001,CVE-2026-1002,9.8,Critical,10.0.0.5,tcp,443,Widget Server < 2.4.60,,,Upgrade to 2.4.60.,,
900002,,,None,10.0.0.5,tcp,0,Scan Information,,,n/a,,
"""
OPENVAS_XML = b"""<?xml version="1.0"?>
<report id="1"><report id="2"><scan_end>2026-11-03T10:00:00Z</scan_end>
<host><ip>10.0.0.6</ip><end>2026-11-03T09:59:00Z</end></host><host><ip>10.0.0.7</ip></host>
<results><result id="3"><name>Widget Server unsafe</name><host>10.0.0.6<hostname>mail-1</hostname></host><port>25/tcp</port>
<nvt oid="1.3.6.1.4.1.25623.1.0.1"><refs><ref type="cve" id="CVE-2026-1001"/></refs><solution type="VendorFix">Update.</solution></nvt>
<threat>High</threat><severity>9.8</severity><description>Installed version: 2.4.49
Fixed version:     2.4.60</description></result></results></report></report>
"""
OPENVAS_CSV = b"""IP,Hostname,Port,Port Protocol,CVSS,Severity,Solution Type,NVT Name,Summary,Specific Result,NVT OID,CVEs,Timestamp,Solution
10.0.0.6,mail-1,25,tcp,9.8,High,VendorFix,Widget Server unsafe,,,1.3.6.1.4.1.25623.1.0.1,"CVE-2026-1001,CVE-2026-1002",2026-11-03T10:00:00Z,Update.
"""
QUALYS_XML = b"""<?xml version="1.0"?><!DOCTYPE SCAN SYSTEM "scan-1.dtd">
<SCAN value="scan/1"><HEADER><KEY value="DATE">2026-11-03T10:00:00Z</KEY></HEADER>
<IP value="10.0.0.8" name="db-1"><INFOS><CAT value="TCP/IP"><INFO number="82040" severity="1"><TITLE>Replies</TITLE></INFO></CAT></INFOS>
<VULNS><CAT value="Database" port="3306" protocol="tcp"><VULN number="11" severity="5" cveid="CVE-2026-1003"><TITLE>Old database</TITLE>
<SOLUTION><![CDATA[Upgrade.<P>]]></SOLUTION></VULN></CAT></VULNS></IP></SCAN>
"""
QUALYS_CSV = b""""Report","03 Nov 2026 10:00AM GMT+0000","1"
"IP","DNS","QID","Title","Vuln Status","Type","Severity","Port","Protocol","Last Detected","CVE ID","Solution"
"10.0.0.8","db-1","11","Old database","Active","Vuln","5","3306","tcp","11/03/2026 10:00:00","CVE-2026-1003","Upgrade."
"10.0.0.8","db-1","12","Host name","","Ig","1","","","11/03/2026 10:00:00","",""
"""
NEXPOSE_XML = b"""<?xml version="1.0"?>
<NexposeReport version="2.0"><scans><scan id="1" endTime="20261103T100000000"/></scans>
<nodes><node address="10.0.0.9"><names><name>files-1</name></names><tests><test id="os-old" status="vulnerable-version"/></tests>
<endpoints><endpoint protocol="tcp" port="445"><services><service name="CIFS"><tests>
<test id="smb-signing" status="vulnerable-exploited"/><test id="smb-guest" status="not-vulnerable"/></tests></service></services></endpoint></endpoints></node></nodes>
<VulnerabilityDefinitions><vulnerability id="os-old" title="Old system" severity="8" cvssScore="9.8">
<references><reference source="CVE">CVE-2026-1004</reference></references><solution><Paragraph>Upgrade.</Paragraph></solution></vulnerability>
<vulnerability id="smb-signing" title="No signing" severity="5"/></VulnerabilityDefinitions></NexposeReport>
"""
NEXPOSE_CSV = b"""Asset IP Address,Asset Names,Service Port,Service Protocol,Vulnerability ID,Vulnerability Title,Vulnerability Severity Level,Vulnerability CVE IDs,Vulnerability Solution
10.0.0.9,files-1,445,tcp,smb-signing,No signing,5,CVE-2026-1004,Turn it on.
"""
NMAP = b"""<?xml version="1.0"?><!DOCTYPE nmaprun>
<nmaprun scanner="nmap" start="1793700000"><host endtime="1793700100"><status state="up"/><address addr="10.0.0.10" addrtype="ipv4"/>
<hostnames><hostname name="web-2"/></hostnames><ports><port protocol="tcp" portid="22"><state state="open"/>
<service name="ssh" product="OpenSSH" version="7.4"/><script id="vulners"><table key="cpe:/a:openbsd:openssh:7.4"><table>
<elem key="id">CVE-2018-15919</elem><elem key="type">cve</elem><elem key="cvss">5.0</elem></table></table></script></port>
<port protocol="tcp" portid="23"><state state="closed"/></port></ports></host></nmaprun>
"""
ZAP_XML = b"""<?xml version="1.0"?><OWASPZAPReport version="2.15" generated="Tue, 3 Nov 2026 10:00:00">
<site name="https://shop.example.org" host="shop.example.org" port="443" ssl="true"><alerts><alertitem><pluginid>10038</pluginid>
<alert>No content policy</alert><riskcode>2</riskcode><confidence>2</confidence><solution>&lt;p&gt;Set the header.&lt;/p&gt;</solution>
<instances><instance><uri>https://shop.example.org/</uri></instance></instances></alertitem></alerts></site></OWASPZAPReport>
"""
BURP = b"""<?xml version="1.0"?><!DOCTYPE issues [<!ELEMENT issues (issue*)>]>
<issues burpVersion="2026.1" exportTime="Tue Nov 03 10:00:00 UTC 2026"><issue><serialNumber>1</serialNumber><type>2097920</type>
<name>Cross-site scripting</name><host ip="10.0.0.11">https://app.example.org</host><path>/find</path><location>/find [q]</location>
<severity>High</severity><confidence>Firm</confidence><remediationBackground>Encode.</remediationBackground></issue></issues>
"""
DEPENDENCY_CHECK = b"""<?xml version="1.0"?><analysis xmlns="https://jeremylong.github.io/DependencyCheck/dependency-check.2.5.xsd">
<projectInfo><name>shop</name><reportDate>2026-11-03T10:00:00Z</reportDate></projectInfo><dependencies><dependency>
<fileName>widget-1.0.jar</fileName><filePath>/lib/widget-1.0.jar</filePath>
<identifiers><package confidence="HIGH"><id>pkg:maven/org.example/widget@1.0</id></package></identifiers>
<vulnerabilities><vulnerability source="NVD"><name>CVE-2026-1005</name><severity>HIGH</severity></vulnerability>
<suppressedVulnerability source="NVD"><name>CVE-2026-1006</name><severity>LOW</severity></suppressedVulnerability></vulnerabilities>
</dependency></dependencies></analysis>
"""
TRIVY = {
    "SchemaVersion": 2,
    "CreatedAt": "2026-11-03T10:00:00.123456789Z",
    "ArtifactName": "shop:1.0",
    "ArtifactType": "container_image",
    "Results": [
        {
            "Target": "shop:1.0 (debian 12.4)",
            "Class": "os-pkgs",
            "Type": "debian",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2026-1007",
                    "PkgName": "libwidget1",
                    "InstalledVersion": "1.0-1",
                    "FixedVersion": "1.0-2",
                    "Severity": "HIGH",
                    "Title": "widget: overflow",
                }
            ],
        },
        {
            "Target": "Dockerfile",
            "Class": "config",
            "Misconfigurations": [
                {"ID": "DS002", "Title": "Runs as root", "Severity": "LOW", "Status": "FAIL", "Resolution": "Add USER."}
            ],
        },
    ],
}
GRYPE = {
    "matches": [
        {
            "vulnerability": {
                "id": "GHSA-aaaa-bbbb-cccc",
                "severity": "High",
                "fix": {"versions": ["4.17.21"], "state": "fixed"},
            },
            "relatedVulnerabilities": [{"id": "CVE-2026-1008"}],
            "artifact": {
                "name": "lodash",
                "version": "4.17.11",
                "type": "npm",
                "purl": "pkg:npm/lodash@4.17.11",
                "locations": [{"path": "/app/package-lock.json"}],
            },
        }
    ],
    "source": {"type": "image", "target": {"userInput": "shop:1.0"}},
    "distro": {"name": "debian", "version": "12"},
    "descriptor": {"name": "grype", "version": "0.90.0"},
}
OSV_SCANNER = {
    "results": [
        {
            "source": {"path": "/src/package-lock.json", "type": "lockfile"},
            "packages": [
                {
                    "package": {"name": "lodash", "version": "4.17.11", "ecosystem": "npm"},
                    "vulnerabilities": [{"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2026-1008"], "summary": "Bad"}],
                }
            ],
        }
    ]
}
SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "Linty", "rules": [{"id": "L1", "properties": {"security-severity": "9.1"}}]}},
            "results": [{"ruleId": "L1", "level": "error", "message": {"text": "Unsafe call."}}],
        }
    ],
}
NPM_AUDIT = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "lodash": {
            "name": "lodash",
            "severity": "high",
            "via": [{"source": 1, "title": "Pollution", "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"}],
            "nodes": ["node_modules/lodash"],
            "fixAvailable": {"name": "lodash", "version": "4.17.21"},
        }
    },
    "metadata": {},
}
PIP_AUDIT = {
    "dependencies": [
        {"name": "six", "version": "1.16.0", "vulns": []},
        {
            "name": "Jinja2",
            "version": "2.4.1",
            "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.10.1", "2.4.2"], "aliases": ["CVE-2026-1009"]}],
        },
    ]
}
SNYK = {
    "vulnerabilities": [
        {
            "id": "SNYK-JS-LODASH-1",
            "title": "Pollution",
            "severity": "high",
            "packageManager": "npm",
            "name": "lodash",
            "version": "4.17.11",
            "fixedIn": ["4.17.21"],
            "identifiers": {"CVE": ["CVE-2026-1008"]},
            "from": ["shop@1.0.0", "lodash@4.17.11"],
        }
    ],
    "ok": False,
    "dependencyCount": 3,
    "packageManager": "npm",
    "projectName": "shop",
}
PRISMA = {
    "results": [
        {
            "name": "shop:1.0",
            "distro": "Debian GNU/Linux 12 (bookworm)",
            "complianceDistribution": {"total": 0},
            "vulnerabilities": [
                {
                    "id": "CVE-2026-1007",
                    "status": "fixed in 1.0-2",
                    "severity": "high",
                    "packageName": "widget",
                    "packageVersion": "1.0-1",
                }
            ],
            "scanTime": "2026-11-03T10:00:00Z",
        }
    ]
}
PRISMA_CSV = b"""Registry,Repository,Tag,Id,Distro,CVE ID,Severity,Packages,Source Package,Package Version,Fix Status
reg.example.org,shop,1.0,sha256:1,alpine-3.20,CVE-2026-1007,high,widget,,1.0-r1,fixed in 1.0-r2
"""
WAZUH = {
    "data": {
        "affected_items": [
            {
                "name": "widget",
                "version": "1.0",
                "cve": "CVE-2026-1007",
                "severity": "High",
                "condition": "Package less than 1.1",
                "status": "VALID",
                "agent_name": "desk-1",
                "agent_ip": "10.0.0.12",
            }
        ]
    }
}
BANDIT = {
    "generated_at": "2026-11-03T10:00:00Z",
    "metrics": {},
    "errors": [],
    "results": [
        {"test_id": "B101", "issue_text": "Assert.", "issue_severity": "LOW", "filename": "a.py", "line_number": 2}
    ],
}
SEMGREP = {
    "errors": [],
    "paths": {},
    "results": [
        {
            "check_id": "py.weak",
            "path": "a.py",
            "start": {"line": 3},
            "extra": {"message": "Weak.", "severity": "ERROR"},
        }
    ],
}
CHECKMARX = {
    "scanID": "1",
    "totalCount": 1,
    "results": [
        {
            "type": "sast",
            "id": "1",
            "severity": "HIGH",
            "state": "TO_VERIFY",
            "data": {
                "queryId": 14517067005933136034,
                "queryName": "SQL_Injection",
                "nodes": [{"fileName": "/a.java", "line": 4}],
            },
        }
    ],
}
CARGO = {
    "database": {},
    "lockfile": {"dependency-count": 2},
    "vulnerabilities": {
        "list": [
            {
                "advisory": {"id": "RUSTSEC-2026-0001", "title": "Unsound", "aliases": ["CVE-2026-1010"]},
                "versions": {"patched": [">=0.2.4"]},
                "package": {"name": "widget", "version": "0.2.3"},
            }
        ]
    },
    "warnings": {},
}
GOVULNCHECK = b"""{"config": {"protocol_version": "v1.0.0", "scanner_name": "govulncheck"}}
{"osv": {"id": "GO-2026-0001", "aliases": ["CVE-2026-1011"], "summary": "Panics"}}
{"finding": {"osv": "GO-2026-0001", "fixed_version": "v1.2.4", "trace": [{"module": "example.org/widget", "version": "v1.2.3"}]}}
{"finding": {"osv": "GO-2026-0001", "fixed_version": "v1.2.4", "trace": [{"module": "example.org/widget", "version": "v1.2.3", "package": "example.org/widget", "function": "Turn"}]}}
"""
NUCLEI = b"""{"template-id": "CVE-2026-1012", "info": {"name": "Widget panel", "severity": "critical", "classification": {"cve-id": ["cve-2026-1012"]}}, "host": "https://app.example.org:8443", "matched-at": "https://app.example.org:8443/admin", "timestamp": "2026-11-03T10:00:00Z"}
{"template-id": "tls-version", "info": {"name": "TLS", "severity": "info"}, "host": "app.example.org:443", "matched-at": "app.example.org:443"}
"""
INSPECTOR = {
    "findings": [
        {
            "findingArn": "arn:aws:inspector2:eu-west-1:1:finding/1",
            "type": "PACKAGE_VULNERABILITY",
            "title": "CVE-2026-1007 - widget",
            "severity": "HIGH",
            "status": "ACTIVE",
            "lastObservedAt": "2026-11-03T10:00:00+01:00",
            "packageVulnerabilityDetails": {
                "vulnerabilityId": "CVE-2026-1007",
                "vulnerablePackages": [
                    {"name": "lodash", "version": "4.17.11", "packageManager": "NPM", "fixedInVersion": "4.17.21"}
                ],
            },
            "resources": [{"id": "i-0001", "details": {"awsEc2Instance": {}}}],
        }
    ]
}
GITHUB = [
    {
        "number": 1,
        "state": "open",
        "html_url": "https://github.com/example/shop/security/dependabot/1",
        "dependency": {"package": {"ecosystem": "npm", "name": "lodash"}, "manifest_path": "package-lock.json"},
        "security_advisory": {
            "ghsa_id": "GHSA-aaaa-bbbb-cccc",
            "cve_id": "CVE-2026-1008",
            "summary": "Pollution",
            "severity": "high",
        },
        "security_vulnerability": {"first_patched_version": {"identifier": "4.17.21"}},
    }
]
GITLAB = {
    "version": "15.0.0",
    "scan": {"scanner": {"name": "Gemnasium"}, "type": "dependency_scanning", "end_time": "2026-11-03T10:00:00"},
    "dependency_files": [{"path": "go.sum", "package_manager": "go"}],
    "vulnerabilities": [
        {
            "id": "1",
            "name": "Expansion",
            "severity": "High",
            "solution": "Upgrade to version 2.2.3 or above.",
            "location": {
                "file": "go.sum",
                "dependency": {"package": {"name": "gopkg.in/yaml.v2"}, "version": "v2.2.2"},
            },
            "identifiers": [{"type": "cve", "value": "CVE-2026-1013"}],
        }
    ],
}
DEFENDER_LIST = {
    "value": [
        {
            "id": "m1-_-CVE-2026-1014",
            "cveId": "CVE-2026-1014",
            "machineId": "m1",
            "fixingKbId": "5051989",
            "productName": "windows_11",
            "productVendor": "microsoft",
            "productVersion": "10.0.1",
            "severity": "High",
        }
    ]
}
DEFENDER_MACHINES = {"value": [{"id": "m1", "computerDnsName": "desk-2", "lastSeen": "2026-11-03T10:00:00Z"}]}
GENERIC = {"findings": [{"title": "Open share", "severity": "High", "description": "x", "date": "2026-11-03"}]}
GENERIC_CSV = b"""Date,Title,CweId,Url,Severity,Description,Mitigation,Active
11/03/2026,Open share,1,https://files.example.org/x,High,Words,Close it,TRUE
"""
HYGIENE = b"""ip,port,kev,kev_ransomware,severity,time_opened,age,cvss,cve,name,solution
192.0.2.10,443,true,false,4,2026-11-01 10:00:00,2,9.8,CVE-2026-1001,Widget Server unsafe,Upgrade.
"""
HYGIENE_MITIGATED = b"""ip,port,kev,kev_ransomware,severity,time_opened,time_closed,cvss,cve,name,solution
192.0.2.10,443,true,false,4,2026-11-01 10:00:00,2026-11-03 10:00:00,9.8,CVE-2026-1001,Widget Server unsafe,Upgrade.
"""
HYGIENE_SERVICES = b"""ip_int,ip,port,service
3221225994,192.0.2.10,443,https
"""

SCANNER_FILES: tuple[File, ...] = (
    File(kind="nessus", filename="office.nessus", data=NESSUS, assets=("10.0.0.5",), findings=2),
    File(kind="tenable-csv", filename="office.csv", data=TENABLE, assets=("10.0.0.5",), findings=2),
    File(kind="openvas-xml", filename="r.xml", data=OPENVAS_XML, assets=("10.0.0.6", "10.0.0.7"), findings=1),
    File(kind="openvas-csv", filename="r.csv", data=OPENVAS_CSV, assets=("10.0.0.6",), findings=1),
    File(kind="qualys-xml", filename="q.xml", data=QUALYS_XML, assets=("10.0.0.8",), findings=2),
    File(kind="qualys-csv", filename="q.csv", data=QUALYS_CSV, assets=("10.0.0.8",), findings=2),
    File(kind="nexpose-xml", filename="n.xml", data=NEXPOSE_XML, assets=("10.0.0.9",), findings=2),
    File(kind="nexpose-csv", filename="n.csv", data=NEXPOSE_CSV, assets=("10.0.0.9",), findings=1),
    File(kind="nmap", filename="nmap.xml", data=NMAP, assets=("10.0.0.10",), findings=2),
    File(kind="zap-xml", filename="zap.xml", data=ZAP_XML, assets=("shop.example.org",), findings=1),
    File(
        kind="zap-json",
        filename="zap.json",
        data=_json({"site": [{"@host": "shop", "alerts": [{"pluginid": "1", "alert": "Header", "riskcode": "1"}]}]}),
        assets=("shop",),
        findings=1,
    ),
    File(kind="burp", filename="burp.xml", data=BURP, assets=("app.example.org",), findings=1),
    File(kind="dependency-check", filename="d.xml", data=DEPENDENCY_CHECK, assets=("shop",), findings=2, components=1),
    File(kind="trivy", filename="t.json", data=_json(TRIVY), assets=("shop:1.0",), findings=2, components=1),
    File(kind="grype", filename="g.json", data=_json(GRYPE), assets=("shop:1.0",), findings=1, components=1),
    File(kind="osv-scanner", filename="shop.json", data=_json(OSV_SCANNER), assets=("shop",), findings=1, components=1),
    File(kind="sarif", filename="shop.sarif", data=_json(SARIF), assets=("shop",), findings=1),
    File(kind="npm-audit", filename="shop.json", data=_json(NPM_AUDIT), assets=("shop",), findings=1, components=1),
    File(kind="pip-audit", filename="shop.json", data=_json(PIP_AUDIT), assets=("shop",), findings=1, components=1),
    File(kind="snyk", filename="s.json", data=_json(SNYK), assets=("shop",), findings=1, components=1),
    File(kind="prisma-json", filename="p.json", data=_json(PRISMA), assets=("shop:1.0",), findings=1, components=1),
    File(
        kind="prisma-csv",
        filename="p.csv",
        data=PRISMA_CSV,
        assets=("reg.example.org/shop:1.0",),
        findings=1,
        components=1,
    ),
    File(kind="wazuh", filename="w.json", data=_json(WAZUH), assets=("desk-1",), findings=1),
    File(kind="bandit", filename="shop.json", data=_json(BANDIT), assets=("shop",), findings=1),
    File(kind="semgrep", filename="shop.json", data=_json(SEMGREP), assets=("shop",), findings=1),
    File(kind="checkmarx-one", filename="shop.json", data=_json(CHECKMARX), assets=("shop",), findings=1),
    File(kind="cargo-audit", filename="shop.json", data=_json(CARGO), assets=("shop",), findings=1, components=1),
    File(kind="govulncheck", filename="shop.json", data=GOVULNCHECK, assets=("shop",), findings=1, components=1),
    File(kind="nuclei", filename="n.jsonl", data=NUCLEI, assets=("app.example.org",), findings=2),
    File(kind="aws-inspector", filename="i.json", data=_json(INSPECTOR), assets=("i-0001",), findings=1, components=1),
    File(
        kind="github-alerts", filename="a.json", data=_json(GITHUB), assets=("example/shop",), findings=1, components=1
    ),
    File(kind="gitlab-security", filename="shop.json", data=_json(GITLAB), assets=("shop",), findings=1, components=1),
    File(
        kind="ms-defender",
        filename="defender.zip",
        data=_archive(machines__all=DEFENDER_MACHINES, vulnerabilities__all=DEFENDER_LIST),
        assets=("desk-2",),
        findings=1,
    ),
    File(kind="ms-defender-json", filename="v.json", data=_json(DEFENDER_LIST), assets=("m1",), findings=1),
    File(kind="generic-findings-json", filename="office.json", data=_json(GENERIC), assets=("office",), findings=1),
    File(kind="generic-findings-csv", filename="o.csv", data=GENERIC_CSV, assets=("files.example.org",), findings=1),
    File(kind="cyber-hygiene-findings", filename="findings.csv", data=HYGIENE, assets=("192.0.2.10",), findings=1),
    File(
        kind="cyber-hygiene-mitigated-vulnerabilities",
        filename="mitigated-vulnerabilities.csv",
        data=HYGIENE_MITIGATED,
        assets=("192.0.2.10",),
        findings=1,
    ),
    File(
        kind="cyber-hygiene-hosts",
        filename="hosts.csv",
        data=b"ip,hostname,operating_system\n192.0.2.10,web-1,Linux\n192.0.2.11,,\n",
        assets=("192.0.2.10", "192.0.2.11"),
    ),
    File(
        kind="cyber-hygiene-services",
        filename="services.csv",
        data=HYGIENE_SERVICES,
        assets=("192.0.2.10",),
        findings=1,
    ),
    File(
        kind="cyber-hygiene-potentially-risky-services",
        filename="potentially-risky-services.csv",
        data=HYGIENE_SERVICES.replace(b"443,https", b"3389,rdp"),
        assets=("192.0.2.10",),
        findings=1,
    ),
)
