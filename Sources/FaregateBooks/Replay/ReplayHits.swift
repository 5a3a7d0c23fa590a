import Faregate

/// The hits of a rolling window during a replay, in the order of their times.
///
/// The calls come in the order of the journal. Their times are nearly in the same order, so a hit is added at the end
/// or a few places before it.
struct ReplayHits {
    /// What a hit is found by. The number tells hits of the same time apart.
    struct Name: Comparable {
        let at: Int64
        let number: Int64

        static func < (one: Name, other: Name) -> Bool { (one.at, one.number) < (other.at, other.number) }
    }

    private struct Hit {
        let name: Name
        var amount: Int64
    }

    private var hits: [Hit] = []
    /// The hits before it have left the window.
    private var first = 0
    /// The amounts of the hits from `first` on.
    private var total: Int64 = 0
    private var latest: Int64 = 0

    /// The amounts in the window: after `from`, and up to `until`. (A clock that stepped back leaves hits in the
    /// future.)
    func used(in window: (from: Int64, until: Int64)) -> Int64 {
        var used = total
        for hit in hits[first...] {
            guard hit.name.at <= window.from else { break }
            used -= hit.amount
        }
        for hit in hits[first...].reversed() {
            guard hit.name.at > window.until else { break }
            used -= hit.amount
        }
        return used
    }

    /// Adds a hit, after deleting those outside the window.
    mutating func add(_ amount: Int64, at now: Timestamp, in window: (from: Int64, until: Int64)) -> Name {
        removeLeft(window.from)
        while hits.count > first, let last = hits.last, last.name.at > window.until {
            total -= last.amount
            hits.removeLast()
        }
        latest += 1
        let hit = Hit(
            name: Name(at: now.rawValue, number: latest), amount: min(amount, Counter.maximumCount - total))
        var place = hits.count
        while place > first, hit.name < hits[place - 1].name { place -= 1 }
        hits.insert(hit, at: place)
        total += hit.amount
        return hit.name
    }

    private mutating func removeLeft(_ from: Int64) {
        while first < hits.count, hits[first].name.at <= from {
            total -= hits[first].amount
            first += 1
        }
        // Only when most hits have left, so that this costs little for each hit.
        guard first > 1000, first > hits.count / 2 else { return }
        hits.removeFirst(first)
        first = 0
    }

    /// Corrects the amount of a hit, if it is still there.
    mutating func change(_ name: Name, by amount: Int64) {
        var (low, high) = (first, hits.count)
        while low < high {
            let middle = (low + high) / 2
            if hits[middle].name < name { low = middle + 1 } else { high = middle }
        }
        guard low < hits.count, hits[low].name == name else { return }
        let change = min(max(amount, -hits[low].amount), Counter.maximumCount - total)
        hits[low].amount += change
        total += change
    }
}
