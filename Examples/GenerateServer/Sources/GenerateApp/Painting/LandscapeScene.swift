import Foundation

/// Mountain ridges under a sun or a moon, with the things that the prompt mentions.
struct LandscapeScene {
    var random: SeededRandom
    let palette: Palette
    let words: PromptWords
    let layers: Int

    private var drawing = Drawing()

    init(random: SeededRandom, palette: Palette, words: PromptWords, layers: Int) {
        self.random = random
        self.palette = palette
        self.words = words
        self.layers = layers
    }

    mutating func draw() -> Drawing {
        let sun = Drawing.Point(x: random.number(180...620), y: random.number(120...260))
        drawing.background(drawing.gradient("sky", from: palette.high, to: palette.low))
        if palette.isNight { drawStars() }
        drawSun(at: sun)
        drawClouds()
        let horizon = random.number(300...350)
        let depth = words.mentionsWater ? 2 : layers
        for layer in 0..<depth {
            let share = Double(layer) / Double(max(1, depth - 1))
            drawRidge(
                at: horizon + share * (words.mentionsWater ? 50 : 170),
                share: words.mentionsWater ? share / 2 : share
            )
        }
        if words.mentionsWater { drawWater(from: horizon + 70, under: sun) }
        if words.mentionsBoat { drawBoat(at: (random.number(200...600), horizon + random.number(110...170))) }
        if !palette.isNight { drawBirds() }
        return drawing
    }

    private mutating func drawStars() {
        for _ in 0..<random.count(90...150) {
            let place = Drawing.Point(x: random.number(0...800), y: random.number(0...360))
            drawing.circle(
                place,
                radius: random.number(0.4...1.7),
                fill: palette.light.css,
                opacity: random.number(0.3...0.95)
            )
        }
    }

    private mutating func drawSun(at place: Drawing.Point) {
        let radius = random.number(42...84)
        drawing.circle(place, radius: radius * 4, fill: drawing.glow("glow", palette.light, strength: 0.55))
        if palette.isNight {
            drawing.area(crescent(around: place, radius: radius), fill: palette.light.css)
        } else {
            drawing.circle(place, radius: radius, fill: palette.light.css)
        }
    }

    /// A crescent: a disc without a smaller disc at its upper right.
    private func crescent(around place: Drawing.Point, radius: Double) -> [Drawing.Point] {
        let (tilt, gap, bite) = (-0.32, radius * 0.44, radius * 0.88)
        let horn = acos((radius * radius + gap * gap - bite * bite) / (2 * radius * gap))
        let bitten = atan2(radius * sin(horn), radius * cos(horn) - gap)
        let center = Drawing.Point(x: place.x + cos(tilt) * gap, y: place.y + sin(tilt) * gap)
        func arc(_ middle: Drawing.Point, _ radius: Double, from: Double) -> [Drawing.Point] {
            (0...40).map { step in
                let angle = tilt + from + (2 * .pi - 2 * from) * Double(step) / 40
                return (middle.x + cos(angle) * radius, middle.y + sin(angle) * radius)
            }
        }
        return arc(place, radius, from: horn) + arc(center, bite, from: bitten).reversed()
    }

    private mutating func drawClouds() {
        for _ in 0..<random.count(2...5) {
            let middle = Drawing.Point(x: random.number(40...760), y: random.number(60...280))
            let length = random.number(90...240)
            for row in 0..<3 {
                let inset = Double(row) * random.number(14...34)
                let y = middle.y + Double(row) * 9
                drawing.line(
                    [(middle.x - length / 2 + inset, y), (middle.x + length / 2 - inset * 0.6, y)],
                    stroke: palette.low.mixed(with: palette.light, 0.25),
                    width: 6,
                    opacity: palette.isNight ? 0.10 : 0.55
                )
            }
        }
    }

    private mutating func drawRidge(at height: Double, share: Double) {
        let color = palette.far.mixed(with: palette.near, share)
        let steepness = words.mentionsMountains ? 1.9 : 1.0
        let ridge = ridgeLine(at: height, roughness: (1.15 - share * 0.5) * steepness)
        let name = "ridge\(Int(height * 10))"
        let fill = drawing.gradient(name, from: color, to: color.mixed(with: palette.low, 0.16 * (1 - share)))
        if share > 0.45 && !words.mentionsDesert && (words.mentionsTrees || random.chance(0.6)) {
            drawTrees(along: ridge, color, share)
        }
        if words.mentionsCity && share > 0.2 && share < 0.8 { drawTowers(along: ridge, color) }
        drawing.area([(0, 600)] + ridge + [(800, 600)], fill: fill)
    }

    /// Four sines of rising frequency and falling weight.
    private mutating func ridgeLine(at height: Double, roughness: Double) -> [Drawing.Point] {
        let waves = (1...4).map { octave in
            (
                length: random.number(0.5...1.3) * Double(octave * octave) / 260,
                weight: random.number(14...34) / Double(octave) * roughness,
                phase: random.number(0...(2 * .pi))
            )
        }
        return stride(from: 0.0, through: 800, by: 8).map { x in
            (x, height + waves.reduce(0) { $0 + $1.weight * sin(x * $1.length + $1.phase) })
        }
    }

    private mutating func drawTrees(along ridge: [Drawing.Point], _ color: Color, _ share: Double) {
        let density = words.mentionsTrees ? 0.75 : 0.22
        for foot in ridge where random.chance(density) {
            let tall = random.number(18...46) * (0.35 + share)
            let wide = tall * random.number(0.16...0.24)
            drawing.area(
                [(foot.x - wide, foot.y + 5), (foot.x, foot.y - tall), (foot.x + wide, foot.y + 5)],
                fill: color.css
            )
        }
    }

    private mutating func drawTowers(along ridge: [Drawing.Point], _ color: Color) {
        for foot in ridge.enumerated().filter({ $0.offset % 3 == 0 }).map(\.element) where random.chance(0.8) {
            let tall = random.number(20...120)
            let wide = random.number(9...17)
            let (left, right, top) = (foot.x - wide, foot.x + wide, foot.y - tall)
            drawing.area([(left, foot.y + 30), (left, top), (right, top), (right, foot.y + 30)], fill: color.css)
            for row in stride(from: top + 9, to: foot.y - 4, by: 13) where random.chance(0.55) {
                let x = foot.x + random.number(-0.5...0.4) * wide
                drawing.area(
                    [(x, row), (x + 4, row), (x + 4, row + 5), (x, row + 5)],
                    fill: palette.light.css,
                    opacity: 0.7
                )
            }
        }
    }

    private mutating func drawWater(from top: Double, under sun: Drawing.Point) {
        let deep = palette.near.mixed(with: palette.high, 0.25)
        let water = drawing.gradient("water", from: palette.low.mixed(with: palette.far, 0.5), to: deep)
        drawing.area([(0, top), (800, top), (800, 600), (0, 600)], fill: water)
        for row in stride(from: top + 6, to: 600, by: 7) {
            let share = (row - top) / (600 - top)
            let glints = random.count(2...4)
            for _ in 0..<glints {
                let isReflection = random.chance(0.6)
                let reach = isReflection ? 24 + share * 90 : 400
                let x = (isReflection ? sun.x : 400) + random.number(-reach...reach)
                let length = random.number(8...34) * (0.5 + share)
                let color = isReflection ? palette.light : palette.low
                drawing.line(
                    [(x - length, row), (x + length, row)],
                    stroke: color,
                    width: 1.2 + share * 2,
                    opacity: isReflection ? 0.7 - share * 0.35 : 0.18
                )
            }
        }
    }

    private mutating func drawBoat(at place: Drawing.Point) {
        let (x, y, side) = (place.x, place.y, random.number(34...56))
        let hull = [
            (x - side, y), (x + side, y), (x + side * 0.7, y + side * 0.36), (x - side * 0.66, y + side * 0.36),
        ]
        drawing.area(hull, fill: palette.near.css)
        drawing.line([(x, y), (x, y - side * 2.1)], stroke: palette.near, width: 2.4)
        drawing.area([(x + 4, y - 6), (x + 4, y - side * 2), (x + side * 0.95, y - 6)], fill: palette.light.css)
        drawing.area([(x - 4, y - 6), (x - 4, y - side * 1.7), (x - side * 0.7, y - 6)], fill: palette.accent.css)
        drawing.line(
            [(x - side, y + side * 0.5), (x + side * 0.8, y + side * 0.5)],
            stroke: palette.light,
            width: 1.6,
            opacity: 0.5
        )
    }

    private mutating func drawBirds() {
        let flock = Drawing.Point(x: random.number(150...650), y: random.number(90...240))
        for _ in 0..<random.count(0...6) {
            let (x, y) = (flock.x + random.number(-90...90), flock.y + random.number(-36...36))
            let wing = random.number(5...11)
            drawing.line(
                [(x - wing, y - wing * 0.5), (x - wing * 0.4, y - wing * 0.55), (x, y)]
                    + [(x + wing * 0.4, y - wing * 0.55), (x + wing, y - wing * 0.5)],
                stroke: palette.near,
                width: 1.7,
                opacity: 0.8
            )
        }
    }
}
