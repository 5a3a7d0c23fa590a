import Foundation

/// Lines that follow an invisible current.
struct CurrentScene {
    var random: SeededRandom
    let palette: Palette
    let threads: Int

    mutating func draw() -> Drawing {
        var drawing = Drawing()
        drawing.background(drawing.gradient("ground", from: palette.high, to: palette.low))
        let eye = Drawing.Point(x: random.number(250...550), y: random.number(180...420))
        drawing.circle(eye, radius: 330, fill: drawing.glow("glow", palette.light, strength: 0.6))
        let bend = (random.number(0.004...0.009), random.number(0.004...0.009), random.number(0...6))
        let colors = [palette.near, palette.far, palette.accent, palette.light]
        for thread in 0..<threads {
            let start = Drawing.Point(x: random.number(-60...860), y: random.number(-60...660))
            drawing.line(
                follow(from: start, bend: bend, steps: random.count(24...70)),
                stroke: colors[thread % 7 == 0 ? 2 : thread % 11 == 0 ? 3 : thread % 2],
                width: random.number(0.8...3.6),
                opacity: random.number(0.25...0.85)
            )
        }
        drawing.circle(eye, radius: random.number(34...62), fill: palette.accent.css)
        return drawing
    }

    private func follow(from start: Drawing.Point, bend: (Double, Double, Double), steps: Int) -> [Drawing.Point] {
        var points = [start]
        var (x, y) = start
        for _ in 0..<steps {
            let angle = 2.2 * (sin(x * bend.0 + bend.2) + cos(y * bend.1 - bend.2))
            x += cos(angle) * 7
            y += sin(angle) * 7
            points.append((x, y))
        }
        return points
    }
}

/// Discs, half discs and rings on a grid.
struct TilesScene {
    var random: SeededRandom
    let palette: Palette
    let columns: Int

    mutating func draw() -> Drawing {
        var drawing = Drawing()
        drawing.background(palette.low.css)
        let side = 800 / Double(columns)
        for row in 0..<Int((600 / side).rounded(.up)) {
            for column in 0..<columns {
                tile(at: (Double(column) * side, Double(row) * side), side: side, in: &drawing)
            }
        }
        return drawing
    }

    private mutating func tile(at corner: Drawing.Point, side: Double, in drawing: inout Drawing) {
        let colors = [palette.near, palette.far, palette.accent, palette.light, palette.high, palette.low].shuffled(
            using: &random
        )
        let (x, y) = corner
        let middle = Drawing.Point(x: x + side / 2, y: y + side / 2)
        drawing.area([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], fill: colors[0].css)
        switch random.count(0...4) {
        case 0:
            drawing.circle(middle, radius: side * 0.42, fill: colors[1].css)
            drawing.circle(middle, radius: side * 0.20, fill: colors[2].css)
        case 1:
            let turn = Double(random.count(0...3)) * .pi / 2
            drawing.area(arc(around: middle, radius: side / 2, from: turn, through: .pi), fill: colors[1].css)
        case 2:
            let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
            let pivot = random.count(0...3)
            let from = Double(pivot) * .pi / 2
            for (share, color) in [(1.0, colors[1]), (0.66, colors[2]), (0.33, colors[3])] {
                let quarter = arc(around: corners[pivot], radius: side * share, from: from, through: .pi / 2)
                drawing.area([corners[pivot]] + quarter, fill: color.css)
            }
        case 3:
            for share in [0.42, 0.3, 0.18] {
                drawing.ring(middle, radius: side * share, stroke: colors[1], width: side * 0.05)
            }
        default:
            drawing.area([(x, y + side), (x + side, y), (x + side, y + side)], fill: colors[1].css)
            drawing.circle((x + side * 0.3, y + side * 0.3), radius: side * 0.14, fill: colors[2].css)
        }
    }

    private func arc(around center: Drawing.Point, radius: Double, from: Double, through: Double) -> [Drawing.Point] {
        (0...32).map { step in
            let angle = from + through * Double(step) / 32
            return (center.x + cos(angle) * radius, center.y + sin(angle) * radius)
        }
    }
}
