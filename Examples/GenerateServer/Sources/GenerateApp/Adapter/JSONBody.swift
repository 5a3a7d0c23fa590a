import Faregate
import Foundation
import Hummingbird
import NIOCore

extension Request {
    /// The whole body.
    ///
    /// - Throws: `NIOTooManyBytesError`, which becomes a 413, when it is longer than that; ``BrokenBody`` when it ends
    ///   early: whatever the connection says then, it is not the server's mistake.
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

/// The connection broke, or was closed for taking too long, before the body was through.
struct BrokenBody: ProblemConvertible {
    let cause: any Error

    var problem: Problem {
        Problem(
            status: 400,
            title: "Broken body",
            detail: "the body of the request ended before it was complete, or is not framed as HTTP wants it",
            headers: [("Connection", "close")]
        )
    }
}

extension Decodable {
    /// - Throws: ``InvalidInput`` that tells what is missing or wrong. Values from the body are not repeated.
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
            throw InvalidInput("\(context.place) is not one of the values that it can have")
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
    /// An answer that no cache keeps: it is about one account at one moment.
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

/// A body that has no members but these: a misspelt or made-up one is an error, not silence.
protocol KnownMembers {
    static var memberNames: [String] { get }
}

/// Reads the names of an object's members, whatever they are.
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
