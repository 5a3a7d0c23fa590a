public import Foundation

extension Inbox {
    /// A provider's event as received, with a verified signature.
    public struct Event: Sendable, Hashable {
        public let id: Event.ID
        public let type: String
        public let body: Data

        public init(id: Event.ID, type: String, body: Data) {
            self.id = id
            self.type = type
            self.body = body
        }
    }
}
