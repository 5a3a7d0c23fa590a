import Faregate
import Foundation

extension Policy {
    /// A policy without actions, plans and packs.
    static let empty = Policy(version: "", calendar: WindowCalendar(timeZone: .gmt), actions: [:])
}
