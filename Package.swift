// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "faregate",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Faregate", targets: ["Faregate"]),
        .library(name: "FaregateSQLite", targets: ["FaregateSQLite"]),
        .library(name: "FaregatePostgres", targets: ["FaregatePostgres"]),
        .library(name: "FaregatePayments", targets: ["FaregatePayments"]),
        .library(name: "FaregateTesting", targets: ["FaregateTesting"]),
        .library(name: "FaregateSandbox", targets: ["FaregateSandbox"]),
        .executable(name: "faregate", targets: ["FaregateCommand"]),
    ],
    traits: [
        .trait(name: "Postgres", description: "The PostgreSQL ledger. It needs the system's libpq.")
    ],
    // None, ever: Foundation and the system's SQLite are all that Faregate needs.
    dependencies: [],
    targets: [
        .target(name: "Faregate"),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .yum(["sqlite-devel"]), .brew(["sqlite3"])]
        ),
        // The rules of a ledger in the SQL that both databases share.
        .target(name: "FaregateBooks", dependencies: ["Faregate"]),
        .target(name: "FaregateSQLite", dependencies: ["Faregate", "FaregateBooks", "CSQLite"]),
        .systemLibrary(
            name: "CLibPQ",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .yum(["libpq-devel"]), .brew(["libpq"])]
        ),
        // Empty without the trait, so that a build needs no libpq.
        .target(
            name: "FaregatePostgres",
            dependencies: [
                "Faregate", "FaregateBooks", .target(name: "CLibPQ", condition: .when(traits: ["Postgres"])),
            ]
        ),
        .target(name: "FaregatePayments", dependencies: ["Faregate"]),
        .target(name: "FaregateTesting", dependencies: ["Faregate"]),
        .target(name: "FaregateSandbox", dependencies: ["Faregate", "FaregatePayments", "FaregateTesting"]),
        // What only the tests of this package use of a sandbox.
        .target(
            name: "FaregateChecks",
            dependencies: ["Faregate", "FaregatePayments", "FaregateTesting", "FaregateSandbox"]
        ),
        .executableTarget(
            name: "FaregateCommand",
            dependencies: ["Faregate", "FaregateBooks", "FaregateSQLite", "FaregatePostgres", "FaregatePayments"]
        ),

        // Also built by Scripts/fuzz, with coverage.
        .target(
            name: "FuzzTargets",
            dependencies: ["Faregate", "FaregatePayments", "FaregateTesting"],
            path: "Fuzz/Targets"
        ),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"]),
        .target(
            name: "TestSupport",
            dependencies: ["Faregate", "FaregateBooks", "FaregateSQLite", "FaregateTesting", "CSQLite"],
            path: "Tests/TestSupport"
        ),
        .testTarget(
            name: "FaregateTests",
            dependencies: ["Faregate", "FaregateSQLite", "FaregateTesting", "TestSupport"],
            exclude: ["invalid", "unseen-by-the-schema.txt"]
        ),
        .executableTarget(
            name: "LedgerWorker",
            dependencies: [
                "Faregate", "FaregateBooks", "FaregateSQLite", "FaregatePostgres", "FaregateTesting", "CFaultVFS",
            ],
            path: "Tests/LedgerWorker"
        ),
        .target(name: "CFaultVFS", dependencies: ["CSQLite"], path: "Tests/CFaultVFS"),
        .testTarget(
            name: "FaregateSQLiteTests",
            dependencies: [
                "Faregate", "FaregateBooks", "FaregateSQLite", "FaregateTesting", "TestSupport", "CSQLite", "CFaultVFS",
                "LedgerWorker",
            ],
            exclude: ["Golden", "Versions"]
        ),
        .testTarget(
            name: "FaregatePostgresTests",
            dependencies: [
                "Faregate", "FaregateBooks", "FaregateSQLite", "FaregatePostgres", "FaregateTesting", "FaregateCommand",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "FaregatePaymentsTests",
            dependencies: [
                "Faregate", "FaregateBooks", "FaregateSQLite", "FaregatePayments", "FaregateTesting",
                "FaregateSandbox", "FaregateChecks", "TestSupport", "CSQLite",
            ]
        ),
        .executableTarget(
            name: "PaymentsJudge",
            dependencies: ["Faregate", "FaregatePayments", "FaregateTesting", "FaregateSandbox", "FaregateChecks"],
            path: "Tests/PaymentsJudge"
        ),
        .testTarget(
            name: "FaregateCommandTests",
            dependencies: [
                "Faregate", "FaregateBooks", "FaregateSQLite", "FaregatePayments", "FaregateTesting", "FaregateCommand",
                "CSQLite", "TestSupport",
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
        .enableUpcomingFeature("ExistentialAny"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
        .enableUpcomingFeature("MemberImportVisibility"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
