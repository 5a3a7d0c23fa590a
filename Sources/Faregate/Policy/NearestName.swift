/// Returns the name that a misspelling most likely meant; nil if none is similar. At most a third of the letters may
/// differ, or one if that is more.
///
/// Returns nil for more than a thousand names: comparing them all would be slow, and some are always similar.
///
/// - Parameters:
///   - misspelled: the name that was not found.
///   - names: the known names.
///   - limit: the most letters that may differ, instead of a third.
package func nearestName(
    to misspelled: String, among names: some Collection<String>, atMost limit: Int? = nil
) -> String? {
    guard names.count <= 1000 else { return nil }
    let wanted = Array(misspelled.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for name in names {
        let most = best?.distance ?? limit ?? max(1, wanted.count / 3)
        let letters = Array(name.lowercased().unicodeScalars.prefix(64))
        guard let distance = editDistance(wanted, letters, atMost: most) else { continue }
        // Of two equally similar names the alphabetically first wins, whatever their order.
        if distance < best?.distance ?? .max || name < best?.name ?? name { best = (name, distance) }
    }
    return best?.name
}

/// Returns the number of letters to insert, delete, replace or swap with a neighbour to turn one word into the other
/// (optimal string alignment distance); nil if it is more than `most`.
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
        // A swap looks two rows back, so the search ends only when this row and the previous one both exceed the bound.
        if row.min() ?? 0 > most, previous.min() ?? 0 > most { return nil }
        (beforePrevious, previous) = (previous, row)
    }
    return previous[right.count] <= most ? previous[right.count] : nil
}
