/// The name that a misspelling most likely meant: at most a third of its letters differ. Nil when none is near.
package func nearestName(to misspelled: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(misspelled.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for name in names.sorted() {
        let distance = editDistance(wanted, Array(name.lowercased().unicodeScalars.prefix(64)))
        if distance <= max(1, wanted.count / 3), distance < best?.distance ?? .max {
            best = (name, distance)
        }
    }
    return best?.name
}

/// How many letters must be inserted, deleted, replaced or swapped with a neighbour to turn one word into the other
/// (optimal string alignment distance).
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
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
        (beforePrevious, previous) = (previous, row)
    }
    return previous[right.count]
}
