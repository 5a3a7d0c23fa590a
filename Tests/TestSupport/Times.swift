package import Faregate

/// 2026-01-01T00:00:00Z.
package let newYear = Timestamp(rawValue: 1_767_225_600_000)
package let minute: Int64 = 60_000
package let hour: Int64 = 60 * minute
