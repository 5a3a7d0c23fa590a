/// Draws without a model or a network. The same prompt gives the same picture.
public struct LocalPainter: PictureGenerator {
    /// The delay before the picture, so that a person can see the held credits.
    private let pause: Duration

    public init(pause: Duration = .milliseconds(800)) {
        self.pause = pause
    }

    public func picture(of prompt: String, size: PictureSize) async throws -> Picture {
        try await Task.sleep(for: pause)
        let svg = Self.drawing(of: prompt, size: size).svg(title: prompt, width: size.pixels)
        return Picture(mediaType: "image/svg+xml", bytes: Array(svg.utf8))
    }

    /// A large picture is the small one with more details.
    static func drawing(of prompt: String, size: PictureSize) -> Drawing {
        var random = SeededRandom(prompt)
        let words = PromptWords(prompt)
        let isLarge = size == .large
        let palettes = words.mentionsNight ? Palette.nights : words.mentionsDay ? Palette.days : Palette.all
        let palette = random.pick(palettes)
        let style = random.number(0...1)
        if words.mentionsShapes || (!words.mentionsPlace && !words.mentionsCurrents && style < 0.25) {
            var scene = TilesScene(random: random, palette: palette, columns: isLarge ? 8 : 6)
            return scene.draw()
        }
        if words.mentionsCurrents || (!words.mentionsPlace && style < 0.5) {
            var scene = CurrentScene(random: random, palette: palette, threads: isLarge ? 520 : 260)
            return scene.draw()
        }
        var scene = LandscapeScene(random: random, palette: palette, words: words, layers: isLarge ? 7 : 5)
        return scene.draw()
    }
}
