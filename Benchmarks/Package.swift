// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "faregate", path: "..")
    ],
    targets: [
        .systemLibrary(
            name: "CBareSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .yum(["sqlite-devel"]), .brew(["sqlite3"])]
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CBareSQLite",
                .product(name: "Faregate", package: "faregate"),
                .product(name: "FaregateSQLite", package: "faregate"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
