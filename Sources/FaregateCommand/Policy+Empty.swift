import Faregate
import Foundation

extension Policy {
    /// Without actions, plans and packs.
    static let empty = Policy(version: "", calendar: WindowCalendar(timeZone: .gmt), actions: [:])
}
