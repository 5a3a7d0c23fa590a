/// The page for visitors without a session.
struct SignInPage {
    let login: Settings.DemoLogin

    var html: HTML {
        Layout(title: "Sign in").page(
            """
            <section class="welcome">
            <div class="intro">
            <p class="eyebrow">Example AI endpoint</p>
            <h1>Pictures from words,<br>paid for with credits.</h1>
            <p class="lead">Every new account starts with free credits. A picture costs some of them, and a failed one
            costs nothing. When they are used up, you can buy more. The endpoint's own code does none of this.</p>
            </div>
            \(login.explanation.map(closed) ?? form)
            </section>
            """
        )
    }

    private var form: HTML {
        """
        <form class="card" data-sign-in>
        <h2>Come in</h2>
        <label for="user">Your name</label>
        <input id="user" name="user" autocomplete="username" required maxlength="60" autofocus placeholder="ana">
        <button class="primary" type="submit">Sign in</button>
        <p class="message" role="status" aria-live="polite" data-message></p>
        <p class="note"><span class="tag">Demo login</span> There is no password: a name is enough, and a new name is a
        new account.</p>
        </form>
        """
    }

    private func closed(_ explanation: String) -> HTML {
        """
        <div class="card">
        <h2>The demo login is off</h2>
        <p>\(explanation.prefix(1).uppercased() + explanation.dropFirst()).</p>
        <p class="note">Tokens of your own sign-in work as <code>Authorization: Bearer</code>.</p>
        </div>
        """
    }
}
