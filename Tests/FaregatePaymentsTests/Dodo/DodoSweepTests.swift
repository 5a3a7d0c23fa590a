import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Puts every wrong type of value into every field of every event: nothing crashes, and no changed event grants more
/// than the intact one. A quick run has two values for each field.
@Suite(.endsWhenStuck) struct DodoSweepTests {
    /// Values that a field never or rarely has; nil leaves the field out.
    static let wrongs: [JSON?] = [
        nil, .null, true, false, 0, -1, 1, .raw("1.5"), .raw("-0.0"), .raw("1e300"), .raw("-1e-300"),
        .raw("99999999999999999999"), .integer(.max), .integer(.min), "", " ", "text", "12.50", "-5", "null",
        .text("a\u{0}b"), .text("é\u{202E}🧾"), .text(String(repeating: "x", count: 5000)), [], [nil], ["text"], [[[]]],
        [[:]], [:], ["id": 1], ["payment_id": "pay_1"],
        .raw(String(repeating: "[", count: 400) + String(repeating: "]", count: 400)),
    ]

    /// The positions before the event.
    static let befores: [[String]] = [
        [], ["paid"], ["paid", "refunded in part"], ["paid", "disputed"], ["paid", "lost"],
        ["paid", "won", "contested"],
        ["paid", "refunded"], ["paid less"], ["on its way"],
    ]

    private static func readings(_ events: [String]) throws -> [Inbox.Reading] {
        try events.map { try DodoFixture.read(DodoFixture.events[$0] ?? .null) }
    }

    @Test(
        "A damaged event never grants more than the intact event would",
        arguments: DodoFixture.events.keys.sorted()
    )
    func sweep(name: String) throws {
        let event = try #require(DodoFixture.events[name])
        let unharmed = try DodoFixture.read(event)
        let befores = try Self.befores.map { try Self.readings($0) }
        let bounds = befores.map { before in
            max(DodoOrder(before).position.credits, DodoOrder(before + [unharmed]).position.credits)
        }
        let all = event.paths.flatMap { path in Self.wrongs.map { (path, wrong: $0) } }
        #expect(all.count > 90)
        for (path, wrong) in Depth.sample(all, quick: event.paths.count) {
            let reading = try DodoFixture.read(event.setting(path, to: wrong).text)
            // Another value of the right type can make a different valid event, which must only not crash.
            if Self.isRight(wrong, at: path, in: event) { continue }
            for (before, bound) in zip(befores, bounds) {
                let credits = DodoOrder(before + [reading]).position.credits
                if credits > bound {
                    Issue.record(
                        "\(path.joined(separator: ".")) as \(wrong?.text.prefix(50) ?? "left out"): \(credits)"
                    )
                }
            }
        }
    }

    private static func isRight(_ value: JSON?, at path: [String], in event: JSON) -> Bool {
        guard let value else { return false }
        let kind = event.value(at: path).kind
        let isAmount = path.last?.hasSuffix("amount") == true || path.last == "tax"
        return value.kind == kind || (isAmount && value.kind == .number)
    }

    @Test("The sweep finds a payment whose total was changed")
    func canary() throws {
        let event = try #require(DodoFixture.events["paid less"])
        let better = try DodoFixture.read(event.setting(["data", "total_amount"], to: 1200))
        let worse = try DodoFixture.read(event)
        #expect(DodoOrder([better]).position.credits == 100)
        #expect(DodoOrder([worse]).position.credits == 0)
    }

    /// Named, so that a report doesn't hold a mebibyte of brackets.
    enum Bomb: CaseIterable {
        case openArrays, arrays, openObjects, inTheEnvelope, inTheData, inTheMetadata, manyItems, manyFields

        private static let brackets =
            String(repeating: "[", count: 500_000) + String(repeating: "]", count: 500_000)

        var text: String {
            let event = DodoFixture.events["paid"] ?? .null
            return switch self {
            case .openArrays: String(repeating: "[", count: 1 << 20)
            case .arrays: Bomb.brackets
            case .openObjects: String(repeating: #"{"a":"#, count: 200_000)
            case .inTheEnvelope: event.setting(["x"], to: .raw(Bomb.brackets)).text
            case .inTheData: event.setting(["data"], to: .raw(Bomb.brackets)).text
            case .inTheMetadata: event.setting(["data", "metadata"], to: .raw(Bomb.brackets)).text
            case .manyItems:
                event.setting(["data", "refunds"], to: .raw("[" + String(repeating: "1,", count: 500_000) + "1]")).text
            case .manyFields:
                event.setting(
                    ["data", "metadata"],
                    to: .object(
                        Dictionary(uniqueKeysWithValues: (0..<60_000).map { ("field_\($0)", JSON.integer(1)) })
                    )
                ).text
            }
        }

        var isEvent: Bool { [.manyItems, .manyFields].contains(self) }
    }

    @Test("JSON of extreme depth and width crashes nothing", arguments: Bomb.allCases)
    func bombs(bomb: Bomb) throws {
        let reading = try DodoFixture.read(bomb.text)
        if bomb.isEvent {
            guard case .facts = reading else {
                Issue.record("\(reading)")
                return
            }
        } else {
            #expect(reading == .unreadable("the body is not an event of Dodo Payments", nil))
        }
    }

    @Test("Bytes that are not JSON or not UTF-8 report nothing")
    func noise() throws {
        let dodo = try DodoFixture.provider()
        let body = Data(try #require(DodoFixture.events["paid"]).text.utf8)
        var generator = SeededGenerator(seed: 20_261_121)
        for _ in 0..<2000 {
            var harmed = body
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                harmed[Int.random(in: harmed.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                harmed = harmed.prefix(Int.random(in: 0...harmed.count, using: &generator))
            }
            _ = dodo.read(Inbox.Event(id: Inbox.Event.ID(provider: "dodo", event: "msg"), type: "x", body: harmed))
        }
    }
}
