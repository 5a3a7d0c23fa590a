import Foundation

/// Files of the repository that the tests read.
enum Fixture {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let invalid = tests.appending(path: "invalid")
    static let shippedPolicy = tests.appending(path: "../../policies/credits.jsonc").standardizedFileURL.path

    static let priceIDs = [
        "PRICE_ID_50": "price_50", "PRICE_ID_100": "price_100", "PRICE_ID_250": "price_250",
        "DODO_PRODUCT_50": "pdt_50", "DODO_PRODUCT_100": "pdt_100", "DODO_PRODUCT_250": "pdt_250",
    ]

    /// Every key of the format.
    static let everything = """
        {
          "timezone": "Europe/Oslo",
          "actions": {
            "export": { "cost": 0, "limits": [{ "max": 0, "per": "day", "when": { "plan": ["free"], "size": [3, true] } }] },
            "generate": {
              "title": "Generate an image",
              "cost": 9007199254740991,
              "limits": [
                { "max": 3, "per": "minute", "by": "member" },
                { "max": 100, "within": "24h", "by": "action", "count": "calls" },
                { "max": 9, "per": "minute", "by": "member", "id": "burst", "givesBack": true },
                { "max": 500, "per": "month", "count": "credits", "mode": "shadow" },
              ],
              "timeout": "1ms",
            },
            "ask": {
              "cost": { "base": 1, "prices": "model", "markup": "13/10", "units": { "searches": 2 }, "minimum": 3 },
              "rules": [{ "when": { "plan": "pro" }, "factor": "1/2" }, { "when": { "x": 1 }, "cost": { "prices": "m" } }],
              "hold": { "input_tokens": 9 },
            },
            "chat": {
              "cost": { "base": 1, "units": { "input_tokens": "1/1000", "output_tokens": 0.004 } },
              "rules": [
                { "when": { "model": "old" }, "cost": 12, "mode": "off" },
                { "when": { "model": ["old", "new"] }, "cost": { "units": { "pages": 3 } }, "mode": "shadow" },
              ],
              "hold": { "output_tokens": 2000 },
              "limits": [{ "max": 90000, "per": "day", "count": "output_tokens", "givesBack": false, "mode": "off" }],
              "overrun": "debt",
              "outage": { "allow": 100 },
              "key": "required",
              "mode": "shadow",
            },
          },
          "plans": {
            "free": { "was": ["start"], "grants": [{ "credits": 5, "every": "once" }, { "credits": 6, "every": "once", "id": "gift" }] },
            "pro": {
              "grants": [
                { "credits": 1000, "every": "month", "rollover": 500 }, { "credits": 20, "every": "once" },
                { "id": "month-2", "credits": 7, "every": "month" }, { "credits": 1, "every": "day", "priority": -5, "expires": "6h" },
                { "credits": 2, "every": "quarter", "priority": 1000 }, { "credits": 2, "every": "10d", "for": ["export", "chat"] },
              ],
            },
          },
          "packs": {
            "50": { "credits": 50, "price": "1000 JPY", "stripe": "a${B}c${B}", "for": ["chat"] },
            "unit": { "credits": 5, "price": "1.00 USD", "dodo": "${B}", "quantity": { "min": 2, "max": 9 }, "expires": "2y" },
          },
          "prices": {
            "large-2": { "input_tokens": "3/1000", "cached_tokens": 0.0003, "inside": { "cached_tokens": "input_tokens" } },
            "@cf/meta/llama-3:free": { "input_tokens": 0 },
          },
          "lowBalance": 7,
          "refundGrace": "2h",
          "debtLimit": 30,
          "changes": [
            { "from": "2026-12-01", "patch": { "actions": { "generate": { "cost": 12, "title": null } } } },
            { "from": "2027-01-01T09:00:00+01:00", "patch": { "lowBalance": null } },
          ],
          "tests": [
            { "call": "export", "expect": { "cost": 0 } },
            { "name": "the fourth", "call": "generate", "plan": "pro", "member": "mia", "at": "2026-12-02", "times": 4,
              "within": "1m", "credits": 100, "expect": { "refused": "limit" } },
            { "call": "chat", "attributes": { "model": "old" }, "units": { "pages": 2 }, "key": true, "credits": "plan",
              "expect": { "allowed": true } },
          ],
          "mode": "enforce",
        }
        """
}
