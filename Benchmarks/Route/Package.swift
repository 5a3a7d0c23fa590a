// swift-tools-version: 6.1

import PackageDescription

// A package of its own: SwiftPM fetches all that a package may need, and nobody needs Hummingbird who doesn't ask for
// this.
let package = Package(
    name: "route",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "faregate", path: "../.."),
        // Without its traits: they only add configuration files and extra Foundation, and make the first build longer.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
    ],
    targets: [
        .executableTarget(
            name: "Route",
            dependencies: [
                .product(name: "Faregate", package: "faregate"),
                .product(name: "FaregateSQLite", package: "faregate"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
