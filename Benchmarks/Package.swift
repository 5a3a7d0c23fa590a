// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "Benchmarks", targets: ["Benchmarks"]),
        .executable(name: "ServerPeers", targets: ["ServerPeers"]),
    ],
    dependencies: [
        .package(name: "faregate", path: "..", traits: ["Postgres"]),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CBareSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .yum(["sqlite-devel"]), .brew(["sqlite3"])]
        ),
        .systemLibrary(
            name: "CPeerPostgres",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .yum(["libpq-devel"]), .brew(["libpq"])]
        ),
        // What every peer does, in which order.
        .target(name: "Workload"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CBareSQLite",
                "Workload",
                .product(name: "Faregate", package: "faregate"),
                .product(name: "FaregateSQLite", package: "faregate"),
                .product(name: "FaregatePostgres", package: "faregate"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        // Redis and PostgreSQL: a program of its own, driven by the benchmark.
        .executableTarget(name: "ServerPeers", dependencies: ["CPeerPostgres", "Workload"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
