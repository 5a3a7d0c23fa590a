/// The script of the pages. The pages show the same content without it, but their buttons need it.
enum Script {
    static let text = tools + signing + generating + buying

    private static let tools = """
        "use strict";
        const one = (selector) => document.querySelector(selector);
        const all = (selector) => document.querySelectorAll(selector);

        async function call(method, path, body, headers = {}) {
          const response = await fetch(path, {
            method,
            headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
            body: body === undefined ? undefined : JSON.stringify(body),
          }).catch(() => null);
          const lost = { detail: "The server can't be reached.", isLost: true };
          if (!response) throw lost;
          const answer = response.status === 204 ? null : await response.json().catch(() => null);
          if (response.ok && response.status !== 204 && !answer) throw lost;
          if (!response.ok) throw answer ?? { detail: `The server answered with status ${response.status}.` };
          return answer;
        }

        function say(text, isBad = false, link) {
          const message = one("[data-message]");
          message.classList.toggle("bad", isBad);
          message.textContent = text;
          if (!link) return;
          const anchor = document.createElement("a");
          anchor.href = link.href;
          anchor.textContent = link.text;
          message.append(" ", anchor);
        }

        // crypto.randomUUID() does not work here: over plain http, browsers have it on loopback only.
        const newKey = () =>
          `"${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;

        const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

        async function showBalance() {
          if (!one("[data-pill]")) return;
          const standing = await call("GET", "/api/standing").catch(() => null);
          if (!standing) return;
          const credits = standing.credits;
          one("[data-remaining]").textContent = credits.spendable;
          one("[data-remaining-unit]").textContent = credits.spendable === 1 ? "credit" : "credits";
          one("[data-held]").textContent = credits.held;
          one("[data-held-note]").hidden = credits.held === 0;
          one("[data-buy-more]").hidden = !credits.isLow;
          one("[data-pill]").classList.toggle("low", credits.isLow);
          // A settlement is written with the next commit, a moment after the answer.
          if (credits.held > 0) setTimeout(showBalance, 500);
          return credits;
        }

        for (const time of all("time[datetime]")) {
          const moment = new Date(time.dateTime);
          time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
          time.title = time.dateTime;
        }

        """

    private static let signing = """
        one("[data-sign-in]")?.addEventListener("submit", async (event) => {
          event.preventDefault();
          const user = one("#user").value.trim();
          try {
            await call("POST", "/api/session", { user });
            location.assign("/");
          } catch (problem) {
            say(sentence(problem.detail), true);
          }
        });

        one("[data-sign-out]")?.addEventListener("click", async () => {
          await call("DELETE", "/api/session").catch(() => {});
          location.assign("/");
        });

        """

    private static let generating = """
        const form = one("[data-generate]");

        function showPrice() {
          const size = new FormData(form).get("size");
          one("[data-cost]").textContent = one(`[data-price="${size}"]`).textContent;
        }

        async function askPrices() {
          if (document.hidden) return;
          const prices = await call("GET", "/api/prices").catch(() => null);
          if (!prices) return;
          for (const price of all("[data-price]")) price.textContent = prices[price.dataset.price];
          showPrice();
        }

        function emptyFrame() {
          const item = document.createElement("li");
          const frame = document.createElement("div");
          frame.className = "wait";
          const caption = document.createElement("p");
          caption.className = "caption";
          caption.textContent = "Painting…";
          item.append(frame, caption);
          one("[data-empty]").hidden = true;
          one("[data-gallery]").prepend(item);
          item.scrollIntoView({ block: "nearest", behavior: "smooth" });
          return item;
        }

        function fill(item, picture, prompt) {
          const link = document.createElement("a");
          link.href = picture.url;
          const image = document.createElement("img");
          image.src = picture.url;
          image.alt = prompt;
          link.append(image);
          const caption = document.createElement("p");
          caption.className = "caption";
          caption.textContent = prompt;
          const meta = document.createElement("p");
          meta.className = "meta";
          meta.textContent = `${picture.size} · ${picture.cost} ${picture.cost === 1 ? "credit" : "credits"}`;
          item.replaceChildren(link, caption, meta);
        }

        function tell(problem) {
          const link = problem.status === 402 ? { href: "/billing", text: "Buy credits" } : undefined;
          say(sentence(problem.detail ?? problem.title), true, link);
        }

        // If an answer gets lost, the request is repeated under the same key: same picture, charged once.
        async function requestPicture(body) {
          const key = newKey();
          for (let losses = 0; ; ) {
            try {
              return await call("POST", "/api/generate", body, { "Idempotency-Key": key });
            } catch (problem) {
              if (problem.isLost) losses += 1;
              // The call of a server that was killed is refunded within about 75 seconds.
              const isRunning = problem.type?.endsWith(":key-in-flight");
              if (!isRunning && !(problem.isLost && losses < 5)) throw problem;
              await new Promise((resolve) => setTimeout(resolve, 1000));
            }
          }
        }

        async function generate() {
          const fields = new FormData(form);
          const body = { prompt: fields.get("prompt"), size: fields.get("size"), fail: fields.has("fail") };
          const item = emptyFrame();
          const soon = setTimeout(showBalance, 200);
          let failure;
          say("");
          try {
            fill(item, await requestPicture(body), body.prompt);
          } catch (problem) {
            failure = problem;
            item.remove();
            one("[data-empty]").hidden = one("[data-gallery]").children.length > 0;
          } finally {
            clearTimeout(soon);
          }
          const credits = await showBalance();
          if (failure?.status >= 500 && credits) failure.detail += ` You still have ${credits.spendable} credits.`;
          if (failure) tell(failure);
        }

        if (form) {
          form.addEventListener("change", showPrice);
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            const button = form.querySelector("button[type=submit]");
            button.disabled = true;
            await generate();
            await askPrices();
            button.disabled = false;
          });
          for (const chip of all("[data-suggestion]")) {
            chip.addEventListener("click", () => {
              one("#prompt").value = chip.textContent;
              one("#prompt").focus();
            });
          }
          document.addEventListener("visibilitychange", askPrices);
          setInterval(askPrices, 3000);
        }

        """

    private static let buying = """
        for (const button of all("[data-buy]")) {
          const quantity = button.closest(".ticket").querySelector("[data-quantity]");
          // The key stays the same on this page, so that a button pressed twice opens one checkout.
          let key = newKey();
          quantity?.addEventListener("input", () => { key = newKey(); });
          button.addEventListener("click", async () => {
            if (quantity && !quantity.reportValidity()) return;
            button.disabled = true;
            const provider = one("input[name=provider]:checked")?.value;
            const order = { pack: button.dataset.buy, quantity: quantity ? Number(quantity.value) : undefined, provider };
            try {
              const checkout = await call("POST", "/api/billing/checkout", order, { "Idempotency-Key": key });
              location.assign(checkout.url);
            } catch (problem) {
              say(sentence(problem.detail), true);
              button.disabled = false;
              key = newKey();
            }
          });
        }

        const confirming = one("[data-confirming]");
        if (confirming) {
          let looksLeft = 80;
          const timer = setInterval(async () => {
            const purchase = await call("GET", `/api/billing/purchases/${confirming.dataset.confirming}`).catch(() => null);
            looksLeft -= 1;
            const isDecided = purchase && purchase.status !== "opened";
            if (isDecided || looksLeft === 0) clearInterval(timer);
            if (isDecided) location.reload();
          }, 1500);
        }

        """
}
