import Faregate

/// The page of the product: a prompt, its price, and the latest pictures.
struct GeneratePage {
    let visitor: Layout.Visitor
    let prices: Prices
    let pictures: [Gallery.Entry]

    static let suggestions = [
        "A fjord at midnight with stars", "Pine forest on a summer morning", "Tokyo skyline at sunset",
        "Jazz", "Bauhaus quilt", "Desert mountains",
    ]

    var html: HTML {
        Layout(title: "Generate", tab: .generate, visitor: visitor).page(
            """
            <div class="studio">
            <section aria-labelledby="compose">
            <h1 id="compose">What shall we paint?</h1>
            \(form)
            </section>
            <section aria-labelledby="pictures" class="wall">
            <h2 id="pictures">Your pictures</h2>
            <ul class="gallery" data-gallery>\(pictures.map(card))</ul>
            <div class="empty" data-empty\(pictures.isEmpty ? "" : " hidden")>
            <img src="/assets/icon.svg" alt="" width="56" height="56">
            <p>Nothing here yet. Your first picture is a sentence away.</p>
            </div>
            </section>
            </div>
            """
        )
    }

    private var form: HTML {
        """
        <form class="card" data-generate>
        <label for="prompt">Describe a picture</label>
        <textarea id="prompt" name="prompt" rows="3" required maxlength="\(GenerateRequest.maxPromptLength)"
        placeholder="A fjord at midnight with stars"></textarea>
        <div class="chips" role="group" aria-label="Suggestions">\(Self.suggestions.map(chip))</div>
        <fieldset class="sizes">
        <legend>Size</legend>
        \(option(.small, "Small", "640 × 480", isChecked: true))
        \(option(.large, "Large", "1280 × 960, more detail", isChecked: false))
        </fieldset>
        <label class="check"><input type="checkbox" name="fail">
        <span>Make it fail on purpose <small>and watch the credits come back</small></span></label>
        <button class="primary" type="submit">Generate <span class="cost"><span data-cost>\(prices.small)</span>
        credits</span></button>
        <div class="message" role="status" aria-live="polite" data-message></div>
        </form>
        """
    }

    private func chip(_ text: String) -> HTML {
        "<button type=\"button\" class=\"chip\" data-suggestion>\(text)</button>"
    }

    private func option(_ size: PictureSize, _ name: String, _ note: String, isChecked: Bool) -> HTML {
        """
        <label class="option"><input type="radio" name="size" value="\(size.rawValue)"\(isChecked ? " checked" : "")>
        <span class="body"><strong>\(name)</strong><small>\(note)</small></span>
        <span class="price"><span data-price="\(size.rawValue)">\(prices[size])</span> credits</span></label>
        """
    }

    private func card(_ entry: Gallery.Entry) -> HTML {
        """
        <li><a href="/pictures/\(entry.id)"><img src="/pictures/\(entry.id)" alt="\(entry.prompt)" loading="lazy"></a>
        <p class="caption" aria-hidden="true">\(entry.prompt)</p>
        <p class="meta">\(entry.size.rawValue) · \(entry.cost) credits</p></li>
        """
    }
}
