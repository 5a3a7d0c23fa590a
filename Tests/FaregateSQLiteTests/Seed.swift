import Foundation
import TestSupport

/// What the random tests of a run draw from. FAREGATE_SEED replays a run.
let seed = ProcessInfo.processInfo.environment["FAREGATE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1 ... .max)
