import Faregate
import Hummingbird

/// The body of a request for a picture.
struct GenerateRequest: GatedInput, KnownMembers {
    static let memberNames = ["prompt", "size", "fail"]
    static let maxPromptLength = 2000

    let prompt: String
    let size: PictureSize?
    let fail: Bool?

    var pictureSize: PictureSize { size ?? .small }

    var attributes: Attributes { ["size": .string(pictureSize.rawValue)] }

    func validate() throws(InvalidInput) {
        guard !prompt.allSatisfy(\.isWhitespace) else {
            throw InvalidInput("\"prompt\" is empty; describe the picture to paint")
        }
        // Counts scalars, because one character can have any number of them.
        guard prompt.unicodeScalars.count <= Self.maxPromptLength else {
            throw InvalidInput("a prompt has at most \(Self.maxPromptLength) characters")
        }
    }
}

/// The routes of the product. They contain nothing about credits, balances or refunds.
struct GenerateRoutes {
    let gate: Gate
    let painter: any PictureGenerator
    let brokenPainter: any PictureGenerator
    let gallery: Gallery

    func add(to router: some RouterMethods<SignedInContext>) {
        router.post(
            "/api/generate",
            use: gate.handler("generate") { (input: GenerateRequest, _, call) in
                let painter = input.fail == true ? brokenPainter : painter
                let picture = try await painter.picture(of: input.prompt, size: input.pictureSize)
                return GenerateAnswer(try await gallery.add(picture, for: input, call: call), call)
            }
        )
        router.get("/pictures/:id", use: show)
    }

    /// Answers with one of the account's own pictures. The headers keep an SVG from running or loading anything.
    @Sendable private func show(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard let picture = try await gallery.picture(id, of: context.account) else {
            throw HTTPError(.notFound, message: "you have no picture with this id; only your latest pictures are kept")
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: picture.mediaType,
                .cacheControl: "private, max-age=86400, immutable",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture.bytes))
        )
    }
}

/// The answer, stored with the charge if the request has a key, so that a repeat gets it too. It leaves the prompt out.
private struct GenerateAnswer: Codable, Sendable {
    let id: String
    let url: String
    let mediaType: String
    let size: PictureSize
    let cost: Credits
    let charge: ChargeID

    init(_ entry: Gallery.Entry, _ call: GatedCall) {
        id = entry.id
        url = "/pictures/\(entry.id)"
        mediaType = entry.mediaType
        size = entry.size
        cost = call.cost
        charge = call.id
    }
}
