import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Asks an AI server for pictures. Any server with OpenAI's images API works.
///
/// [OpenAI: create image](https://platform.openai.com/docs/api-reference/images/create)
struct UpstreamPainter: PictureGenerator {
    private static let timeoutSeconds = 60.0
    private static let maxAnswerByteCount = 48 << 20

    let settings: Settings.Upstream
    private let session: URLSession

    init(settings: Settings.Upstream) {
        self.settings = settings
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.timeoutSeconds
        configuration.timeoutIntervalForResource = Self.timeoutSeconds
        session = URLSession(configuration: configuration)
    }

    func picture(of prompt: String, size: PictureSize) async throws -> Picture {
        let (data, response) = try await answer(to: request(prompt, size))
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard status == 200 else { throw GeneratorError.refused(status: status) }
        guard
            data.count <= Self.maxAnswerByteCount,
            let answer = try? JSONDecoder().decode(Answer.self, from: data),
            let picture = answer.data.first.flatMap({ Data(base64Encoded: $0.image) }).flatMap(Picture.init(sniffing:))
        else { throw GeneratorError.unreadable }
        return picture
    }

    private func answer(to request: URLRequest) async throws -> (Data, URLResponse) {
        do {
            return try await session.data(for: request)
        } catch {
            try Task.checkCancellation()
            throw GeneratorError.unreachable
        }
    }

    private func request(_ prompt: String, _ size: PictureSize) throws -> URLRequest {
        // The configured address may end with the version or not.
        let path = settings.baseURL.lastPathComponent == "v1" ? "images/generations" : "v1/images/generations"
        var request = URLRequest(url: settings.baseURL.appending(path: path))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let key = settings.key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        request.httpBody = try JSONEncoder().encode(
            Order(
                model: settings.model,
                prompt: prompt,
                size: size == .small ? "512x512" : "1024x1024",
                // The gpt-image models always answer in Base64, and refuse this parameter.
                format: settings.model?.hasPrefix("gpt-image") == true ? nil : "b64_json"
            )
        )
        return request
    }

    private struct Order: Encodable {
        let model: String?
        let prompt: String
        let size: String
        let format: String?
        let n = 1

        enum CodingKeys: String, CodingKey {
            case model, prompt, size, n
            case format = "response_format"
        }
    }

    private struct Answer: Decodable {
        struct Item: Decodable {
            let image: String

            enum CodingKeys: String, CodingKey {
                case image = "b64_json"
            }
        }

        let data: [Item]
    }
}

extension Picture {
    /// Makes a picture, with the media type by its first bytes; nil for unknown bytes, which a browser might run.
    fileprivate init?(sniffing data: Data) {
        let bytes = Array(data)
        let isWebP = bytes.starts(with: Array("RIFF".utf8)) && bytes.dropFirst(8).starts(with: Array("WEBP".utf8))
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            self.init(mediaType: "image/png", bytes: bytes)
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self.init(mediaType: "image/jpeg", bytes: bytes)
        } else if isWebP {
            self.init(mediaType: "image/webp", bytes: bytes)
        } else {
            return nil
        }
    }
}
