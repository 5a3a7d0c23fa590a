import Foundation

/// Files that the tests read where they stand in the repository.
enum Fixture {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let invalid = tests.appending(path: "invalid")
    static let shippedPolicy = tests.appending(path: "../../policies/credits.jsonc").standardizedFileURL.path

    static let priceIDs = [
        "PRICE_ID_50": "price_50", "PRICE_ID_100": "price_100", "PRICE_ID_250": "price_250",
    ]
}
