// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "generate-server",
    platforms: [.macOS(.v15)],
    traits: [
        .trait(name: "Postgres", description: "A ledger in PostgreSQL, for many servers. It needs the system's libpq.")
    ],
    dependencies: [
        .package(
            name: "faregate", path: "../..", traits: [.trait(name: "Postgres", condition: .when(traits: ["Postgres"]))]
        ),
        // No traits: they only add configuration files and Foundation code, and lengthen the first build.
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.20.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.9.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.0.0"),
    ],
    targets: [
        .target(
            name: "GenerateApp",
            dependencies: [
                .product(name: "Faregate", package: "faregate"),
                .product(name: "FaregatePayments", package: "faregate"),
                .product(name: "FaregatePostgres", package: "faregate", condition: .when(traits: ["Postgres"])),
                .product(name: "FaregateSQLite", package: "faregate"),
                // For the sandbox, which stands in for the payment providers where no key is set.
                .product(name: "FaregateSandbox", package: "faregate"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "GenerateServer",
            dependencies: ["GenerateApp", .product(name: "Logging", package: "swift-log")]
        ),
        // A storm of webhooks on the server: see Scripts/storm.
        .executableTarget(
            name: "Storm",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Faregate", package: "faregate"),
                .product(name: "FaregatePayments", package: "faregate"),
                .product(name: "FaregateSQLite", package: "faregate"),
                .product(name: "FaregateSandbox", package: "faregate"),
                .product(name: "FaregateTesting", package: "faregate"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "GenerateAppTests",
            dependencies: [
                "GenerateApp",
                .product(name: "Faregate", package: "faregate"),
                .product(name: "FaregatePayments", package: "faregate"),
                .product(name: "FaregateSQLite", package: "faregate"),
                .product(name: "FaregateSandbox", package: "faregate"),
                .product(name: "FaregateTesting", package: "faregate"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
        .enableUpcomingFeature("ExistentialAny"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
