import Faregate

/// Makes pictures from prompts.
public protocol PictureGenerator: Sendable {
    /// - Throws: an error if there is no picture. The gate then refunds the credits.
    func picture(of prompt: String, size: PictureSize) async throws -> Picture
}

public enum PictureSize: String, Sendable, Codable, CaseIterable {
    case small, large

    var pixels: Int { self == .small ? 640 : 1280 }
}

public struct Picture: Sendable {
    public let mediaType: String
    public let bytes: [UInt8]

    public init(mediaType: String, bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// The generator could not make the picture.
public enum GeneratorError: Error {
    /// The request asked for a failure.
    case brokenOnPurpose
    /// The AI server could not be reached in time.
    case unreachable
    /// The AI server answered with this status.
    case refused(status: Int)
    /// The AI server's answer has no picture of a known type.
    case unreadable
}

extension GeneratorError: ProblemConvertible {
    public var problem: Problem {
        Problem(
            status: 502,
            type: "urn:generate-server:problem:generation-failed",
            title: "Generation failed",
            detail: "\(explanation). It costs you nothing."
        )
    }

    private var explanation: String {
        switch self {
        case .brokenOnPurpose: "The generator failed on purpose, half-way through"
        case .unreachable: "The AI server can't be reached"
        case .refused(let status): "The AI server answered with status \(status)"
        case .unreadable: "The AI server's answer contains no picture"
        }
    }
}

/// Waits and then fails, to show that a failure costs nothing.
struct BrokenPainter: PictureGenerator {
    let pause: Duration

    func picture(of prompt: String, size: PictureSize) async throws -> Picture {
        try await Task.sleep(for: pause)
        throw GeneratorError.brokenOnPurpose
    }
}
