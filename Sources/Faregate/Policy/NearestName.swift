/// The name that a misspelling most likely meant: at most a third of its letters differ. Nil when none is near.
///
/// Among thousands of names some are always near, and comparing them all takes its time: of more than a thousand names
/// none is suggested.
package func nearestName(to misspelled: String, among names: some Collection<String>) -> String? {
    guard names.count <= 1000 else { return nil }
    let wanted = Array(misspelled.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for name in names {
        let most = best?.distance ?? max(1, wanted.count / 3)
        let letters = Array(name.lowercased().unicodeScalars.prefix(64))
        guard let distance = editDistance(wanted, letters, atMost: most) else { continue }
        // Of two that are equally near it is the first by the alphabet, in whatever order they come.
        if distance < best?.distance ?? .max || name < best?.name ?? name { best = (name, distance) }
    }
    return best?.name
}

/// How many letters must be inserted, deleted, replaced or swapped with a neighbour to turn one word into the other
/// (optimal string alignment distance). Nil when it is more than that.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost most: Int) -> Int? {
    guard abs(left.count - right.count) <= most else { return nil }
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (i, letter) in left.enumerated() {
        var row = [i + 1]
        for (j, other) in right.enumerated() {
            var distance = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (letter == other ? 0 : 1))
            if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
                distance = min(distance, beforePrevious[j - 1] + 1)
            }
            row.append(distance)
        }
        // A swap looks two rows back, so the search ends only when this row and the one before are both too far off.
        if row.min() ?? 0 > most, previous.min() ?? 0 > most { return nil }
        (beforePrevious, previous) = (previous, row)
    }
    return previous[right.count] <= most ? previous[right.count] : nil
}
