import Faregate
import Foundation
import Hummingbird
import NIOCore

extension Request {
    /// Reads the whole body.
    ///
    /// - Throws: `NIOTooManyBytesError`, which is answered 413, if the body is longer; ``BrokenBody``, which is
    ///   answered 400, if it ends early.
    func bytes(upTo maxByteCount: Int) async throws -> [UInt8] {
        do {
            return Array(try await body.collect(upTo: maxByteCount).readableBytesView)
        } catch let error as NIOTooManyBytesError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw BrokenBody(cause: error)
        }
    }
}

/// The connection broke or was closed by a limit before the body was complete.
struct BrokenBody: ProblemConvertible {
    let cause: any Error

    var problem: Problem {
        Problem(
            status: 400,
            title: "Broken body",
            detail: "the body of the request ended before it was complete, or its HTTP framing is invalid",
            headers: [("Connection", "close")]
        )
    }
}

extension Decodable {
    /// - Throws: ``InvalidInput`` that says which member is missing or wrong, and repeats no value from the body.
    init(json body: [UInt8]) throws(InvalidInput) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(body))
            guard let known = (Self.self as? any KnownMembers.Type)?.memberNames else { return }
            let names = try JSONDecoder().decode(MemberNames.self, from: Data(body)).names
            guard names.allSatisfy(known.contains) else {
                throw InvalidInput("the JSON body takes these members and no others: \(known.joined(separator: ", "))")
            }
        } catch let error as InvalidInput {
            throw error
        } catch DecodingError.keyNotFound(let key, _) {
            throw InvalidInput("the JSON body needs a member \"\(key.stringValue)\"")
        } catch DecodingError.typeMismatch(let type, let context) {
            throw InvalidInput("\(context.place) is of the wrong type; expected \(type)")
        } catch DecodingError.valueNotFound(let type, let context) {
            throw InvalidInput("\(context.place) is null; expected \(type)")
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw InvalidInput("\(context.place) has a value that is not allowed")
        } catch {
            throw InvalidInput("the body is not JSON")
        }
    }
}

extension DecodingError.Context {
    fileprivate var place: String {
        let path = codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "the JSON body" : "\"\(path)\" in the JSON body"
    }
}

extension Response {
    /// Makes a JSON answer that no cache may keep, because it is about one account at one moment.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value)))
        )
    }
}

/// A body that can have only known members. Any other member is an error.
protocol KnownMembers {
    static var memberNames: [String] { get }
}

/// Reads the names of all members of an object.
private struct MemberNames: Decodable {
    let names: [String]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
    }
}
