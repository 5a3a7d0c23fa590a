import Faregate

/// What the server sells: pictures from words.
public protocol PictureGenerator: Sendable {
    /// - Throws: whatever keeps it from making the picture. The gate gives the credits back then.
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
    /// Somebody ticked "make it fail".
    case brokenOnPurpose
    /// The AI server could not be reached, or not in time.
    case unreachable
    /// The AI server answered with this status.
    case refused(status: Int)
    /// The AI server's answer holds no picture that we know how to show.
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
        case .unreadable: "The AI server's answer holds no picture"
        }
    }
}

/// Fails half-way, for people who want to see what a failure costs.
struct BrokenPainter: PictureGenerator {
    let pause: Duration

    func picture(of prompt: String, size: PictureSize) async throws -> Picture {
        try await Task.sleep(for: pause)
        throw GeneratorError.brokenOnPurpose
    }
}
