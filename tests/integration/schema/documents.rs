//! Documents with every key that there is.

use serde_json::{Value, json};

pub(super) fn whole_program() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "MiniProgram",
        "metadata": {
            "name": "coffee",
            "previously": "coffee-shop",
            "labels": { "a": "b" },
            "annotations": { "c": "d" },
        },
        "spec": {
            "name": "幸福咖啡",
            "workspace": "acme",
            "releaseTo": ["alipay-cn"],
            "defaultLanguage": "zh-CN",
            "createdBy": "mei@example.com",
            "listing": {
                "tagline": "每天一杯好咖啡，幸福每一天",
                "description": "附近门店现磨咖啡，手机点单，到店自取，外卖送到家。",
                "logo": "logos/coffee.png",
                "industry": "餐饮/咖啡",
                "customerService": { "phone": "0571-8888888", "email": "care@example.com" },
            },
            "languages": {
                "en-US": {
                    "name": "Lucky Coffee",
                    "tagline": "Good coffee every day",
                    "description": "Freshly ground coffee near you.",
                },
            },
            "ignore": [
                { "field": "name", "until": "2027-01-31", "because": "marketing edits it" },
            ],
        },
    })
}

pub(super) fn whole_roster() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "Roster",
        "metadata": { "name": "team", "labels": { "a": "b" }, "annotations": { "c": "d" } },
        "spec": {
            "workspace": "acme",
            "members": [
                { "name": "Mei Chen", "email": "mei@example.com", "role": "master" },
                {
                    "name": "Lin Wei",
                    "email": "lin@example.com",
                    "role": "developer",
                    "miniPrograms": ["coffee", { "program": "coffee", "until": "2026-12-31" }],
                    "blocked": true,
                    "previously": "lin@old.example.com",
                    "until": "2027-01-31",
                    "ignore": [{ "field": "role", "until": "2027-01-31", "because": "a trial" }],
                },
            ],
        },
    })
}

pub(super) fn whole_project() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "Project",
        "workspace": "acme",
        "owner": { "name": "An Owner", "email": "owner@example.com" },
        "manifests": ["manifests/**/*.yaml"],
        "environments": {
            "local": {
                "platform": "sandbox",
                "mail": {
                    "smtp": "smtp://mail.example.com:587?tls=required",
                    "from": "Mini programs <no-reply@example.com>",
                    "user": "no-reply",
                    "password": { "env": "SMTP_PASSWORD" },
                    "rootCertificate": "certificates/mail-ca.pem",
                },
            },
            "staging": {
                "platform": "sandbox",
                "url": "https://sandbox.example.com",
                "credential": { "env": "MINISYNC_TOKEN" },
                "masters": { "mei@example.com": { "file": "~/.config/minisync/mei" } },
            },
        },
        "environment": "local",
        "ledger": ".minisync/ledger.db",
        "policy": {
            "prune": false,
            "invitations": {
                "onExpired": "resend",
                "maxResends": 2,
                "resendAfter": "1h",
                "onRefused": "report",
                "remindBefore": "12h",
            },
            "members": { "whoLeft": "reinvite" },
            "rails": {
                "removals": { "most": 20, "share": "25%" },
                "leastMasters": 1,
                "keepMembers": ["mei@example.com"],
                "keepPrograms": ["coffee"],
            },
            "plans": { "signers": "allowed_signers" },
        },
    })
}
